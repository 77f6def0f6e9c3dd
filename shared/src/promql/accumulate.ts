import { isInfinite, lostBy } from './exact-sum.ts'
import type { Row } from './frame.ts'

/** Takes in row after row, and gives the aggregate at each step at the end. Steps are those of the rows. */
export type Accumulator = {
  add(row: Row): void
  /** Writes the result; nothing at steps without a sample. Called once. */
  finish(into: Row): void
}

export const STREAMED = ['sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar'] as const
export type StreamedOp = (typeof STREAMED)[number]

/** Arrays of a number per step that an accumulator keeps. */
export const ARRAYS_PER_GROUP = 4

/** An accumulator for one group. */
export function accumulatorFor(op: StreamedOp, steps: number): Accumulator {
  switch (op) {
    case 'sum':
      return new Sum(steps)
    case 'avg':
      return new Mean(steps)
    case 'min':
      return new Extreme(steps, 1)
    case 'max':
      return new Extreme(steps, -1)
    case 'stddev':
    case 'stdvar':
      return new Variance(steps, op === 'stddev')
    default:
      return new Count(steps, op === 'group')
  }
}

class Count implements Accumulator {
  private readonly counts: Float64Array
  private readonly flat: boolean

  constructor(steps: number, flat: boolean) {
    this.counts = new Float64Array(steps)
    this.flat = flat
  }

  add({ present }: Row): void {
    const { counts } = this
    for (let step = 0; step < counts.length; step++) counts[step] = (counts[step] ?? 0) + (present[step] ?? 0)
  }

  finish({ values, present }: Row): void {
    this.counts.forEach((count, step) => {
      if (count === 0) return
      values[step] = this.flat ? 1 : count
      present[step] = 1
    })
  }
}

class Sum implements Accumulator {
  private readonly sums: Float64Array
  private readonly lost: Float64Array
  private readonly seen: Uint8Array

  constructor(steps: number) {
    this.sums = new Float64Array(steps)
    this.lost = new Float64Array(steps)
    this.seen = new Uint8Array(steps)
  }

  add({ values, present }: Row): void {
    const { sums, lost, seen } = this
    for (let step = 0; step < sums.length; step++) {
      if (present[step] === 0) continue
      const value = values[step] ?? 0
      if (seen[step] === 0) {
        seen[step] = 1
        sums[step] = value
        continue
      }
      const sum = sums[step] ?? 0
      const next = sum + value
      // lostBy() written out: a call for each sample would cost more than the sum.
      const rest = Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
      lost[step] = isInfinite(next) ? 0 : (lost[step] ?? 0) + rest
      sums[step] = next
    }
  }

  finish({ values, present }: Row): void {
    const { sums, lost, seen } = this
    for (let step = 0; step < sums.length; step++) {
      if (seen[step] === 0) continue
      const sum = sums[step] ?? 0
      values[step] = isInfinite(sum) ? sum : sum + (lost[step] ?? 0)
      present[step] = 1
    }
  }
}

/** Sum by count; from where the sum would overflow, the mean is moved along (Prometheus, engine.go, aggregation). */
class Mean implements Accumulator {
  private readonly sums: Float64Array
  private readonly lost: Float64Array
  private readonly counts: Float64Array
  private readonly moving: Uint8Array

  constructor(steps: number) {
    this.sums = new Float64Array(steps)
    this.lost = new Float64Array(steps)
    this.counts = new Float64Array(steps)
    this.moving = new Uint8Array(steps)
  }

  add({ values, present }: Row): void {
    const { sums, lost, counts, moving } = this
    for (let step = 0; step < sums.length; step++) {
      if (present[step] === 0) continue
      const value = values[step] ?? 0
      const count = (counts[step] ?? 0) + 1
      counts[step] = count
      if (count === 1) {
        sums[step] = value
        continue
      }
      const sum = sums[step] ?? 0
      const next = sum + value
      if (moving[step] === 0 && !isInfinite(next)) {
        const rest = Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
        lost[step] = (lost[step] ?? 0) + rest
        sums[step] = next
      } else this.move(step, value)
    }
  }

  private move(step: number, value: number): void {
    const { sums, lost, counts, moving } = this
    const count = counts[step] ?? 1
    if (moving[step] === 0) {
      moving[step] = 1
      sums[step] = (sums[step] ?? 0) / (count - 1)
      lost[step] = (lost[step] ?? 0) / (count - 1)
    }
    const share = (count - 1) / count
    const mean = (sums[step] ?? 0) * share
    const next = mean + value / count
    lost[step] = isInfinite(next) ? 0 : (lost[step] ?? 0) * share + lostBy(mean, value / count, next)
    sums[step] = next
  }

  finish({ values, present }: Row): void {
    const { sums, lost, counts, moving } = this
    for (let step = 0; step < sums.length; step++) {
      const count = counts[step] ?? 0
      if (count === 0) continue
      const divisor = moving[step] === 1 ? 1 : count
      values[step] = (sums[step] ?? 0) / divisor + (lost[step] ?? 0) / divisor
      present[step] = 1
    }
  }
}

/** The smallest for sign 1, the largest for -1; NaN only where there is nothing else. */
class Extreme implements Accumulator {
  private readonly best: Float64Array
  private readonly seen: Uint8Array
  private readonly sign: number

  constructor(steps: number, sign: 1 | -1) {
    this.best = new Float64Array(steps)
    this.seen = new Uint8Array(steps)
    this.sign = sign
  }

  add({ values, present }: Row): void {
    const { best, seen, sign } = this
    for (let step = 0; step < best.length; step++) {
      if (present[step] === 0) continue
      const value = values[step] ?? 0
      const known = best[step] ?? 0
      if (seen[step] === 1 && !(value * sign < known * sign) && !Number.isNaN(known)) continue
      seen[step] = 1
      best[step] = value
    }
  }

  finish({ values, present }: Row): void {
    values.set(this.best)
    present.set(this.seen)
  }
}

/** Of the whole population (Welford 1962). */
class Variance implements Accumulator {
  private readonly means: Float64Array
  private readonly squares: Float64Array
  private readonly counts: Float64Array
  private readonly root: boolean

  constructor(steps: number, root: boolean) {
    this.means = new Float64Array(steps)
    this.squares = new Float64Array(steps)
    this.counts = new Float64Array(steps)
    this.root = root
  }

  add({ values, present }: Row): void {
    const { means, squares, counts } = this
    for (let step = 0; step < means.length; step++) {
      if (present[step] === 0) continue
      const value = values[step] ?? 0
      const count = (counts[step] ?? 0) + 1
      const before = value - (means[step] ?? 0)
      const mean = count === 1 ? value : (means[step] ?? 0) + before / count
      counts[step] = count
      means[step] = mean
      squares[step] = (squares[step] ?? 0) + before * (value - mean)
    }
  }

  finish({ values, present }: Row): void {
    const { squares, counts, root } = this
    for (let step = 0; step < squares.length; step++) {
      const count = counts[step] ?? 0
      if (count === 0) continue
      const variance = (squares[step] ?? 0) / count
      values[step] = root ? Math.sqrt(variance) : variance
      present[step] = 1
    }
  }
}
