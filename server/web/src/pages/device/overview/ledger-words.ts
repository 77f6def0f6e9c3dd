import type { LedgerInterval, LedgerState } from '@eyenet/shared/api'
import { formatShortMoment } from '../../../format/moment.ts'

export const LEDGER_WORDS: Readonly<Record<LedgerState, string>> = {
  lost: 'lost',
  unknown: 'missing, unexplained',
  awaited: 'awaited',
  'not-sampled': 'not sampled',
  late: 'complete, came late',
  complete: 'complete',
  'not-watched': 'not watched',
}

/** Neighbours of the same state and reason, as one: from, to and what is said of them. */
export type Stretch = {
  readonly from: number
  readonly to: number
  readonly state: LedgerState
  readonly expected: number
  readonly stored: number
  readonly why: readonly string[]
}

export function stretchesOf(intervals: readonly LedgerInterval[]): readonly Stretch[] {
  const found: Stretch[] = []
  for (const one of intervals) {
    const last = found.at(-1)
    const { from, to, state, expected, stored, why } = one
    if (last !== undefined && last.state === state && last.why.join() === why.join()) {
      found[found.length - 1] = { ...last, to, expected: last.expected + expected, stored: last.stored + stored }
    } else found.push({ from, to, state, expected, stored, why })
  }
  return found
}

/** One stretch in words: "17:05 to 17:40: lost, 12 of 35 polls are here. The outbox was full." */
export function stretchWords({ from, to, state, expected, stored, why }: Stretch, now: number): string {
  const span = `${formatShortMoment(from, now)} to ${formatShortMoment(to, now)}`
  const polls = expected === 0 ? '' : `, ${Math.min(stored, expected)} of ${expected} polls are here`
  return [`${span}: ${LEDGER_WORDS[state]}${polls}.`, ...why].join(' ')
}
