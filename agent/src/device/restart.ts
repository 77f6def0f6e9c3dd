export type UptimeReading = {
  /** sysUpTime, 1/100 s; it rolls over after 497 days. */
  readonly upTime: number
  /** snmpEngineTime, seconds since the engine started (RFC 3411); rolls over after 68 years. */
  readonly engineTime?: number
  /** When it was read, monotonic milliseconds. */
  readonly atMs: number
}

const ROLLOVER = 2 ** 32
/** What clocks of devices and the way of a packet may add up to, and per second that lies between. */
const TOLERANCE_S = 30
const TOLERANCE_RATIO = 0.02

/** Whether the SNMP entity started anew between two readings. A rollover of sysUpTime is no restart. */
export function hasRestarted(before: UptimeReading, now: UptimeReading): boolean {
  const elapsed = (now.atMs - before.atMs) / 1000
  const tolerance = TOLERANCE_S + elapsed * TOLERANCE_RATIO
  const expected = (before.upTime + elapsed * 100) % ROLLOVER
  const ahead = (((now.upTime - expected) % ROLLOVER) + ROLLOVER) % ROLLOVER
  const off = Math.min(ahead, ROLLOVER - ahead) / 100
  // Ticks that run slow or fast, but only forward, are a bad clock; this is how some devices count.
  if (now.upTime >= before.upTime && elapsed < 3_600) return false
  if (off <= tolerance) return false
  if (before.engineTime === undefined || now.engineTime === undefined) return true
  return now.engineTime < before.engineTime + elapsed - tolerance
}
