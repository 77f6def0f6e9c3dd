import { type Columns, clipColumns, mergeColumns, NO_SAMPLES, sliceColumns, sortColumns } from './columns.ts'
import { TimeColumn, type TimeColumns } from './time-column.ts'

const FIRST_ROOM = 8

/** The newest samples of one series, in memory. Samples in order share their times with other series. */
export class Head {
  #times: TimeColumn | undefined
  #values: Float64Array<ArrayBufferLike> = new Float64Array(FIRST_ROOM)
  #length = 0
  #late: Late | undefined

  /** Samples given to it, repeated times counted each time. */
  appended = 0

  append(time: number, value: number, shared: TimeColumns): void {
    this.appended++
    const at = this.#length
    const before = this.#times
    if (before === undefined) this.#times = shared.startingAt(time)
    else {
      const last = before.at(at - 1)
      if (time === last) {
        this.#values[at - 1] = value
        return
      }
      if (time < last) {
        this.#late ??= new Late()
        this.#late.push(time, value)
        return
      }
      this.#times = before.followedBy(at, time)
    }
    if (at === this.#values.length) {
      const larger = new Float64Array(at * 2)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[at] = value
    this.#length = at + 1
  }

  /** Samples with from <= time <= to; views that the next append may change. */
  read(from: number, to: number): Columns {
    return clipColumns(this.all(), from, to)
  }

  /** All samples; views that the next append may change. */
  all(): Columns {
    if (this.#times === undefined) return NO_SAMPLES
    if (this.#late !== undefined) this.#takeLate(this.#late)
    return { times: this.#times.first(this.#length), values: this.#values.subarray(0, this.#length) }
  }

  #takeLate(late: Late): void {
    if (this.#times === undefined) return
    const main = { times: this.#times.first(this.#length), values: this.#values.subarray(0, this.#length) }
    const merged = mergeColumns(main, late.sorted())
    this.#times = TimeColumn.of(merged.times)
    this.#values = merged.values
    this.#length = merged.times.length
    this.#late = undefined
  }
}

/** Samples older than the head's newest, in the order they came. */
class Late {
  #columns = { times: new Float64Array(FIRST_ROOM), values: new Float64Array(FIRST_ROOM) }
  length = 0

  push(time: number, value: number): void {
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
