import { z } from 'zod'
import { DeviceId, EpochMs, OutboxEpoch } from '../identity/identity.ts'
import { AnomalyReport } from './anomaly-report.ts'

const head = { epoch: OutboxEpoch, seq: z.number().int().nonnegative(), at: EpochMs }

/** A device began or ceased to answer, or answers otherwise than before. */
const ReachChanged = z.object({
  ...head,
  kind: z.literal('reach-changed'),
  device: DeviceId,
  snmp: z.enum(['up', 'down', 'off']),
  icmp: z.enum(['up', 'down', 'off']),
  problem: z.string().max(1000),
})

/** The device started anew, or its counters did: rates across this moment mean nothing. */
const Discontinuity = z.object({
  ...head,
  kind: z.literal('discontinuity'),
  device: DeviceId,
  interface: z.string().max(255).optional(),
  cause: z.enum(['restart', 'counter-reset', 'impossible-rate']),
})

/** Bounds one report; more devices go into more reports. */
export const MAX_DROPPED_DEVICES = 500

const DroppedOfDevice = z.object({
  device: DeviceId,
  samples: z.number().int().nonnegative(),
  from: EpochMs,
  to: EpochMs,
})

/**
 * What left the outbox and was not acknowledged: how much, the first and last time of it, and why. `quota`, `age`: it was
 * over its bound; `thinned`: of older samples one in five minutes is kept; `disk-full`: the disk took nothing and memory
 * was full; `refused`: the server never takes it; `damaged`: the disk gave back something else than was written.
 */
const Dropped = z.object({
  ...head,
  kind: z.literal('dropped'),
  lane: z.enum(['samples', 'backfill', 'facts', 'events']),
  samples: z.number().int().nonnegative(),
  from: EpochMs,
  to: EpochMs,
  reason: z.enum(['quota', 'age', 'disk-full', 'refused', 'thinned', 'damaged']),
  /** Shares of single devices, each with its own times; what is beyond their sum belongs to no device. */
  devices: z.array(DroppedOfDevice).max(MAX_DROPPED_DEVICES).optional(),
})

/** Something about the agent itself that an operator should read. */
const Notice = z.object({
  ...head,
  kind: z.literal('notice'),
  code: z.string().max(64),
  message: z.string().max(1000),
})

export const EventReport = z.discriminatedUnion('kind', [ReachChanged, Discontinuity, Dropped, Notice, AnomalyReport])
export type EventReport = z.infer<typeof EventReport>

export type DropReason = Extract<EventReport, { kind: 'dropped' }>['reason']
