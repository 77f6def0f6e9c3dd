import type { ListWindow } from './list-window.ts'

/** Rows drawn beyond each edge, pixels. */
const OVERSCAN_PX = 400

/** Where each row of a list of rows of several heights begins; the last number is the height of all. */
export function rowTops(heights: readonly number[]): readonly number[] {
  const tops = [0]
  for (const height of heights) tops.push((tops.at(-1) ?? 0) + height)
  return tops
}

/** Which rows are drawn where `from` to `to` of the list is in sight, pixels. */
export function variedWindow(tops: readonly number[], from: number, to: number): ListWindow {
  const count = tops.length - 1
  const whole = tops[count] ?? 0
  const first = Math.max(0, lastAtOrBefore(tops, from - OVERSCAN_PX))
  const end = Math.min(count, lastAtOrBefore(tops, to + OVERSCAN_PX) + 1)
  if (end <= first) return { first: 0, end: 0, above: 0, below: whole }
  return { first, end, above: tops[first] ?? 0, below: whole - (tops[end] ?? whole) }
}

function lastAtOrBefore(tops: readonly number[], place: number): number {
  let [low, high] = [0, tops.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((tops[middle] ?? 0) <= place) low = middle
    else high = middle - 1
  }
  return (tops[low] ?? 0) <= place ? low : -1
}
