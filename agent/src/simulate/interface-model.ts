import { burstyClock } from './cascade.ts'
import type { DeviceModel } from './device-model.ts'
import { spanOf } from './device-model.ts'
import type { Fault } from './fault-script.ts'
import { createFlow, type Episode, type Flow } from './flow.ts'
import { seedOf, unitNoise } from './noise.ts'
import type { InterfaceSpec } from './site-spec.ts'
import { type Profile, volume } from './volume.ts'
import { type Cycle, createWindows, type Span, type Windows } from './windows.ts'

/** While a surge lasts, this much of the usual traffic's movement stays visible on top of it. */
const MOVEMENT_IN_SURGE = 0.03
const DISCARDS_PER_MS_IN_SURGE = 0.04
/** From 100 Gbit/s on, the counters of a device that has run for long are beyond 2^53 octets. */
const FAST_BPS = 100_000_000_000
const BEYOND_DOUBLE = 0x20_0000

/** One direction of one cable: both its ends read the same. */
export type Stream = {
  readonly seed: number
  readonly profile: Profile
  readonly flow: Flow
  readonly multicastPerMs: number
  readonly broadcastPerMs: number
  readonly bytesPerPacket: number
  readonly surge: Windows
}

/** A cable, or what is plugged into a port that leads out of the simulated site. `out` flows away from end a. */
export type Cable = { readonly down: Windows; readonly out: Stream; readonly in: Stream }

export type DirectionCounters = {
  octets(now: number): number
  unicast(now: number): number
  multicast(now: number): number
  broadcast(now: number): number
  errors(now: number): number
  discards(now: number): number
}

export type InterfaceModel = {
  readonly spec: InterfaceSpec
  isUp(now: number): boolean
  /** sysUpTime of the last change of state. */
  lastChange(now: number): number
  /** 2^32s to add to the octets' 64-bit counters. */
  octetsHigh(now: number): number
  readonly received: DirectionCounters
  readonly sent: DirectionCounters
}

/** Everything about a cable that its ends share. `faults` are those of either end, seen from end a. */
export function createCable(
  port: InterfaceSpec,
  cycle: Cycle,
  about: { readonly seed: number; readonly down: readonly Span[]; readonly faults: readonly Fault[] },
): Cable {
  const down = createWindows(cycle, about.down)
  const stream = (direction: 'in' | 'out', peak: number): Stream => {
    const seed = seedOf(about.seed, direction)
    const bytesPerMs = port.speedBps / 8_000
    const profile = { seed, peakPerMs: bytesPerMs * peak, peakHour: 9 + 8 * unitNoise(about.seed, 7) }
    const surges = about.faults.flatMap((fault): Episode[] =>
      fault.kind === 'surge' && (fault.direction === 'both' || fault.direction === direction)
        ? [{ ...spanOf(fault), scale: MOVEMENT_IN_SURGE, addPerMs: fault.utilisation * bytesPerMs }]
        : [],
    )
    const stalls = about.faults.filter(
      (fault) => fault.kind === 'stall' && (fault.direction === 'both' || fault.direction === direction),
    )
    const cuts = [...down.spans, ...stalls.map(spanOf)].map((span): Episode => ({ ...span, scale: 0, addPerMs: 0 }))
    return {
      seed,
      profile,
      flow: createFlow(profile, cycle, [...cuts, ...surges]),
      multicastPerMs: 0.0005 + 0.004 * unitNoise(seed, 1),
      broadcastPerMs: 0.0002 + 0.002 * unitNoise(seed, 2),
      bytesPerPacket: 420 + 700 * unitNoise(seed, 3),
      surge: createWindows(cycle, surges),
    }
  }
  return { down, out: stream('out', port.peakOut), in: stream('in', port.peakIn) }
}

/** One end of a cable. Without a cable nothing ever flows. */
export function createInterfaceModel(
  spec: InterfaceSpec,
  device: DeviceModel,
  end: { readonly cycle: Cycle; readonly cable?: Cable; readonly side: 'a' | 'b'; readonly faults: readonly Fault[] },
): InterfaceModel {
  const { cable, side, cycle } = end
  const errorFaults = end.faults.flatMap((fault) =>
    fault.kind === 'errors' ? [{ perMs: fault.perSecond / 1_000, windows: createWindows(cycle, [spanOf(fault)]) }] : [],
  )
  const upMs = (now: number) => Math.max(0, now - cycle.startedAt) - (cable?.down.spent(now) ?? 0)
  const errors = (now: number) =>
    errorFaults.reduce(
      (sum, fault) => sum + fault.perMs * fault.windows.spent(now),
      (spec.errorsPerSecond / 1_000) * burstyClock(device.seed + spec.index, upMs(now)),
    )
  const counters = (stream: Stream | undefined, errorTotal: (now: number) => number) =>
    directionCounters(device, stream, { cycle, upMs, errorTotal })
  const fast = spec.speedBps >= FAST_BPS ? BEYOND_DOUBLE : 0
  return {
    spec,
    isUp: (now) => cable !== undefined && cable.down.current(now) === undefined,
    lastChange(now) {
      const edge = cable?.down.lastEdge(now)
      return edge === undefined ? (device.bootedAt(now) === device.firstBoot ? 3_000 : 0) : device.ticksAt(edge, now)
    },
    octetsHigh: (now) => (fast !== 0 && device.bootedAt(now) === device.firstBoot ? fast : 0),
    received: counters(side === 'a' ? cable?.in : cable?.out, errors),
    sent: counters(side === 'a' ? cable?.out : cable?.in, () => 0),
  }
}

const still = () => 0
const STILL: DirectionCounters = {
  octets: still,
  unicast: still,
  multicast: still,
  broadcast: still,
  errors: still,
  discards: still,
}

function directionCounters(
  device: DeviceModel,
  stream: Stream | undefined,
  about: { cycle: Cycle; upMs: (now: number) => number; errorTotal: (now: number) => number },
): DirectionCounters {
  if (stream === undefined) return STILL
  const { cycle, upMs, errorTotal } = about
  const age = cycle.startedAt - device.firstBoot
  const octetsBefore = volume(stream.profile, device.firstBoot, cycle.startedAt)
  const count = (total: (now: number) => number, initial: number) => device.counter(total, initial)
  const burstyMs = (which: number, now: number) => burstyClock(stream.seed + which, upMs(now))
  return {
    octets: count(stream.flow.total, octetsBefore),
    unicast: count((now) => stream.flow.total(now) / stream.bytesPerPacket, octetsBefore / stream.bytesPerPacket),
    multicast: count((now) => stream.multicastPerMs * burstyMs(1, now), stream.multicastPerMs * age),
    broadcast: count((now) => stream.broadcastPerMs * burstyMs(2, now), stream.broadcastPerMs * age),
    errors: count(errorTotal, 0),
    discards: count(
      (now) => DISCARDS_PER_MS_IN_SURGE * stream.surge.spent(now),
      Math.floor(unitNoise(stream.seed, 4) * 900),
    ),
  }
}
