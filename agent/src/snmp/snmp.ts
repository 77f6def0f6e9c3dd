/**
 * SNMP client: v1, v2c and v3 over UDP and TCP, by our own codec and sockets. net-snmp makes v3's keys out of passwords,
 * and is loaded at the first contact with a v3 device. Reads values and tables and says what became of each question. It
 * knows no MIB, keeps no schedule and writes nothing to a device.
 */
import type { createSocket } from 'node:dgram'
import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { Logger } from 'pino'
import { noCounts, type SnmpCounters } from './counters.ts'
import { deadlines, type Timers } from './deadlines.ts'
import { openDevice, type Resolve, resolveByDns, type SnmpDevice } from './device.ts'
import type { SnmpTarget } from './outcome.ts'
import { openTransport } from './transport.ts'

export type { Column, ColumnTable, TableStop } from './column-table.ts'
export { cellAt, exactAt } from './column-table.ts'
export type { SnmpCounters } from './counters.ts'
export type * from './credential.ts'
export { AUTH_PROTOCOLS, PRIV_PROTOCOLS } from './credential.ts'
export type { Timers } from './deadlines.ts'
export type { Resolve, SnmpDevice, Table, TableRow } from './device.ts'
export type { SnmpErrorStatus, SnmpFailure, SnmpOutcome, SnmpTarget } from './outcome.ts'
export { describeOutcome } from './outcome.ts'
export type { ReadColumnsOptions } from './read-columns.ts'
export type { Notification, NotificationKind } from './read-notification.ts'
export { readNotification } from './read-notification.ts'
export type { Learnt } from './sizing.ts'
export type { SnmpValue, Varbind } from './value.ts'

export type SnmpEngine = {
  /** Opens nothing and sends nothing yet. One question at a time is in flight for each device made here. */
  device(target: SnmpTarget): SnmpDevice
  readonly counters: Readonly<SnmpCounters>
  /** Open questions end as `unreachable`; devices of this engine are of no use afterwards. */
  close(): void
}

export type SnmpEngineOptions = {
  readonly clock?: { now(): EpochMs }
  /** Milliseconds of a clock that never jumps: v3 tells old messages from new ones by it. */
  readonly monotonicMs?: () => number
  readonly timers?: Timers
  /** Numbers in 0 .. 1 that spread retries; `Math.random` unless told. */
  readonly random?: () => number
  readonly logger?: Logger
  /** Sockets per address family, 2 unless told: one receive buffer holds only so many answers to a burst. */
  readonly maxSockets?: number
  /** Opens the UDP sockets; Node's own unless told. */
  readonly createSocket?: typeof createSocket
  /** Host name to address; the system's resolver unless told. Answers are kept for five minutes. */
  readonly resolve?: Resolve
}

const DEFAULT_SOCKETS = 2

export function createSnmpEngine(options: SnmpEngineOptions = {}): SnmpEngine {
  const counters = noCounts()
  const timers = deadlines(options.timers ?? systemTimers)
  const monotonicMs = options.monotonicMs ?? (() => performance.now())
  const open = new Set<() => void>()
  const transport = openTransport({
    counters,
    timers,
    maxSockets: options.maxSockets ?? DEFAULT_SOCKETS,
    createSocket: options.createSocket,
    onSocketError: (err) =>
      options.logger?.warn({ err }, 'an SNMP socket failed and is opened anew at the next request'),
  })
  const clock = options.clock ?? { now: () => epochMs(Date.now()) }
  const resolve = options.resolve ?? resolveByDns
  const random = options.random ?? Math.random
  return {
    counters,
    device: (target) => openDevice({ target, transport, counters, resolve, clock, timers, random, monotonicMs, open }),
    close() {
      for (const close of [...open]) close()
      transport.close()
    },
  }
}

const systemTimers: Timers = {
  nowMs: () => performance.now(),
  after(ms, run) {
    // After the sockets were read: an answer that arrived while the process was busy is in time.
    const timer = setTimeout(() => setImmediate(run), ms)
    return () => clearTimeout(timer)
  },
}
