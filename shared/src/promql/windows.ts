/** Where windows lie: the first one ends at `firstMs`, each is `rangeMs` long and open on the left. Milliseconds. */
export type WindowGrid = {
  readonly count: number
  readonly firstMs: number
  readonly stepMs: number
  readonly rangeMs: number
}

/** The samples in each window of a grid, for one series after the other. */
export class Windows {
  readonly grid: WindowGrid
  /** Window i holds the samples [lo[i], hi[i]) of the series placed last. */
  readonly lo: Int32Array
  readonly hi: Int32Array
  private placed: Float64Array | undefined

  constructor(grid: WindowGrid) {
    this.grid = grid
    this.lo = new Int32Array(grid.count)
    this.hi = new Int32Array(grid.count)
  }

  /** Finds the windows in ascending times. False when they lie as for the series before: devices are polled together. */
  place(times: Float64Array): boolean {
    if (this.placed !== undefined && sameTimes(this.placed, times)) return false
    this.placed = times
    const { count, firstMs, stepMs, rangeMs } = this.grid
    const { lo, hi } = this
    // Where ranges are a multiple of the step, a window begins where an earlier one ended.
    const back = stepMs > 0 && rangeMs % stepMs === 0 ? rangeMs / stepMs : count
    const { length } = times
    let low = 0
    let high = 0
    for (let i = 0; i < count; i++) {
      const to = firstMs + i * stepMs
      while (high < length && (times[high] ?? 0) <= to) high++
      hi[i] = high
      if (i >= back) low = hi[i - back] ?? 0
      else while (low < high && (times[low] ?? 0) <= to - rangeMs) low++
      lo[i] = low
    }
    return true
  }
}

function sameTimes(a: Float64Array, b: Float64Array): boolean {
  if (a === b) return true
  const { length } = a
  // Most that differ at all differ at an end.
  if (length !== b.length || a[0] !== b[0] || a[length - 1] !== b[length - 1]) return false
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false
  return true
}
