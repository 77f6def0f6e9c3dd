// Different continuations of one column that are remembered for sharing; more cost only memory.
const FORKS_MAX = 64
// First times that are remembered; a store has a few per poll interval.
const STARTS_MAX = 4096

/** Ascending times that several series' heads share, each up to its own length. */
export class TimeColumn {
  #times: Float64Array<ArrayBufferLike> = new Float64Array(8)
  #length = 0
  #forks: Map<number, { readonly at: number; readonly column: TimeColumn }> | undefined

  static of(times: Float64Array): TimeColumn {
    const column = new TimeColumn()
    column.#times = times
    column.#length = times.length
    return column
  }

  at(position: number): number {
    return this.#times[position] ?? Number.NaN
  }

  first(length: number): Float64Array {
    return this.#times.subarray(0, length)
  }

  /** The column whose first `length` times are this one's and whose next is `time`: itself or another one. */
  followedBy(length: number, time: number): TimeColumn {
    if (length === this.#length) {
      this.#push(time)
      return this
    }
    if (this.#times[length] === time) return this
    const known = this.#forks?.get(time)
    if (known?.at === length) return known.column
    const column = TimeColumn.of(this.#times.slice(0, length))
    column.#push(time)
    this.#forks ??= new Map()
    if (this.#forks.size < FORKS_MAX) this.#forks.set(time, { at: length, column })
    return column
  }

  #push(time: number): void {
    if (this.#length === this.#times.length) {
      const larger = new Float64Array(Math.max(8, this.#length * 2))
      larger.set(this.#times)
      this.#times = larger
    }
    this.#times[this.#length++] = time
  }
}

/** Finds the shared column for a head's first sample. */
export class TimeColumns {
  readonly #starts = new Map<number, TimeColumn>()

  startingAt(time: number): TimeColumn {
    const known = this.#starts.get(time)
    if (known !== undefined) return known
    if (this.#starts.size >= STARTS_MAX) this.#starts.clear()
    const column = new TimeColumn().followedBy(0, time)
    this.#starts.set(time, column)
    return column
  }

  /** Forgets the columns, so that those no head uses are freed. */
  clear(): void {
    this.#starts.clear()
  }
}
