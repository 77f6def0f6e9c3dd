import type { ChunkDatabase } from '../chunks/chunk-database.ts'
import type { StoredTierRow } from '../chunks/chunk-reader.ts'
import { firstAtOrAfter } from '../chunks/columns.ts'
import { type Buckets, concatBuckets, sliceBuckets, type Tier } from './tier-buckets.ts'
import { decodeBuckets, encodeBuckets } from './tier-codec.ts'

// About 4,000 bytes of a gauge.
const ROW_BUCKETS_MAX = 720
// Two fit a page of the file.
const ROW_BYTES_MAX = 8_000

export type Span = { readonly first: number; readonly last: number }

/** One tier of one series. Its rows do not overlap; what is written is within the caller's transaction. */
export class TierRows {
  readonly #database: ChunkDatabase
  readonly #ref: number
  readonly #tier: Tier

  constructor(database: ChunkDatabase, ref: number, tier: Tier) {
    this.#database = database
    this.#ref = ref
    this.#tier = tier
  }

  get span(): Span | undefined {
    return this.#database.reader.tierSpan(this.#ref, this.#tier)
  }

  /** Buckets with first <= end <= last; undefined when some are damaged. */
  within({ first, last }: Span): Buckets | undefined {
    const parts = this.#decoded(this.#overlapping({ first, last }))
    if (parts === undefined) return undefined
    const all = concatBuckets(parts)
    return sliceBuckets(all, firstAtOrAfter(all.ends, first), firstAtOrAfter(all.ends, last + 1))
  }

  /** The last sample's value before `time`. */
  valueBefore(time: number): number | undefined {
    const row = this.#database.reader.tierRowBefore(this.#ref, this.#tier, time - 1)
    const buckets = row && decodeBuckets(row.data, this.#tier)
    return buckets?.last[firstAtOrAfter(buckets.ends, time) - 1]
  }

  /** The end of the first bucket after `time`. */
  endAfter(time: number): number | undefined {
    const last = this.span?.last ?? 0
    for (const row of time < last ? this.#overlapping({ first: time + 1, last }) : []) {
      const ends = decodeBuckets(row.data, this.#tier)?.ends
      const end = ends?.[firstAtOrAfter(ends, time + 1)]
      if (end !== undefined) return end
    }
    return undefined
  }

  /** Puts buckets behind all others; they join the last row while it is small. */
  extend(buckets: Buckets, { first, last }: Span): void {
    const tail = this.#database.reader.tierRowBefore(this.#ref, this.#tier, Number.MAX_SAFE_INTEGER)
    const before = tail && tail.buckets + buckets.ends.length <= ROW_BUCKETS_MAX ? this.#decoded([tail]) : undefined
    if (tail === undefined || before === undefined) {
      this.#add(buckets, { first, last })
      return
    }
    this.#database.dropTierRow(tail.id)
    this.#add(concatBuckets([...before, buckets]), { first: tail.first, last })
  }

  /** Puts these buckets in place of those within the span. Damaged rows are left as they are, and so is all then. */
  replace(fresh: Buckets, { first, last }: Span): void {
    const rows = this.#overlapping({ first, last })
    const parts = this.#decoded(rows)
    if (parts === undefined) return
    const all = concatBuckets(parts)
    const left = sliceBuckets(all, 0, firstAtOrAfter(all.ends, first))
    const right = sliceBuckets(all, firstAtOrAfter(all.ends, last + 1), all.ends.length)
    for (const { id } of rows) this.#database.dropTierRow(id)
    this.#add(concatBuckets([left, fresh, right]), {
      first: Math.min(first, rows[0]?.first ?? first),
      last: Math.max(last, rows.at(-1)?.last ?? last),
    })
  }

  #overlapping({ first, last }: Span): readonly StoredTierRow[] {
    return this.#database.reader.tierRows(this.#ref, this.#tier, { from: first, to: last })
  }

  #decoded(rows: readonly StoredTierRow[]): readonly Buckets[] | undefined {
    const parts = rows.map(({ data }) => decodeBuckets(data, this.#tier))
    return parts.every((part) => part !== undefined) ? parts : undefined
  }

  #add(buckets: Buckets, { first, last }: Span): void {
    const count = buckets.ends.length
    const data = encodeBuckets(buckets, this.#tier)
    if (count > ROW_BUCKETS_MAX || (data.length > ROW_BYTES_MAX && count > 1)) {
      const half = count >> 1
      const border = buckets.ends[half - 1] ?? last
      this.#add(sliceBuckets(buckets, 0, half), { first, last: border })
      this.#add(sliceBuckets(buckets, half, count), { first: border + 1, last })
    } else this.#database.addTierRow(this.#ref, this.#tier, { first, last, buckets: count, data })
  }
}
