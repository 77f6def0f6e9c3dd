import { type Columns, clipColumns, mergeColumns, NO_SAMPLES, sliceColumns, sortColumns } from '../chunks/columns.ts'
import type { HeadRoom } from './head-room.ts'
import { TimeColumn } from './time-column.ts'
import { BLOCK_VALUES } from './value-blocks.ts'

const FIRST_LATE = 8
const NONE = -1

/** The newest samples of one series, in memory. Samples in order share their times with other series. */
export class Head {
  readonly #room: HeadRoom
  #times: TimeColumn | undefined
  /** The chain of blocks that the values are in. */
  #first = NONE
  #last = NONE
  #length = 0
  #late: Late | undefined

  /** Samples given to it, repeated times counted each time. */
  appended = 0

  constructor(room: HeadRoom) {
    this.#room = room
  }

  /** Time of the first sample; Infinity when there is none. */
  get first(): number {
    const inOrder = this.#times?.at(0) ?? Number.POSITIVE_INFINITY
    return this.#late === undefined ? inOrder : Math.min(inOrder, this.#late.first)
  }

  /** Time of the last sample; -1 when there is none. */
  get last(): number {
    return this.#times?.at(this.#length - 1) ?? -1
  }

  append(time: number, value: number): void {
    this.appended++
    const at = this.#length
    const before = this.#times
    if (before === undefined) this.#times = this.#room.times.startingAt(time)
    else {
      const last = before.at(at - 1)
      if (time === last) {
        this.#room.values.set(this.#last, (at - 1) % BLOCK_VALUES, value)
        return
      }
      if (time < last) {
        this.#late ??= new Late()
        this.#late.push(time, value)
        return
      }
      this.#times = before.followedBy(at, time)
    }
    this.#push(value)
  }

  /** Samples with from <= time <= to; the times are a view that the next append may change. */
  read(from: number, to: number): Columns {
    return clipColumns(this.all(), from, to)
  }

  /** All samples; the times are a view that the next append may change. */
  all(): Columns {
    if (this.#times === undefined) return NO_SAMPLES
    if (this.#late !== undefined) this.#takeLate(this.#late)
    return { times: this.#times.first(this.#length), values: this.#room.values.copied(this.#first, this.#length) }
  }

  /** Gives back what it holds; it is not used any more. */
  release(): void {
    this.#room.values.release(this.#first, this.#last)
    this.#first = NONE
    this.#last = NONE
    this.#length = 0
  }

  #push(value: number): void {
    const place = this.#length % BLOCK_VALUES
    if (place === 0) {
      this.#last = this.#room.values.take(this.#last)
      if (this.#length === 0) this.#first = this.#last
    }
    this.#room.values.set(this.#last, place, value)
    this.#length++
  }

  #takeLate(late: Late): void {
    this.#late = undefined
    const merged = mergeColumns(this.all(), late.sorted())
    this.release()
    this.#times = TimeColumn.of(merged.times)
    for (let i = 0; i < merged.values.length; i++) this.#push(merged.values[i] ?? 0)
  }
}

/** Samples older than the head's newest, in the order they came. */
class Late {
  #columns = { times: new Float64Array(FIRST_LATE), values: new Float64Array(FIRST_LATE) }
  length = 0
  first = Number.POSITIVE_INFINITY

  push(time: number, value: number): void {
    if (time < this.first) this.first = time
    const { times, values } = this.#columns
    if (this.length === times.length) {
      const room = this.length * 2
      this.#columns = { times: new Float64Array(room), values: new Float64Array(room) }
      this.#columns.times.set(times)
      this.#columns.values.set(values)
    }
    this.#columns.times[this.length] = time
    this.#columns.values[this.length++] = value
  }

  sorted(): Columns {
    const { times, values } = sliceColumns(this.#columns, 0, this.length)
    return sortColumns(times, values)
  }
}
