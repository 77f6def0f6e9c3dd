import { type EpochMs, epochMs } from '@eyenet/shared/identity'

/** Time as the agent sees it; tests bring their own. */
export type Clock = {
  /** Wall clock; it may jump. */
  now(): EpochMs
  /** Milliseconds since some moment; it never jumps. */
  monotonicMs(): number
  /** Runs once after so many milliseconds; the result cancels it. */
  after(delayMs: number, run: () => void): () => void
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => epochMs(Date.now()),
  monotonicMs: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}
