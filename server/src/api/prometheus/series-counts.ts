import { setImmediate } from 'node:timers/promises'
import { type Labels, METRIC_NAME } from '@eyenet/shared/identity'

export type Statistic = { readonly name: string; readonly value: number }

/** Series counted before others have their turn: about a millisecond. */
const TURN_SERIES = 2_000

/** What Prometheus' status/tsdb says of series, each list with its `limit` largest first. */
export async function countSeries(series: readonly Labels[], limit: number) {
  // Label name to value to the series that have it.
  const counts = new Map<string, Map<string, number>>()
  for (const [index, labels] of series.entries()) {
    for (const [name, value] of Object.entries(labels)) {
      const values = counts.get(name) ?? new Map<string, number>()
      counts.set(name, values)
      values.set(value, (values.get(value) ?? 0) + 1)
    }
    if (index % TURN_SERIES === TURN_SERIES - 1) await setImmediate()
  }
  const byName = [...counts].map(([name, values]) => ({ name, values }))
  const pairs = byName.flatMap(({ name, values }) =>
    [...values].map(([value, count]) => ({ name: `${name}=${value}`, value: count })),
  )
  return {
    headStats: { numSeries: series.length, numLabelPairs: pairs.length },
    seriesCountByMetricName: largest(statistics(counts.get(METRIC_NAME)), limit),
    labelValueCountByLabelName: largest(
      byName.map(({ name, values }) => ({ name, value: values.size })),
      limit,
    ),
    memoryInBytesByLabelName: largest(
      byName.map(({ name, values }) => ({ name, value: bytesOf(values) })),
      limit,
    ),
    seriesCountByLabelValuePair: largest(pairs, limit),
  }
}

const statistics = (counts: ReadonlyMap<string, number> = new Map()): readonly Statistic[] =>
  [...counts].map(([name, value]) => ({ name, value }))

const largest = (all: readonly Statistic[], limit: number): readonly Statistic[] =>
  all.toSorted((a, b) => b.value - a.value).slice(0, limit)

/** Bytes of the values, each as often as a series has it: as Prometheus counts. */
function bytesOf(values: ReadonlyMap<string, number>): number {
  let bytes = 0
  for (const [value, count] of values) bytes += Buffer.byteLength(value) * count
  return bytes
}
