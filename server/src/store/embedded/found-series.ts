import { type Columns, NO_SAMPLES } from './chunks/columns.ts'
import type { Series } from './heads/series.ts'

/** Series that a selection matches, with what of them is in memory: columns that another thread may be given. */
export type FoundSeries = {
  readonly refs: Int32Array<ArrayBuffer>
  /** Samples in memory of each series; its values follow those of the one before. */
  readonly counts: Int32Array<ArrayBuffer>
  /** Where in `times` those of each series begin; series with the same times share them. */
  readonly timesAt: Int32Array<ArrayBuffer>
  readonly values: Float64Array<ArrayBuffer>
  readonly times: Float64Array<ArrayBuffer>
  /** Count of the store's changes when they were found. */
  readonly changes: number
}

/** Copies what the heads have of from <= time <= to. */
export function foundSeries(
  series: readonly Series[],
  { from, to, changes }: { from: number; to: number; changes: number },
): FoundSeries {
  const refs = Int32Array.from(series, ({ ref }) => ref)
  const counts = new Int32Array(series.length)
  const timesAt = new Int32Array(series.length)
  const heads: Columns[] = []
  const shared = new SharedTimes()
  let total = 0
  for (const [at, { head }] of series.entries()) {
    const columns = head?.read(from, to) ?? NO_SAMPLES
    heads.push(columns)
    counts[at] = columns.times.length
    timesAt[at] = shared.place(columns.times)
    total += columns.values.length
  }
  const values = new Float64Array(total)
  let length = 0
  for (const columns of heads) {
    values.set(columns.values, length)
    length += columns.values.length
  }
  return { refs, counts, timesAt, values, times: shared.copied(), changes }
}

/** The head of the series at `at`, `valuesAt` being the samples of those before it. */
export function headOf({ counts, timesAt, values, times }: FoundSeries, at: number, valuesAt: number): Columns {
  const count = counts[at] ?? 0
  const start = timesAt[at] ?? 0
  return { times: times.subarray(start, start + count), values: values.subarray(valuesAt, valuesAt + count) }
}

/** Views of the same memory are kept once. */
class SharedTimes {
  readonly #blocks: { readonly view: Float64Array; readonly at: number }[] = []
  readonly #byBuffer = new Map<ArrayBufferLike, Map<number, number>>()
  #length = 0

  /** Where this column will stand; a view that begins where a longer one does stands there too. */
  place(view: Float64Array): number {
    if (view.length === 0) return 0
    const byOffset = this.#byBuffer.get(view.buffer) ?? new Map<number, number>()
    this.#byBuffer.set(view.buffer, byOffset)
    const known = byOffset.get(view.byteOffset)
    const block = known === undefined ? undefined : this.#blocks[known]
    if (block !== undefined && block.view.length >= view.length) return block.at
    byOffset.set(view.byteOffset, this.#blocks.length)
    this.#blocks.push({ view, at: this.#length })
    this.#length += view.length
    return this.#length - view.length
  }

  copied(): Float64Array<ArrayBuffer> {
    const times = new Float64Array(this.#length)
    for (const { view, at } of this.#blocks) times.set(view, at)
    return times
  }
}
