import { ExactSum } from './exact-sum.ts'

/** Answers for windows [from, to) over an array whose ends never move back, in constant time on average. */
export type Sliding = (from: number, to: number) => number

// Below this many samples a plain loop is faster than keeping sums.
const PLAIN_LIMIT = 16

/**
 * Sums by two stacks: sums of [i, middle) for the part that leaves, one running sum for the part that arrives. Nothing
 * is ever subtracted, so no precision is lost and infinities leave without a trace.
 */
export function slidingSum(values: Float64Array): Sliding {
  let sums: Float64Array | undefined
  let losses: Float64Array | undefined
  let middle = 0
  let reached = 0
  let arriving = new ExactSum()
  return (from, to) => {
    const exact = new ExactSum()
    if (to - from <= PLAIN_LIMIT) {
      for (let i = from; i < to; i++) exact.add(values[i] ?? 0)
      return exact.total
    }
    sums ??= new Float64Array(values.length)
    losses ??= new Float64Array(values.length)
    if (from >= middle) {
      for (let i = to - 1; i >= from; i--) {
        exact.add(values[i] ?? 0)
        sums[i] = exact.sum
        losses[i] = exact.lost
      }
      middle = to
      reached = to
      arriving = new ExactSum()
      return exact.total
    }
    for (; reached < to; reached++) arriving.add(values[reached] ?? 0)
    exact.merge(sums[from] ?? 0, losses[from] ?? 0)
    exact.merge(arriving.sum, arriving.lost)
    return exact.total
  }
}

/** The smallest or largest value; NaN only when there is nothing else. A queue of candidates in falling rank. */
export function slidingExtreme(values: Float64Array, better: (a: number, b: number) => boolean): Sliding {
  const queue: number[] = []
  let head = 0
  let reached = 0
  return (from, to) => {
    for (reached = Math.max(reached, from); reached < to; reached++) {
      const value = values[reached] ?? 0
      while (queue.length > head && beats(value, values[queue.at(-1) ?? 0] ?? 0, better)) queue.pop()
      queue.push(reached)
    }
    while (head < queue.length && (queue[head] ?? 0) < from) head++
    return values[queue[head] ?? from] ?? Number.NaN
  }
}

function beats(a: number, b: number, better: (a: number, b: number) => boolean): boolean {
  if (Number.isNaN(b)) return true
  return better(a, b) || a === b
}

/** How many i in (from, to) have `event(i)`, by counting once over the array. */
export function slidingCount(length: number, event: (i: number) => boolean): Sliding {
  let counts: Uint32Array | undefined
  return (from, to) => {
    if (counts === undefined) {
      counts = new Uint32Array(length)
      for (let i = 1; i < length; i++) counts[i] = (counts[i - 1] ?? 0) + (event(i) ? 1 : 0)
    }
    return (counts[to - 1] ?? 0) - (counts[from] ?? 0)
  }
}
