import { type Labels, METRIC_NAME, seriesKey } from '../identity/identity.ts'
import type { Annotations } from './annotations.ts'
import type { Span } from './ast.ts'
import type { Budget } from './budget.ts'
import type { Frame, Grid, Rows } from './frame.ts'
import { newFrame, timeAt } from './frame.ts'
import { type Bucket, bucketFraction, bucketQuantile } from './histogram-buckets.ts'
import { withLabel } from './label-functions.ts'
import { labelValue } from './label-value.ts'
import { parseFloatText } from './literal.ts'
import { dropNames, rowsOf } from './rows.ts'

const LE = 'le'

/** The buckets, the times they are looked at, and where what is odd about them is told. */
export type Histograms = {
  readonly frame: Frame
  readonly grid: Grid
  readonly annotations: Annotations
  readonly budget: Budget
  /** The argument that gave the buckets. */
  readonly at: Span
}

/** What is computed of a classic histogram's buckets at a step. */
type OfBuckets = (buckets: readonly Bucket[], step: number) => number

/** histogram_quantile over classic histograms: series with a label `le` of cumulative counts. */
export function histogramQuantile(histograms: Histograms, quantile: Float64Array): Rows {
  const { annotations, grid, at } = histograms
  return overHistograms(histograms, (buckets, step) =>
    bucketQuantile(quantile[step] ?? 0, buckets, (mended) => {
      const time = timeAt(grid, step)
      annotations.forcedMonotonicity({ ...mended, samples: 1, from: time, to: time }, at)
    }),
  )
}

/** histogram_fraction: the share of observations between two bounds. */
export function histogramFraction(histograms: Histograms, low: Float64Array, high: Float64Array): Rows {
  return overHistograms(histograms, (buckets, step) => bucketFraction(low[step] ?? 0, high[step] ?? 0, buckets))
}

type Group = { readonly labels: Labels; readonly rows: { readonly row: number; readonly upper: number }[] }

function overHistograms(histograms: Histograms, compute: OfBuckets): Rows {
  const { frame, budget } = histograms
  const { steps, present, values } = frame
  const groups = groupBuckets(histograms)
  const result = newFrame(
    groups.map((group) => group.labels),
    steps,
  )
  groups.forEach(({ rows }, target) => {
    for (let step = 0; step < steps; step++) {
      budget.look(rows.length)
      const buckets = rows
        .filter(({ row }) => present[row * steps + step] === 1)
        .map(({ row, upper }) => ({ upper, count: values[row * steps + step] ?? 0 }))
      if (buckets.length === 0) continue
      result.values[target * steps + step] = compute(buckets, step)
      result.present[target * steps + step] = 1
    }
  })
  return dropNames(rowsOf(result), budget)
}

function groupBuckets({ frame, annotations, at }: Histograms): readonly Group[] {
  const groups = new Map<string, Group>()
  const { steps, present } = frame
  frame.labels.forEach((labels, row) => {
    const le = labelValue(labels, LE)
    const upper = parseFloatText(le)
    if (upper === undefined) {
      const hasSample = present.subarray(row * steps, (row + 1) * steps).includes(1)
      if (hasSample) annotations.badBucket(le, labelValue(labels, METRIC_NAME), at)
      return
    }
    const rest = withLabel(labels, LE, '')
    const key = seriesKey(rest)
    const group = groups.get(key) ?? { labels: rest, rows: [] }
    groups.set(key, group)
    group.rows.push({ row, upper })
  })
  return [...groups.values()]
}
