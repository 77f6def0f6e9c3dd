import { MEMBERS } from './state-layout.ts'
import type { Tuning } from './tuning.ts'

/** What follows from a tuning, for all series. */
export class TailPrior {
  /** The distance from which each member's tail is learnt; 0: silent. */
  readonly starts: Float64Array
  /** How much the prior of each member weighs, as a factor. */
  readonly trust: Float64Array
  /** Share of samples above the start. */
  readonly share: number

  constructor(tuning: Tuning) {
    this.starts = Float64Array.from(MEMBERS, (member) => tuning.bounds[member] * tuning.tailStart)
    this.trust = Float64Array.from(MEMBERS, (member) => (member === 'short' ? tuning.shortWeight : 1))
    this.share = tuning.baseShare * tuning.tailStart ** (-1 / tuning.tailIndex)
  }
}
