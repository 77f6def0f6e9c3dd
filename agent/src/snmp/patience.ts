/** Each try waits so many times longer than the one before. */
const BACK_OFF = 1.5
const MOST_WAIT_MS = 30_000
/** A wait is longer by up to this share, at random: devices that fell silent together are not asked again together. */
const JITTER = 0.2

/** What a device's answers so far let expect of it. */
export type Patience = {
  readonly hasAnswered: boolean /** Questions in a row without an answer. */
  readonly silent: number
}

export const firstPatience: Patience = { hasAnswered: false, silent: 0 }

export const afterSilence = (patience: Patience): Patience => ({ ...patience, silent: patience.silent + 1 })
export const afterSign: Patience = { hasAnswered: true, silent: 0 }

/**
 * Further tries of a question. A device that answered the question before lives, so that silence is most likely loss: it
 * gets as many again. One that has been silent for several questions gets fewer each time; its first answer heals that.
 */
export function triesOf({ hasAnswered, silent }: Patience, retries: number): number {
  if (silent > 0) return Math.max(0, retries + 1 - silent)
  return hasAnswered ? retries * 2 : retries
}

/** How long to wait for the answer of a try. `chance` lies in 0 .. 1. */
export function waitMsOf(
  attempt: number,
  { timeoutMs, retries }: { timeoutMs: number; retries: number },
  chance: number,
): number {
  // The tries that a living device gets beyond the usual wait as long as the first.
  const longer = attempt > retries ? 0 : attempt
  return Math.min(MOST_WAIT_MS, timeoutMs * BACK_OFF ** longer * (1 + JITTER * chance))
}
