import { expect, test } from 'vitest'
import { type BandSeries, bandAt, chartBands, lineSources, withBands } from './chart-band.ts'
import { type ChartQuery, chartFigures } from './chart-lines.ts'

const times = [0, 60, 120]
const band = (low: number, high: number): BandSeries => ({ times, low: [low, null, low], high: [high, null, high] })
const on = 'device="d",interface="e1"'
const traffic: readonly ChartQuery[] = [
  { expr: `8 * sum(rate(ifHCInOctets{${on}}[4m]))`, name: 'In' },
  { expr: `8 * sum(rate(ifHCOutOctets{${on}}[4m]))`, name: 'Out', below: true },
]
const drawn = (queries: readonly ChartQuery[], labels: readonly Record<string, string>[]) =>
  chartFigures(
    queries,
    queries.map(() => ({ times, series: labels.map((one) => ({ labels: one, values: [1, 2, 3] })) })),
  )
const cpu: readonly ChartQuery[] = [{ expr: 'device_cpu_ratio{device="d"}', name: (labels) => labels.cpu ?? '' }]

test('the range of what is drawn below zero is below zero too, and reads as what it is', () => {
  const [into, out] = chartBands(lineSources(traffic, drawn(traffic, [{}])), [[band(10, 20)], [band(1, 2)]])
  expect([into?.low[0], into?.high[0]]).toEqual([80, 160])
  expect([out?.low[0], out?.high[0]]).toEqual([-16, -8])
  expect(out === undefined ? undefined : bandAt(out, 118)).toEqual({ low: 8, high: 16 })
  expect(out === undefined ? undefined : bandAt(out, 62)).toBeUndefined()
})

test('each line asks for its own series alone, also where the query asks for many', () => {
  const labels = { __name__: 'device_cpu_ratio', device: 'd', cpu: 'a"1' }
  expect(lineSources(cpu, drawn(cpu, [labels])).map(({ selector }) => selector)).toEqual([
    'device_cpu_ratio{device="d",cpu="a\\"1"}',
  ])
  const bare: readonly ChartQuery[] = [{ expr: 'topk(2, 8 * rate(ifHCInOctets[5m]))', name: 'x' }]
  expect(lineSources(bare, drawn(bare, [{ device: 'd' }])).map(({ selector }) => selector)).toEqual([
    'ifHCInOctets{device="d"}',
  ])
})

test('a line that two series stand behind has no range', () => {
  expect(chartBands(lineSources(cpu, drawn(cpu, [{ cpu: '0' }])), [[band(0, 1), band(0, 2)]])).toEqual([])
})

test('a chart of many lines has no ranges, and a limit is no line that has one', () => {
  const cpus = (count: number) =>
    drawn(
      cpu,
      Array.from({ length: count }, (_, at) => ({ cpu: String(at) })),
    )
  expect(lineSources(cpu, cpus(3))).toHaveLength(3)
  expect(lineSources(cpu, cpus(4))).toEqual([])
  const limit: readonly ChartQuery[] = [{ expr: 'vector(1)', name: 'x', limit: true }]
  expect(lineSources(limit, drawn(limit, [{}]))).toEqual([])
})

test('the axis makes room for the range, but not so much that the line lies flat', () => {
  const [near, far] = [band(5, 30), band(5, 9000)].map((one) => ({ ...one, line: 'x', colour: 1 }))
  if (near === undefined || far === undefined) throw new Error('both are there')
  expect(withBands([], 10, 20)).toEqual([10, 20])
  expect(withBands([near], 10, 20)).toEqual([5, 30])
  expect(withBands([far], 10, 20)).toEqual([5, 100])
  expect(withBands([far], 0, 0)).toEqual([0, 9000])
})
