import type { AgentId, EpochMs } from '@eyenet/shared/identity'

/** Alarms of one model at one agent since it is judged there, and how much was judged. */
export type AlarmEvidence = {
  readonly agent: AgentId
  /** When verdicts on series began, ascending. */
  readonly alarms: readonly EpochMs[]
  /** The same of the model that ran in its shadow, or before it; undefined where none did. */
  readonly control: readonly EpochMs[] | undefined
  /** Series × 30 days. */
  readonly seriesMonths: number
  /** Alarms per series and 30 days that the agent was asked for. */
  readonly asked: number
}

export type AlarmVerdict =
  | { readonly kind: 'within' }
  /** Too little was judged, or too few came, to say. */
  | { readonly kind: 'open' }
  | { readonly kind: 'over'; readonly alarms: number; readonly expected: number }

/** What happens within it is taken for one event in the network. */
const BUCKET_MS = 5 * 60_000
/** Where nothing tells a true incident from a bad model, the worst so many buckets of each agent do not count. */
const FORGIVEN_BUCKETS = 2
/** A budget is left when more than so many times of it came. */
const TOLERATED_FACTOR = 2
/** One roll-out in ten thousand is returned though its model keeps the budget. */
const MAX_CHANCE = 1e-4
/** Fewer are no flood, however small the budget is. */
const MIN_ALARMS = 5

/**
 * Whether the alarms of a model leave its budget: more than twice what was asked for, and more than chance explains
 * (Poisson). An incident in the network is no fault of it: what the control found as well does not count, and without a
 * control the two worst five minutes of each agent do not.
 */
export function judgeAlarms(evidence: readonly AlarmEvidence[]): AlarmVerdict {
  let [alarms, expected] = [0, 0]
  for (const one of evidence) {
    expected += one.asked * one.seriesMonths
    alarms += one.control === undefined ? withoutWorst(one.alarms) : beyondControl(one.alarms, one.control)
  }
  if (expected === 0) return { kind: 'open' }
  const isOver = alarms >= MIN_ALARMS && alarms > TOLERATED_FACTOR * expected
  if (isOver && chanceOfAtLeast(alarms, expected) < MAX_CHANCE) return { kind: 'over', alarms, expected }
  return expected >= MIN_ALARMS ? { kind: 'within' } : { kind: 'open' }
}

/** Chance that a Poisson variable of this mean is `count` or more. */
export function chanceOfAtLeast(count: number, mean: number): number {
  // Terms from `count` on, which fall where count is above the mean; by logarithms, so that large ones do not overflow.
  let logTerm = -mean + count * Math.log(mean)
  for (let factor = 2; factor <= count; factor++) logTerm -= Math.log(factor)
  let term = Math.exp(logTerm)
  let sum = 0
  for (let at = count; at < count + MAX_TERMS; at++) {
    sum += term
    term *= mean / (at + 1)
    if (term < sum * 1e-12) break
  }
  return Math.min(1, sum)
}

/** Bounds the sum; each term beyond the mean is smaller than the one before. */
const MAX_TERMS = 100_000

function beyondControl(alarms: readonly EpochMs[], control: readonly EpochMs[]): number {
  const known = countsOf(control)
  let beyond = 0
  for (const [bucket, count] of countsOf(alarms)) beyond += Math.max(0, count - around(known, bucket))
  return beyond
}

/** The control may find the same some minutes sooner or later. */
const around = (counts: ReadonlyMap<number, number>, bucket: number): number =>
  (counts.get(bucket - 1) ?? 0) + (counts.get(bucket) ?? 0) + (counts.get(bucket + 1) ?? 0)

function withoutWorst(alarms: readonly EpochMs[]): number {
  const counts = [...countsOf(alarms).values()].sort((a, b) => b - a)
  return counts.slice(FORGIVEN_BUCKETS).reduce((sum, count) => sum + count, 0)
}

function countsOf(alarms: readonly EpochMs[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (const at of alarms) {
    const bucket = Math.floor(at / BUCKET_MS)
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1)
  }
  return counts
}
