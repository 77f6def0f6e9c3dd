import type { Labels } from '@eyenet/shared/identity'
import type { SeriesRef } from '../../metric-store.ts'
import { Head } from './head.ts'
import type { HeadRoom } from './head-room.ts'

/** Within which times a series has samples on disk. */
export type Extent = {
  /** Infinity when there is none. */
  readonly first: number
  /** -1 when there is none. */
  readonly last: number
}

export const NOTHING_ON_DISK: Extent = { first: Number.POSITIVE_INFINITY, last: -1 }

/** One series: its labels, what it has on disk and its newest samples. */
export class Series {
  readonly ref: SeriesRef
  readonly labels: Labels
  extent: Extent = NOTHING_ON_DISK
  head: Head | undefined

  constructor(ref: SeriesRef, labels: Labels) {
    this.ref = ref
    this.labels = labels
  }

  append(time: number, value: number, room: HeadRoom): void {
    this.head ??= new Head(room)
    this.head.append(time, value)
  }

  dropHead(): void {
    this.head?.release()
    this.head = undefined
  }

  /** Whether it may have samples with from <= time <= to. */
  mayHave(from: number, to: number): boolean {
    const { first, last } = this.extent
    if (this.head === undefined) return first <= to && last >= from
    return Math.min(first, this.head.first) <= to && Math.max(last, this.head.last) >= from
  }
}
