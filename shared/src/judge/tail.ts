import type { Row } from './row.ts'
import { MEMBER, TAIL_FIELDS, TAILS } from './state-layout.ts'

/** Rows before a member's distances are learnt: the first ones are measured with next to nothing. */
const FIRST_ROWS = 20
/** Counts are halved above these, so that what a series was long ago is forgotten. */
const MOST_ROWS = 20_000
const MOST_EXCESSES = 200
/** An excess counts this much at most, so that an anomaly does not teach that anomalies are usual. */
const EXCESS_CAP = 2
/** Surprise of a distance below the tail's start, as a share of the surprise at the start. */
const BELOW = 0.7
const [SEEN, OVER, FITTED, EXCESS] = [0, 1, 2, 3] as const

/**
 * Surprise of a member's distance in nats: -ln of the share of samples that are as far, from the share above the tail's
 * start and a Pareto tail beyond (Hill). Both begin with a prior that the series' own samples correct.
 */
export function surpriseOf(row: Row, member: number, distance: number): number {
  const { floats, tuning, prior } = row
  const at = row.base + TAILS + TAIL_FIELDS * member
  const start = prior.starts[member] ?? 0
  if (distance <= start) return (-Math.log(prior.share) * BELOW * distance) / start
  const trust = prior.trust[member] ?? 1
  const [shareWeight, tailIndexWeight] = [tuning.shareWeight * trust, tuning.tailIndexWeight * trust]
  const share = ((floats[at + OVER] ?? 0) + shareWeight) / ((floats[at + SEEN] ?? 0) + shareWeight / prior.share)
  const fitted = (floats[at + EXCESS] ?? 0) + tailIndexWeight * tuning.tailIndex
  const index = fitted / ((floats[at + FITTED] ?? 0) + tailIndexWeight)
  return -Math.log(Math.min(1, share)) + Math.log(distance / start) / index
}

/** Learns what the members said of a sample, from `raw` at `from`. */
export function learnTails(row: Row, raw: Float32Array, from: number): void {
  if (row.rows < FIRST_ROWS) return
  const { floats, prior } = row
  for (let member = 0; member < row.members; member++) {
    const start = prior.starts[member] ?? 0
    if (start === 0 || member === MEMBER.flat) continue
    const at = row.base + TAILS + TAIL_FIELDS * member
    const distance = raw[from + member] ?? 0
    const seen = (floats[at + SEEN] ?? 0) + 1
    floats[at + SEEN] = seen
    if (distance > start) {
      floats[at + OVER] = (floats[at + OVER] ?? 0) + 1
      floats[at + FITTED] = (floats[at + FITTED] ?? 0) + 1
      floats[at + EXCESS] = (floats[at + EXCESS] ?? 0) + Math.min(EXCESS_CAP, Math.log(distance / start))
    }
    if (seen > MOST_ROWS) halve(floats, at)
    if ((floats[at + FITTED] ?? 0) > MOST_EXCESSES) halve(floats, at + FITTED)
  }
}

function halve(floats: Float32Array, at: number): void {
  floats[at] = (floats[at] ?? 0) / 2
  floats[at + 1] = (floats[at + 1] ?? 0) / 2
}
