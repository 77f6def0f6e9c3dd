/** One counter: what the device last said, and what is taken off before it is sent. */
export type CounterTrack = {
  /** NaN before the first reading. */
  raw: number
  base: number
}

export type CounterReading = {
  readonly raw: number
  readonly is64Bit: boolean
  /** Since the last reading. */
  readonly seconds: number
  /** The device, or this counter, began anew: sysUpTime or ifCounterDiscontinuityTime says so. */
  readonly restarted: boolean
  /** Units per second that the interface can do; 0 when unknown. */
  readonly ceiling: number
}

export type CounterStep =
  | { readonly kind: 'value'; readonly value: number }
  /** No value for this tick: a marker goes out, and the next value begins where this reading is. */
  | { readonly kind: 'break'; readonly cause: 'counter-reset' | 'impossible-rate' }

const WRAP_32 = 2 ** 32
const HALF_32 = 2 ** 31
/** More than any interface moves: 800 Gbit/s in octets. Nominal speeds of virtual interfaces are often far too low. */
const LOOSEST_CEILING = 1e11

/**
 * The next value of a counter for the outside, where a fall means "began at 0" (Prometheus' `rate`). A 32-bit wrap
 * goes on above 2^32. A fall to a value that cannot have been reached since, or an impossible rise, is a break: the
 * base moves to it, so that no rate across it can spike. Changes `track`.
 */
export function stepCounter(track: CounterTrack, reading: CounterReading): CounterStep {
  const { raw, is64Bit, seconds, restarted, ceiling } = reading
  const before = track.raw
  track.raw = raw
  if (Number.isNaN(before)) {
    // A base from before a restart of the agent: the device has begun anew since.
    if (track.base > raw) track.base = 0
    return { kind: 'value', value: raw - track.base }
  }
  if (raw >= before) {
    const most = Math.max(2 * ceiling, LOOSEST_CEILING)
    return raw - before <= most * seconds
      ? { kind: 'value', value: raw - track.base }
      : breakAt(track, 'impossible-rate')
  }
  if (!is64Bit && !restarted && isWrap(raw + WRAP_32 - before, reading)) {
    track.base -= WRAP_32
    return { kind: 'value', value: raw - track.base }
  }
  const reachable = ceiling > 0 ? 2 * ceiling * seconds : LOOSEST_CEILING * seconds
  if (raw > reachable) return breakAt(track, restarted ? 'counter-reset' : 'impossible-rate')
  track.base = 0
  return { kind: 'value', value: raw }
}

function breakAt(track: CounterTrack, cause: 'counter-reset' | 'impossible-rate'): CounterStep {
  track.base = track.raw
  return { kind: 'break', cause }
}

/** A rise over the 32-bit edge is likelier than a reset when it is small, or well within what the interface can do. */
function isWrap(rise: number, { ceiling, seconds }: CounterReading): boolean {
  return ceiling > 0 ? rise <= 2 * ceiling * seconds : rise <= HALF_32
}
