import { EyeNetError } from '../errors/errors.ts'

// A query may look at this many times more samples than it may hold: windows overlap, and rows pass without being held.
const LOOKS_PER_SAMPLE = 10
// Samples looked at between two looks at the clock: some two milliseconds.
const LOOKS_PER_PULSE = 200_000
// The labels of a series take as long to compare or to change, and a row to begin, as some hundred samples to add up.
const LOOKS_PER_ROW = 100

export type BudgetInput = {
  readonly maxSamples: number
  /** Asked now and then while computing; true ends the query. */
  readonly stopped: () => boolean
}

/** What a query may hold and look at, and for how long. Each method throws EyeNetError `limit_exceeded`. */
export class Budget {
  private readonly input: BudgetInput
  private readonly pulseAfter: number
  private held = 0
  private looked = 0
  private sincePulse = 0

  constructor(input: BudgetInput) {
    this.input = input
    this.pulseAfter = Math.min(LOOKS_PER_PULSE, input.maxSamples)
  }

  /** Counts samples that are kept in memory. */
  hold(samples: number): void {
    this.held += samples
    const { maxSamples } = this.input
    if (this.held > maxSamples) {
      throw new EyeNetError(
        'limit_exceeded',
        `query needs more than ${maxSamples} samples, the limit maxSamples; ask for less time, fewer series or a larger step`,
      )
    }
    this.pass(samples)
  }

  /** Counts samples that are looked at or made and not kept. */
  look(samples: number): void {
    this.looked += samples
    const most = this.input.maxSamples * LOOKS_PER_SAMPLE
    if (this.looked > most) {
      throw new EyeNetError(
        'limit_exceeded',
        `query looks at too many samples, more than ${most}, ${LOOKS_PER_SAMPLE} times the limit maxSamples; ask for a larger step or a shorter range`,
      )
    }
    this.pass(samples)
  }

  /** Tells that so many series' labels were worked on, or rows begun, which takes time whatever they hold. */
  rows(count: number): void {
    this.pass(count * LOOKS_PER_ROW)
  }

  /** Looks at the clock. */
  pulse(): void {
    this.sincePulse = 0
    if (this.input.stopped()) throw new EyeNetError('limit_exceeded', 'query was stopped: time is up')
  }

  private pass(looks: number): void {
    this.sincePulse += looks
    if (this.sincePulse >= this.pulseAfter) this.pulse()
  }
}
