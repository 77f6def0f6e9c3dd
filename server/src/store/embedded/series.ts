import type { Labels } from '@eyenet/shared/identity'
import type { SeriesRef } from '../metric-store.ts'
import { Head } from './head.ts'
import type { TimeColumns } from './time-column.ts'

/** What is known of a series' samples on disk, as the row beside its open chunk says. */
export type Extent = {
  /** Time of the first sample on disk; Infinity when there is none. */
  readonly first: number
  /** Chunks up to this time are full; -1 when there is none. Later times are in the open chunk or the head. */
  readonly sealedTo: number
  /** Time of the last sample in the open chunk; -1 when it is empty. */
  readonly openTo: number
}

export const NOTHING_ON_DISK: Extent = { first: Number.POSITIVE_INFINITY, sealedTo: -1, openTo: -1 }

/** One series: its labels, what it has on disk and its newest samples. */
export class Series {
  readonly ref: SeriesRef
  readonly labels: Labels
  extent: Extent = NOTHING_ON_DISK
  head: Head | undefined
  #headFirst = Number.POSITIVE_INFINITY
  #headLast = -1

  constructor(ref: SeriesRef, labels: Labels) {
    this.ref = ref
    this.labels = labels
  }

  append(time: number, value: number, shared: TimeColumns): void {
    this.head ??= new Head()
    this.head.append(time, value, shared)
    if (time < this.#headFirst) this.#headFirst = time
    if (time > this.#headLast) this.#headLast = time
  }

  dropHead(): void {
    this.head = undefined
    this.#headFirst = Number.POSITIVE_INFINITY
    this.#headLast = -1
  }

  /** Whether it may have samples with from <= time <= to. */
  mayHave(from: number, to: number): boolean {
    const { first, sealedTo, openTo } = this.extent
    return Math.min(first, this.#headFirst) <= to && Math.max(sealedTo, openTo, this.#headLast) >= from
  }
}
