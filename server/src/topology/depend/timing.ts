import type { Answer } from './picture.ts'

/** Agents' clocks differ, and polls of one tick end one after the other. */
const SLACK_MS = 5_000
/** A poll is over by then after it was due. */
const POLL_GRACE_MS = 20_000
/** So long an outage waits at most for those who were not asked since. */
const MAX_HOLD_MS = 5 * 60_000
/** From that age on what is undecided is held; rules wait a minute anyway. */
export const HELD_FROM_MS = 40_000

const MIN_RETURN_MS = 2 * 60_000
const MAX_RETURN_MS = 10 * 60_000
const RETURN_POLLS = 3

/** Whether two devices may have failed at the same moment: between its last answer and the first poll without one. */
export function failedTogether(a: Answer, b: Answer): boolean {
  return a.answeredAt - SLACK_MS <= b.since + SLACK_MS && b.answeredAt - SLACK_MS <= a.since + SLACK_MS
}

/** Whether what answers was asked after the moment; after a bounded wait it is taken to have been. */
export function wasAskedSince(answer: Answer, at: number, now: number): boolean {
  if (answer.isHost || answer.askedAt >= at) return true
  return now >= Math.min(answer.askedAt + answer.intervalMs + POLL_GRACE_MS, at + MAX_HOLD_MS)
}

/** How long a device has after its way is back to start and to be asked. */
export function returnMs({ intervalMs }: Answer): number {
  return Math.min(MAX_RETURN_MS, Math.max(MIN_RETURN_MS, RETURN_POLLS * intervalMs + POLL_GRACE_MS))
}
