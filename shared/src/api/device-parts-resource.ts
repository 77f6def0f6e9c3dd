import { z } from 'zod'
import { EpochMs } from '../identity/identity.ts'
import { DeviceDetails, ReportedPart, ReportedSensor, SensorChoice } from '../wire/wire.ts'

/** How a sensor is by its words or limits, worst first. */
export const SENSOR_STATUSES = ['bad', 'warning', 'ok', 'unknown'] as const

/** GET /api/v1/devices/{id}/sensors: what is read and what is offered, with the latest reading. */
export const SensorResource = ReportedSensor.extend({
  /** Of the readings, as the catalogue writes it. */
  unit: z.string(),
  status: z.enum(SENSOR_STATUSES),
  /** Latest reading, in `unit`; absent where none has come yet. */
  reading: z.number().optional(),
  /** The word for the reading of a state. */
  word: z.string().optional(),
  at: EpochMs.optional(),
  /** Somebody's choice for the family, where there is one. */
  chosen: z.boolean().optional(),
})
export type SensorResource = z.infer<typeof SensorResource>

export const DeviceSensors = z.object({ family: z.string(), items: z.array(SensorResource), truncated: z.boolean() })
export type DeviceSensors = z.infer<typeof DeviceSensors>

/** Memory or storage with its latest figures. */
export const PoolResource = z.object({
  pool: z.string(),
  usedBytes: z.number().optional(),
  totalBytes: z.number().optional(),
  usedRatio: z.number().optional(),
  evidence: z.string(),
})
export type PoolResource = z.infer<typeof PoolResource>

/** GET /api/v1/devices/{id}/hardware */
export const DeviceHardware = z.object({
  processors: z.array(z.object({ cpu: z.string(), ratio: z.number().optional(), evidence: z.string() })),
  memory: z.array(PoolResource),
  storage: z.array(PoolResource),
  parts: z.array(ReportedPart),
  supplies: z.array(z.object({ supply: z.string(), kind: z.string(), remainingRatio: z.number().optional() })),
  truncated: z.boolean(),
})
export type DeviceHardware = z.infer<typeof DeviceHardware>

/** GET /api/v1/devices/{id}/network: who is beside it and what addresses, VLANs and routing peers it has. */
export const DeviceNetwork = DeviceDetails.pick({
  neighbors: true,
  addresses: true,
  vlans: true,
  bgpPeers: true,
  ospfNeighbors: true,
  truncated: true,
})
export type DeviceNetwork = z.infer<typeof DeviceNetwork>

/** GET /api/v1/sensor-choices, newest first. PUT makes one, DELETE takes it back: the agent decides again. */
export const SensorChoiceResource = SensorChoice.extend({ by: z.string(), at: EpochMs, devices: z.number().int() })
export type SensorChoiceResource = z.infer<typeof SensorChoiceResource>

/** POST /api/v1/mibs: files as text; answered as GET does, for these files, when the agents that are connected have compiled them. */
export const NewMibs = z.strictObject({
  files: z
    .array(z.strictObject({ name: z.string().min(1).max(255), text: z.string().min(1).max(4_000_000) }))
    .min(1)
    .max(100),
})
export type NewMibs = z.infer<typeof NewMibs>

/** GET /api/v1/mibs */
export const MibFile = z.object({
  name: z.string(),
  bytes: z.number().int(),
  by: z.string(),
  at: EpochMs,
  /** What agents made of it: those that have not been connected since are left out. Modules and objects are of all files given together. */
  agents: z.array(
    z.object({
      agent: z.string(),
      ok: z.boolean(),
      modules: z.array(z.string()),
      objects: z.number().int(),
      problems: z.array(z.string()),
    }),
  ),
})
export type MibFile = z.infer<typeof MibFile>
