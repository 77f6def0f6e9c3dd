import type { SelectionUse, TierSamples } from '@eyenet/shared/promql'
import { type Columns, concatColumns, firstAtOrAfter } from '../chunks/columns.ts'
import { type ReadRequest, readSeries } from '../chunks/reading.ts'
import { TIERS, type Tier } from './tier-buckets.ts'
import { type BucketRow, openBuckets } from './tier-codec.ts'
import { type Coverage, columnFor, fittingTiers, planSegments, type Segment } from './tier-plan.ts'

export type UseRequest = ReadRequest & { readonly use: SelectionUse | undefined }
export type UseColumns = Columns & { readonly tier?: TierSamples }

/**
 * One series' samples for a use, each part from where it is answered best; `tier` says when not all of them are samples as
 * they came. The reader shows one state of the file meanwhile.
 */
export function readForUse(request: UseRequest): UseColumns {
  const { from, reader, ref, to, use } = request
  const fitting = fittingTiers(use, to - from)
  const rawFrom = reader.rawFrom(ref)
  if (fitting.length === 0 && from >= rawFrom) return readSeries(request)
  const segments = planSegments({ first: from, last: to }, fitting, coverageOf(request, rawFrom))
  if (segments.every(({ tier }) => tier === undefined)) return readSeries(request)
  const answer = new Answer(columnFor(use?.func))
  for (const segment of segments) {
    if (segment.tier === undefined) {
      answer.addSamples(readSeries({ ...request, from: segment.first, to: segment.last }))
    } else {
      for (const row of rowsOf(request, segment, segment.tier)) answer.addBuckets(row, segment)
    }
  }
  return answer.done(Math.max(...segments.map(({ tier }) => tier ?? 0)))
}

function coverageOf({ from, head, reader, ref }: UseRequest, rawFrom: number): Coverage {
  const tiers = new Map(
    TIERS.flatMap((tier) => {
      const span = reader.tierSpan(ref, tier)
      return span === undefined ? [] : [[tier, span] as const]
    }),
  )
  const headFirst = head?.times[0] ?? Number.POSITIVE_INFINITY
  return {
    ...{ rawFrom, tiers },
    rawFirst: Math.min(reader.firstAfter(ref, from - 1) ?? Number.POSITIVE_INFINITY, headFirst),
    staleFrom: Math.min(reader.staleFrom(ref) ?? Number.POSITIVE_INFINITY, headFirst),
  }
}

function* rowsOf({ damaged, reader, ref }: UseRequest, { first, last }: Segment, tier: Tier): Generator<BucketRow> {
  for (const { data } of reader.tierRows(ref, tier, { from: first, to: last })) {
    const row = openBuckets(data, tier)
    if (row === undefined) damaged()
    else yield row
  }
}

/** The parts of an answer, one after the other, in one column. */
class Answer {
  readonly #column: TierSamples['column']
  readonly #parts: Columns[] = []
  readonly #counts: Columns[] = []
  /** The counter that is made up, and the last value that it was made of. */
  #total = Number.NaN
  #before = Number.NaN

  constructor(column: TierSamples['column']) {
    this.#column = column
  }

  addBuckets(row: BucketRow, { first, last }: Segment): void {
    const all = row.column('times')
    const [start, end] = [firstAtOrAfter(all, first), firstAtOrAfter(all, last + 1)]
    const clipped = (name: Parameters<BucketRow['column']>[0]) => row.column(name).subarray(start, end)
    const times = clipped('times')
    const column = this.#column
    if (column === 'avg') this.#counts.push({ times, values: clipped('count') })
    const values =
      column === 'counter'
        ? this.#counter(clipped('last'), clipped('increase'))
        : clipped(column === 'avg' ? 'sum' : column)
    this.#parts.push({ times, values })
  }

  /** Samples count as buckets of one. */
  addSamples({ times, values }: Columns): void {
    if (this.#column === 'avg') this.#counts.push({ times, values: new Float64Array(times.length).fill(1) })
    if (this.#column === 'count') this.#parts.push({ times, values: new Float64Array(times.length).fill(1) })
    else this.#parts.push({ times, values: this.#column === 'counter' ? this.#counter(values, undefined) : values })
  }

  done(resolutionMs: number): UseColumns {
    const tier = { resolutionMs, column: this.#column }
    const all = concatColumns(this.#parts)
    return { ...all, tier: this.#column === 'avg' ? { ...tier, counts: concatColumns(this.#counts).values } : tier }
  }

  #counter(last: Float64Array, increase: Float64Array | undefined): Float64Array {
    return last.map((value, i) => {
      if (Number.isNaN(value)) return value
      const kept = increase?.[i] ?? Number.NaN
      const grown = Number.isNaN(kept) ? (value < this.#before ? value : value - this.#before) : kept
      this.#total = Number.isNaN(this.#before) ? value : this.#total + grown
      this.#before = value
      return this.#total
    })
  }
}
