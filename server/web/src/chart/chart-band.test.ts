import { expect, test } from 'vitest'
import { type BandSeries, bandAt, chartBands, isBanded, withBands } from './chart-band.ts'
import { type ChartQuery, chartFigures } from './chart-lines.ts'

const times = [0, 60, 120]
const band = (labels: Record<string, string>, low: number, high: number): BandSeries => ({
  labels,
  times,
  low: [low, null, low],
  high: [high, null, high],
})
const on = 'device="d",interface="e1"'
const traffic: readonly ChartQuery[] = [
  { expr: `8 * sum(rate(ifHCInOctets{${on}}[4m]))`, name: 'In' },
  { expr: `8 * sum(rate(ifHCOutOctets{${on}}[4m]))`, name: 'Out', below: true },
]
const drawn = (queries: readonly ChartQuery[], labels: Record<string, string>[]) =>
  chartFigures(
    queries,
    queries.map(() => ({ times, series: labels.map((one) => ({ labels: one, values: [1, 2, 3] })) })),
  )

test('the range of what is drawn below zero is below zero too, and reads as what it is', () => {
  const figures = drawn(traffic, [{}])
  const named = { device: 'd', interface: 'e1' }
  const [into, out] = chartBands(traffic, figures, [[band(named, 10, 20)], [band(named, 1, 2)]])
  expect([into?.low[0], into?.high[0]]).toEqual([80, 160])
  expect([out?.low[0], out?.high[0]]).toEqual([-16, -8])
  expect(out === undefined ? undefined : bandAt(out, 118)).toEqual({ low: 8, high: 16 })
  expect(out === undefined ? undefined : bandAt(out, 62)).toBeUndefined()
})

test('each line gets the range of its own series, and none where two series fit', () => {
  const queries: readonly ChartQuery[] = [{ expr: 'device_cpu_ratio{device="d"}', name: ({ cpu }) => cpu ?? '' }]
  const figures = drawn(queries, [
    { __name__: 'device_cpu_ratio', device: 'd', cpu: '0' },
    { __name__: 'device_cpu_ratio', device: 'd', cpu: '1' },
  ])
  const of = (cpu: string, site: string): BandSeries =>
    band({ __name__: 'device_cpu_ratio', device: 'd', cpu, site }, 0, Number(cpu) + 1)
  const bands = chartBands(queries, figures, [[of('1', 'a'), of('0', 'a'), of('0', 'b')]])
  expect(bands.map(({ line, high }) => [line, high[0]])).toEqual([['1', 2]])
})

test('a chart of many lines shows no ranges', () => {
  const queries: readonly ChartQuery[] = [{ expr: 'device_cpu_ratio{device="d"}', name: ({ cpu }) => cpu ?? '' }]
  const cpus = (count: number) =>
    drawn(
      queries,
      Array.from({ length: count }, (_, at) => ({ cpu: String(at) })),
    )
  expect(isBanded(queries, cpus(3))).toBe(true)
  expect(isBanded(queries, cpus(4))).toBe(false)
  expect(isBanded([{ expr: 'vector(1)', name: 'x' }], cpus(1))).toBe(false)
})

test('the axis makes room for the range, but not so much that the line lies flat', () => {
  const [near, far] = [band({}, 5, 30), band({}, 5, 9000)].map((one) => ({ ...one, line: 'x', colour: 1 }))
  if (near === undefined || far === undefined) throw new Error('both are there')
  expect(withBands([], 10, 20)).toEqual([10, 20])
  expect(withBands([near], 10, 20)).toEqual([5, 30])
  expect(withBands([far], 10, 20)).toEqual([5, 100])
  expect(withBands([far], 0, 0)).toEqual([0, 9000])
})
