import { z } from 'zod'

const text = (max: number) => z.string().max(max)
const count = z.number().int()

/** Bounds of one device's report; what is beyond is cut, and `truncated` says so. */
export const MAX_REPORTED = {
  sensors: 2_000,
  parts: 2_000,
  pools: 256,
  neighbors: 1_000,
  addresses: 1_000,
  vlans: 4_094,
  peers: 1_000,
  supplies: 64,
  states: 64,
} as const

/** A sensor that is read, or one that is offered. Readings are the series `metric{sensor=...}` of the device. */
export const ReportedSensor = z.object({
  /** Names it within the device and the metric: the label `sensor`. */
  sensor: text(255),
  metric: text(100),
  kind: text(32),
  oid: text(600),
  /** Column or scalar, the same on all devices of a family: with `family`, what a choice is about. */
  object: text(600),
  /** Why it is believed: `unit stated by MIB`, `type column`, `profile cisco-ios`, `guessed from name`. */
  evidence: text(120),
  /** False: offered only. Nobody has accepted it for this family yet, or somebody has switched it off. */
  enabled: z.boolean(),
  /** What it read at the survey, in the unit of the metric. */
  value: z.number().optional(),
  low: z.number().optional(),
  high: z.number().optional(),
  /** Words for the numbers of a state. */
  states: z.record(text(12), text(100)).optional(),
})
export type ReportedSensor = z.infer<typeof ReportedSensor>

/** Memory or storage; `pool` is the label of its series. */
export const ReportedPool = z.object({ pool: text(255), totalBytes: z.number().optional(), evidence: text(120) })
export type ReportedPool = z.infer<typeof ReportedPool>

export const ReportedPart = z.object({
  index: count,
  class: text(32),
  name: text(255),
  descr: text(500).optional(),
  model: text(255).optional(),
  serial: text(255).optional(),
  version: text(255).optional(),
  containedIn: count.optional(),
})
export type ReportedPart = z.infer<typeof ReportedPart>

export const ReportedNeighbor = z.object({
  protocol: text(16),
  localIfIndex: count.optional(),
  localPort: text(255).optional(),
  remoteSysName: text(255),
  remotePort: text(255),
  remotePortDescr: text(255).optional(),
  remoteChassisId: text(255).optional(),
  remoteAddress: text(64).optional(),
})
export type ReportedNeighbor = z.infer<typeof ReportedNeighbor>

/** What a survey found on a device beside its identity and its interfaces. */
export const DeviceDetails = z.object({
  /** Devices with the same family share choices about sensors: vendor and os, else sysObjectID. */
  family: text(300),
  processors: z.array(z.object({ cpu: text(255), evidence: text(120) })).max(MAX_REPORTED.pools),
  memory: z.array(ReportedPool).max(MAX_REPORTED.pools),
  storage: z.array(ReportedPool).max(MAX_REPORTED.pools),
  sensors: z.array(ReportedSensor).max(MAX_REPORTED.sensors),
  parts: z.array(ReportedPart).max(MAX_REPORTED.parts),
  neighbors: z.array(ReportedNeighbor).max(MAX_REPORTED.neighbors),
  addresses: z
    .array(z.object({ ip: text(64), prefixLength: count.optional(), ifIndex: count.optional() }))
    .max(MAX_REPORTED.addresses),
  vlans: z.array(z.object({ id: count, name: text(255) })).max(MAX_REPORTED.vlans),
  bgpPeers: z
    .array(z.object({ peer: text(64), remoteAs: z.number(), state: text(32).optional() }))
    .max(MAX_REPORTED.peers),
  ospfNeighbors: z.array(z.object({ neighbor: text(64), routerId: text(64), state: text(32) })).max(MAX_REPORTED.peers),
  supplies: z.array(z.object({ supply: text(255), kind: text(32) })).max(MAX_REPORTED.supplies),
  truncated: z.boolean(),
})
export type DeviceDetails = z.infer<typeof DeviceDetails>
