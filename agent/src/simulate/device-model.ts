import type { Fault } from './fault-script.ts'
import { seedOf, unitNoise } from './noise.ts'
import type { DeviceSpec, SensorSpec } from './site-spec.ts'
import { gaugeAt } from './volume.ts'
import { type Cycle, createWindows, type Windows } from './windows.ts'

const DAY_MS = 86_400_000
const SPIKE_MS = 41_000
const SPIKE_FROM = 0.985
/** The longest spike of a processor's load. */
const SPIKE_PERCENT = 30

/** Times and gauges of one device. Pure: the same time gives the same value. */
export type DeviceModel = {
  readonly spec: DeviceSpec
  readonly seed: number
  readonly down: Windows
  /** When it started before the script began. */
  readonly firstBoot: number
  /** When it last started: it restarts at the end of each outage. */
  bootedAt(now: number): number
  /** Hundredths of a second since it started. */
  upTicks(now: number): number
  /** Hundredths of a second between its start and a moment, 0 for moments before. */
  ticksAt(moment: number, now: number): number
  sensor(sensor: SensorSpec, now: number): number
  /** Percent busy, of one processor. */
  load(range: { readonly middle: number; readonly spread: number }, processor: number, now: number): number
  /**
   * A counter of the device: `total` counts from the script's start and never falls; the counter begins with what the time
   * before would have brought, and again at 0 when the device restarts.
   */
  counter(total: (now: number) => number, initial: number): (now: number) => number
}

export function createDeviceModel(
  spec: DeviceSpec,
  cycle: Cycle,
  site: { seed: number; faults: readonly Fault[] },
): DeviceModel {
  const seed = seedOf(site.seed, spec.name)
  const firstBoot = cycle.startedAt - Math.round(spec.uptimeDays * DAY_MS)
  const down = createWindows(
    cycle,
    site.faults.flatMap((fault) => (fault.kind === 'device_down' ? [spanOf(fault)] : [])),
  )
  const bootedAt = (now: number) => down.lastEnd(now) ?? firstBoot
  const rises = site.faults.flatMap((fault) =>
    fault.kind === 'temperature' ? [{ ...fault, windows: createWindows(cycle, [spanOf(fault)]) }] : [],
  )
  const busy = site.faults.flatMap((fault) =>
    fault.kind === 'cpu' ? [{ ...fault, windows: createWindows(cycle, [spanOf(fault)]) }] : [],
  )
  const stuck = site.faults.flatMap((fault) =>
    fault.kind === 'stuck' ? [{ ...fault, windows: createWindows(cycle, [spanOf(fault)]) }] : [],
  )
  /** The time whose value a sensor shows: that of the fault's begin while it is stuck. */
  const shownAt = (sensor: SensorSpec, now: number) =>
    stuck.find((one) => one.sensor === sensor.name && one.windows.current(now) !== undefined)?.windows.current(now)
      ?.from ?? now
  return {
    spec,
    seed,
    down,
    firstBoot,
    bootedAt,
    upTicks: (now) => Math.floor((now - bootedAt(now)) / 10),
    ticksAt: (moment, now) => Math.max(0, Math.floor((moment - bootedAt(now)) / 10)),
    sensor(sensor, at) {
      const now = shownAt(sensor, at)
      const usual = gaugeAt({ seed: seedOf(seed, sensor.name), middle: sensor.middle, spread: sensor.spread }, now)
      if (sensor.kind !== 'celsius') return usual
      const concerned = rises.filter((rise) => rise.sensor === undefined || rise.sensor === sensor.name)
      return concerned.reduce((sum, rise) => sum + rise.celsius * heat(rise.windows, now), usual)
    },
    load(range, processor, now) {
      const usual = gaugeAt({ seed: seed + 101 * processor, ...range }, now)
      const forced = busy.filter((one) => one.windows.current(now) !== undefined).map((one) => one.percent)
      const peak = usual + SPIKE_PERCENT * spike(seed + 101 * processor, now)
      return Math.round(Math.min(100, Math.max(0, peak, ...forced)))
    },
    counter(total, initial) {
      const start = Math.floor(initial)
      if (down.spans.length === 0) return (now) => start + Math.floor(total(now))
      return (now) => {
        const boot = bootedAt(now)
        return boot === firstBoot ? start + Math.floor(total(now)) : Math.floor(total(now)) - Math.floor(total(boot))
      }
    },
  }
}

export const spanOf = (fault: Fault) => ({ from: fault.at, to: fault.at + fault.for })

/** Mostly 0: a few times a day some work keeps a processor busy for a minute or less, seldom much of it. */
function spike(seed: number, now: number): number {
  const luck = unitNoise(seed + 7, Math.floor(now / SPIKE_MS))
  return luck < SPIKE_FROM ? 0 : ((luck - SPIKE_FROM) / (1 - SPIKE_FROM)) ** 3
}

/** 0 to 1: rises over the first third of a window, holds, and falls over the last tenth. */
function heat(windows: Windows, now: number): number {
  const span = windows.current(now)
  if (span === undefined) return 0
  const part = (now - span.from) / (span.to - span.from)
  return Math.min(1, part * 3, (1 - part) * 10)
}
