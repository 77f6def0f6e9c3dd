/** One counter: what the device last said, and what is taken off before it is sent. Used again for the next one: no garbage. */
export type CounterTrack = {
  /** NaN before the first reading. */
  raw: number
  base: number
}

export type CounterBreak = 'counter-reset' | 'impossible-rate'

/** Filled anew for each counter. */
export type CounterReading = {
  raw: number
  is64Bit: boolean
  /** Since the last reading. */
  seconds: number
  /** The device, or this counter, began anew: sysUpTime or ifCounterDiscontinuityTime says so. */
  restarted: boolean
  /** Units per second that the interface can do; 0 when unknown. */
  ceiling: number
}

const WRAP_32 = 2 ** 32
const HALF_32 = 2 ** 31
/** More than any interface moves: 800 Gbit/s in octets. Nominal speeds of virtual interfaces are often far too low. */
const LOOSEST_CEILING = 1e11

/**
 * The next value of a counter for the outside, where a fall means "began at 0" (Prometheus' `rate`). A 32-bit wrap
 * goes on above 2^32. A fall to a value that cannot have been reached since, or an impossible rise, is a break: the
 * base moves to it, so that no rate across it can spike. NaN at a break: a marker goes out, and the next value begins
 * where this reading is; `causeOfBreak` says why. Changes `track`.
 */
export function stepCounter(track: CounterTrack, reading: CounterReading): number {
  const { raw, is64Bit, seconds, restarted, ceiling } = reading
  const before = track.raw
  track.raw = raw
  if (Number.isNaN(before)) {
    // A base from before a restart of the agent: the device has begun anew since.
    if (track.base > raw) track.base = 0
    return raw - track.base
  }
  if (raw >= before) {
    const most = Math.max(2 * ceiling, LOOSEST_CEILING)
    return raw - before <= most * seconds ? raw - track.base : breakAt(track)
  }
  if (!is64Bit && !restarted && isWrap(raw + WRAP_32 - before, reading)) {
    track.base -= WRAP_32
    return raw - track.base
  }
  const reachable = ceiling > 0 ? 2 * ceiling * seconds : LOOSEST_CEILING * seconds
  if (raw > reachable) return breakAt(track)
  track.base = 0
  return raw
}

/** Why a step with this reading was a break, for people. */
export function causeOfBreak({ restarted }: CounterReading): CounterBreak {
  return restarted ? 'counter-reset' : 'impossible-rate'
}

function breakAt(track: CounterTrack): number {
  track.base = track.raw
  return Number.NaN
}

/** A rise over the 32-bit edge is likelier than a reset when it is small, or well within what the interface can do. */
function isWrap(rise: number, { ceiling, seconds }: CounterReading): boolean {
  return ceiling > 0 ? rise <= 2 * ceiling * seconds : rise <= HALF_32
}
