import type { Labels } from '../identity/identity.ts'
import type { Frame, Grid } from './frame.ts'
import { newFrame, timeAt } from './frame.ts'
import { isStaleMarker, type SeriesSamples } from './series-reader.ts'

/** A loaded series with its staleness markers told apart. */
export type PreparedSeries = {
  readonly labels: Labels
  readonly times: Float64Array
  readonly values: Float64Array
  /** 1 where the sample is a staleness marker; undefined when there is none. */
  readonly stale: Uint8Array | undefined
}

/** Finds the staleness markers of a series. */
export function prepareSeries({ labels, times, values }: SeriesSamples): PreparedSeries {
  let stale: Uint8Array | undefined
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0
    // biome-ignore lint/suspicious/noSelfCompare: only NaN differs from itself; the fast way past ordinary values
    if (value === value || !isStaleMarker(value)) continue
    stale ??= new Uint8Array(values.length)
    stale[i] = 1
  }
  return { labels, times, values, stale }
}

/** The series without its markers: what a range holds. */
export function withoutStale(series: PreparedSeries): PreparedSeries {
  const { stale } = series
  if (stale === undefined) return series
  const keep = (_: number, i: number): boolean => stale[i] === 0
  return { ...series, times: series.times.filter(keep), values: series.values.filter(keep), stale: undefined }
}

export type InstantOptions = {
  readonly lookbackMs: number
  /** The time looked at for an evaluation time; never falls. */
  readonly reference: (evalMs: number) => number
  /** Give the samples' own times in seconds for their values. */
  readonly timestamps: boolean
}

/** The newest sample of each series at each step, not older than the lookback and not stale. */
export function instantFrame(series: readonly PreparedSeries[], grid: Grid, options: InstantOptions): Frame {
  const frame = newFrame(
    series.map((one) => one.labels),
    grid.count,
  )
  series.forEach(({ times, values, stale }, row) => {
    let next = 0
    for (let step = 0; step < grid.count; step++) {
      const at = options.reference(timeAt(grid, step))
      while (next < times.length && (times[next] ?? 0) <= at) next++
      const time = times[next - 1]
      if (time === undefined || time <= at - options.lookbackMs || stale?.[next - 1] === 1) continue
      const cell = row * grid.count + step
      frame.values[cell] = options.timestamps ? time / 1000 : (values[next - 1] ?? 0)
      frame.present[cell] = 1
    }
  })
  return frame
}
