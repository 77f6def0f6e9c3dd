/** Milliseconds into each interval at which one job runs: spread by its id, the same after every start (FNV-1a). */
export function phaseOf(id: string, intervalMs: number): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x0100_0193) >>> 0
  return hash % intervalMs
}

/** The first tick after `now`: a multiple of the interval since 1970, plus the phase. */
export function nextTick(now: number, intervalMs: number, phaseMs: number): number {
  return (Math.floor((now - phaseMs) / intervalMs) + 1) * intervalMs + phaseMs
}

export type Decision =
  | { readonly kind: 'wait' }
  /** `missed` ticks before this one are left out: the machine slept, or the last poll took too long. */
  | { readonly kind: 'start'; readonly tick: number; readonly missed: number }
  | { readonly kind: 'skip'; readonly missed: number }

/** What to do with a job whose next tick is `due`. A poll that runs is never joined by a second one. */
export function decide(job: { due: number; intervalMs: number; isRunning: boolean }, now: number): Decision {
  const { due, intervalMs, isRunning } = job
  if (now < due) return { kind: 'wait' }
  const missed = Math.floor((now - due) / intervalMs)
  if (isRunning) return { kind: 'skip', missed: missed + 1 }
  return { kind: 'start', tick: due + missed * intervalMs, missed }
}

/** Whether a poll that starts so long after its tick counts as late. */
export function isLate(delayMs: number, intervalMs: number): boolean {
  return delayMs > intervalMs / 10
}
