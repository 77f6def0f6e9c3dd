import { isStaleMarker } from '@eyenet/shared/promql'
import type { Columns } from '../chunks/columns.ts'
import { decimalsOf } from '../chunks/float-codec.ts'

/** Milliseconds of the two tiers. */
export const FIVE_MINUTES = 300_000
export const ONE_HOUR = 3_600_000
export const TIERS = [FIVE_MINUTES, ONE_HOUR] as const
export type Tier = (typeof TIERS)[number]

/** Columns of numbers, in the order they are written. */
export const BUCKET_COLUMNS = ['ends', 'times', 'count', 'last', 'min', 'max', 'sum', 'increase'] as const
export type BucketColumn = (typeof BUCKET_COLUMNS)[number]

/**
 * What a tier keeps of the samples in each bucket (end - tier, end], ascending. `times`: of the newest sample in it.
 * `increase`: of a counter, from the last sample of the bucket before to the last of this one, resets taken out; NaN where
 * the values fall too often to be a counter.
 */
export type Buckets = { readonly [K in BucketColumn]: Float64Array }

// A counter is reset now and then; what falls at more than this share of its steps is none.
const FALLS_MAX = 1 / 4
// Fewer are resets, however few samples there are.
const FALLS_MIN = 3

/** The bucket of a time, by its end. */
export function bucketEnd(time: number, tier: number): number {
  return Math.ceil(time / tier) * tier
}

/** Buckets of samples; `before` is the value before them, where there is one. Staleness markers are left out. */
export function bucketsOf(samples: Columns, tier: number, before: number | undefined): Buckets {
  const { times, values } = samples
  const building = new Building(times.length)
  let last = before ?? Number.NaN
  let falls = 0
  let steps = 0
  for (let i = 0; i < times.length; i++) {
    const value = values[i] ?? 0
    if (Number.isNaN(value) && isStaleMarker(value)) continue
    const time = times[i] ?? 0
    building.open(bucketEnd(time, tier))
    let grown = 0
    if (!Number.isNaN(last) && !Number.isNaN(value)) {
      steps++
      if (value < last) falls++
      grown = value < last ? value : value - last
    }
    building.add({ time, value, grown })
    if (!Number.isNaN(value)) last = value
  }
  const buckets = building.done()
  roundSums(buckets.sum, values)
  if (falls >= FALLS_MIN && falls > steps * FALLS_MAX) buckets.increase.fill(Number.NaN)
  return buckets
}

/** Larger buckets of smaller ones. */
export function coarserBuckets(fine: Buckets, tier: number): Buckets {
  const building = new Building(fine.ends.length)
  for (let i = 0; i < fine.ends.length; i++) {
    building.open(bucketEnd(fine.ends[i] ?? 0, tier))
    building.join(fine, i)
  }
  const buckets = building.done()
  roundSums(buckets.sum, fine.sum)
  return buckets
}

/** Both, ascending; of two buckets of the same time one is made, `newer` having samples that `older` has not. */
export function joinBuckets(older: Buckets, newer: Buckets): Buckets {
  const building = new Building(older.ends.length + newer.ends.length)
  let [i, j] = [0, 0]
  while (i < older.ends.length || j < newer.ends.length) {
    const left = older.ends[i] ?? Number.POSITIVE_INFINITY
    const right = newer.ends[j] ?? Number.POSITIVE_INFINITY
    building.open(Math.min(left, right))
    if (left <= right) building.join(older, i++)
    // Between samples that are known, more of them do not make a counter grow more.
    if (right <= left) building.join(newer, j++, left === right)
  }
  return building.done()
}

/** The buckets from position `start` to `end`, end excluded, without copying. */
export function sliceBuckets(buckets: Buckets, start: number, end: number): Buckets {
  return mapColumns((column) => buckets[column].subarray(start, end))
}

/** One after the other; each must end before the next begins. */
export function concatBuckets(parts: readonly Buckets[]): Buckets {
  let length = 0
  for (const { ends } of parts) length += ends.length
  return mapColumns((column) => {
    const all = new Float64Array(length)
    let at = 0
    for (const part of parts) {
      all.set(part[column], at)
      at += part.ends.length
    }
    return all
  })
}

export function mapColumns(make: (column: BucketColumn) => Float64Array): Buckets {
  return {
    ...{ ends: make('ends'), times: make('times'), count: make('count'), last: make('last') },
    ...{ min: make('min'), max: make('max'), sum: make('sum'), increase: make('increase') },
  }
}

/** Buckets that are filled one after the other. */
class Building {
  readonly #all: Buckets
  #length = 0

  constructor(room: number) {
    this.#all = mapColumns(() => new Float64Array(room))
  }

  /** What follows belongs to the bucket with this end. */
  open(end: number): void {
    const { ends, count, min, max } = this.#all
    if (this.#length > 0 && ends[this.#length - 1] === end) return
    const at = this.#length++
    ends[at] = end
    count[at] = 0
    min[at] = Number.NaN
    max[at] = Number.NaN
  }

  add({ time, value, grown }: { time: number; value: number; grown: number }): void {
    const at = this.#length - 1
    const { times, count, last, sum, increase } = this.#all
    times[at] = time
    last[at] = value
    count[at] = (count[at] ?? 0) + 1
    sum[at] = (sum[at] ?? 0) + value
    increase[at] = (increase[at] ?? 0) + grown
    this.#widen(at, value, value)
  }

  join(from: Buckets, i: number, isBetween = false): void {
    const at = this.#length - 1
    const { times, count, last, sum, increase } = this.#all
    const time = from.times[i] ?? 0
    if (count[at] === 0 || time >= (times[at] ?? 0)) {
      times[at] = time
      last[at] = from.last[i] ?? 0
    }
    count[at] = (count[at] ?? 0) + (from.count[i] ?? 0)
    sum[at] = (sum[at] ?? 0) + (from.sum[i] ?? 0)
    if (!isBetween) increase[at] = (increase[at] ?? 0) + (from.increase[i] ?? 0)
    this.#widen(at, from.min[i] ?? 0, from.max[i] ?? 0)
  }

  done(): Buckets {
    return sliceBuckets(this.#all, 0, this.#length)
  }

  /** As Prometheus: any number is less and more than NaN. */
  #widen(at: number, low: number, high: number): void {
    const { min, max } = this.#all
    const [least, most] = [min[at] ?? 0, max[at] ?? 0]
    if (low < least || Number.isNaN(least)) min[at] = low
    if (high > most || Number.isNaN(most)) max[at] = high
  }
}

/** Sums of decimals have no more decimals than what was summed: what adding made of them is taken out. */
function roundSums(sums: Float64Array, summands: Float64Array): void {
  const decimals = decimalsOf(summands)
  if (decimals === undefined || decimals === 0) return
  const power = 10 ** decimals
  for (let i = 0; i < sums.length; i++) {
    const sum = sums[i] ?? 0
    const scaled = Math.round(sum * power)
    if (Math.abs(scaled) <= Number.MAX_SAFE_INTEGER) sums[i] = scaled / power
  }
}
