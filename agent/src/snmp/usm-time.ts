/** RFC 3414, 2.2.3: seconds by which a message may be off before it counts as an old one sent again. */
export const TIME_WINDOW_SECONDS = 150
/** An engine whose boots have come so far has to be set up anew (RFC 3414, 2.3). */
const LAST_BOOTS = 0x7fff_ffff

/** What we believe of an engine's clock: what it told, and when it did, in milliseconds of a clock that never jumps. */
export type EngineTime = { readonly boots: number; readonly time: number; readonly toldAt: number }

/** The engine's time now. */
export function timeOf(engine: EngineTime, now: number): number {
  const time = engine.time + Math.floor((now - engine.toldAt) / 1_000)
  return Math.min(time, LAST_BOOTS)
}

/** Whether an authentic message of the engine is of now, and no old one (RFC 3414, 3.2, 7b). */
export function isTimely(engine: EngineTime, said: { boots: number; time: number }, now: number): boolean {
  if (said.boots === LAST_BOOTS || said.boots < engine.boots) return false
  return said.boots > engine.boots || said.time >= timeOf(engine, now) - TIME_WINDOW_SECONDS
}

/** What a timely, authentic message teaches about the engine's clock: anchored anew, so that a slow one is followed. */
export function learntTime(engine: EngineTime, said: { boots: number; time: number }, now: number): EngineTime {
  const isNewer = said.boots > engine.boots || (said.boots === engine.boots && said.time > engine.time)
  return isNewer ? { boots: said.boots, time: said.time, toldAt: now } : engine
}
