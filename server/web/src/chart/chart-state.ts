/** What the charts of a page have in common: whether a pointer reads them, and the ranges that a drag left. */
import { signal } from '@preact/signals'
import { range, setRange, type TimeRange } from '../router/router.ts'

/** True while a pointer is over a chart: charts stand still then. */
export const reading = signal(false)

const MOST_STEPS_BACK = 20
let left: readonly TimeRange[] = []

let zooming = false

/** Charts that share the crosshair all hear of one drag, within one event: the first that tells counts. */
export function zoomTo(from: number, to: number): void {
  if (zooming) return
  zooming = true
  setTimeout(() => {
    zooming = false
  })
  left = [...left, range.peek()].slice(-MOST_STEPS_BACK)
  setRange({ kind: 'between', from: Math.round(from), to: Math.round(to) })
}

/** The range before the last drag; after none, the stretch that is shown grows to both sides. */
export function zoomBack(): void {
  const before = left.at(-1)
  left = left.slice(0, -1)
  const shown = range.peek()
  if (before !== undefined) setRange(before)
  if (before !== undefined || shown.kind !== 'between') return
  const half = (shown.to - shown.from) / 2
  setRange({ kind: 'between', from: shown.from - half, to: Math.min(Date.now(), shown.to + half) })
}
