import type { Band } from '@eyenet/shared/api'
import { epochMs, type Labels } from '@eyenet/shared/identity'
import { REASONS, sentenceOf, type TickBatch } from '@eyenet/shared/judge'

export type Verdict = {
  readonly from: number
  to?: number
  score: number
  readonly reason: string
  readonly sentence: string
}

const FIRST_ROWS = 1_024

/** What the judge said of one series, row after row, in typed arrays that grow by doubling. 36 octets a row. */
export class JudgedColumns {
  count = 0
  readonly verdicts: Verdict[] = []
  #times = new Float64Array(FIRST_ROWS)
  #values = new Float64Array(FIRST_ROWS)
  #low = new Float64Array(FIRST_ROWS)
  #high = new Float64Array(FIRST_ROWS)
  #score = new Float32Array(FIRST_ROWS)

  /** Takes in a concluded row of a batch. */
  add(batch: TickBatch, row: number): void {
    if (this.count === this.#times.length) this.#grow()
    const at = this.count++
    this.#times[at] = batch.times[row] ?? 0
    this.#values[at] = batch.values[row] ?? Number.NaN
    this.#low[at] = batch.low[row] ?? Number.NaN
    this.#high[at] = batch.high[row] ?? Number.NaN
    this.#score[at] = batch.score[row] ?? 0
    const last = this.verdicts.at(-1)
    if (batch.change[row] === 1) this.verdicts.push(this.#verdict(batch, row))
    else if (batch.change[row] === -1 && last !== undefined) last.to = batch.times[row] ?? 0
    else if (batch.active[row] === 1 && last !== undefined) last.score = Math.max(last.score, batch.score[row] ?? 0)
  }

  /** The rows of from < time <= to, cut into steps whose ends are `from` and whole steps after it. */
  band(of: { labels: Labels; judgedAs: Band['judgedAs'] }, span: { from: number; to: number; stepMs: number }): Band {
    const { from, to, stepMs } = span
    const band: Band = { ...of, times: [], values: [], low: [], high: [], score: [], verdicts: [] }
    for (let at = this.#firstAfter(from); at < this.count; at++) {
      const time = this.#times[at] ?? 0
      if (time > to) break
      const end = from + Math.ceil((time - from) / stepMs) * stepMs
      const isSame = band.times.at(-1) === end
      const place = isSame ? band.times.length - 1 : band.times.length
      band.times[place] = end
      band.values[place] = figure(this.#values[at])
      band.low[place] = figure(this.#low[at])
      band.high[place] = figure(this.#high[at])
      band.score[place] = Math.max(isSame ? (band.score[place] ?? 0) : 0, this.#score[at] ?? 0)
    }
    const seen = this.verdicts.filter((one) => one.from <= to && (one.to === undefined || one.to > from))
    band.verdicts.push(
      ...seen.map(({ from: since, to: end, ...rest }) => {
        return { ...rest, from: epochMs(since), ...(end !== undefined && { to: epochMs(end) }) }
      }),
    )
    return band
  }

  #verdict(batch: TickBatch, row: number): Verdict {
    const reason = REASONS[batch.reason[row] ?? 0] ?? 'none'
    const spoken = {
      ...{ reason, value: batch.values[row] ?? Number.NaN, detail: batch.detail[row] ?? Number.NaN },
      ...{ low: batch.low[row] ?? Number.NaN, high: batch.high[row] ?? Number.NaN },
    }
    return { from: batch.times[row] ?? 0, score: batch.score[row] ?? 0, reason, sentence: sentenceOf(spoken) }
  }

  #firstAfter(time: number): number {
    let [low, high] = [0, this.count]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#times[middle] ?? 0) <= time) low = middle + 1
      else high = middle
    }
    return low
  }

  #grow(): void {
    const grown = (former: Float64Array): Float64Array<ArrayBuffer> => {
      const next = new Float64Array(2 * former.length)
      next.set(former)
      return next
    }
    this.#times = grown(this.#times)
    this.#values = grown(this.#values)
    this.#low = grown(this.#low)
    this.#high = grown(this.#high)
    const score = new Float32Array(2 * this.#score.length)
    score.set(this.#score)
    this.#score = score
  }
}

function figure(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null
}
