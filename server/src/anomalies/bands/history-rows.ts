import { RateMeter } from '@eyenet/shared/judge'

/** Times and values (NaN: due and not there) as the judge takes them. */
export type JudgeRows = { readonly times: number[]; readonly values: number[] }

/** Samples of a series as they are stored, and the times at which its device answered; both ascending. */
export type StoredSamples = {
  readonly times: Float64Array
  readonly values: Float64Array
  readonly polls: Float64Array
}

/** A sample is overdue at the first poll this many of its intervals after the one before, and again so many later. */
const OVERDUE_INTERVALS = 1.6
const AGAIN_INTERVALS = 0.9
/** How fast the usual interval follows, and the longest step that it follows: a gap says nothing of it. */
const FOLLOW = 1 / 8
const LONGEST_STEP = 4

/**
 * Stored samples as the rows that an agent judges: gauges as they are, counters as rates, and a row without a value where its
 * device answered and the sample did not come. It goes on where it was left, with samples that are newer.
 */
export class HistoryRows {
  readonly #isCounter: boolean
  readonly #rates = new RateMeter(1)
  #lastMs = 0
  #rowMs = 0
  #intervalMs = 0

  constructor(judgedAs: 'gauge' | 'counter') {
    this.#isCounter = judgedAs === 'counter'
  }

  take({ times, values, polls }: StoredSamples): JudgeRows {
    const rows: JudgeRows = { times: [], values: [] }
    let poll = 0
    for (let at = 0; at < times.length; at++) {
      const time = times[at] ?? 0
      // Polls before the sample could have brought it; the one of the same time did.
      for (; poll < polls.length && (polls[poll] ?? 0) < time; poll++) this.#miss(polls[poll] ?? 0, rows)
      if (polls[poll] === time) poll++
      this.#sample(time, values[at] ?? Number.NaN, rows)
    }
    for (; poll < polls.length; poll++) this.#miss(polls[poll] ?? 0, rows)
    return rows
  }

  #sample(time: number, reading: number, rows: JudgeRows): void {
    const elapsed = time - this.#lastMs
    if (elapsed <= 0) return
    if (!Number.isNaN(reading)) {
      if (this.#lastMs > 0) {
        const usual = this.#intervalMs
        this.#intervalMs = usual === 0 ? elapsed : usual + (Math.min(elapsed, LONGEST_STEP * usual) - usual) * FOLLOW
      }
      this.#lastMs = time
    }
    const isRate = this.#isCounter && !Number.isNaN(reading)
    const value = isRate ? this.#rates.rate(0, time, reading) : reading
    // The first reading of a counter, and the first after its reset, say nothing.
    if (isRate && Number.isNaN(value)) return
    this.#add(time, value, rows)
  }

  #miss(time: number, rows: JudgeRows): void {
    const usual = this.#intervalMs
    if (usual === 0 || time - this.#lastMs < OVERDUE_INTERVALS * usual) return
    if (time - this.#rowMs >= AGAIN_INTERVALS * usual) this.#add(time, Number.NaN, rows)
  }

  #add(time: number, value: number, rows: JudgeRows): void {
    this.#rowMs = time
    rows.times.push(time)
    rows.values.push(value)
  }
}
