import { expect, test } from 'vitest'
import { timeMarks, valueMarks } from './axis-text.ts'
import { chartFigures, chartSentence, summaryOf } from './chart-lines.ts'
import { sparkPaths } from './spark-paths.ts'

const series = (value: number) => ({ labels: { n: String(value) }, values: [value, null, value] })

test('a summary passes over gaps, and a line without values has none', () => {
  expect(summaryOf([1, null, 3, null])).toEqual({ min: 1, avg: 2, max: 3, last: 3 })
  expect(summaryOf([null, null])).toBeUndefined()
})

test('of too many lines the largest are drawn, and it is said how many are not', () => {
  const all = Array.from({ length: 12 }, (_, at) => series(at))
  const figures = chartFigures([{ expr: 'x', name: (labels) => labels.n ?? '' }], [{ times: [0, 1, 2], series: all }])
  expect(figures.lines).toHaveLength(8)
  expect(figures.hidden).toBe(4)
  expect(figures.lines.map((line) => line.name)).not.toContain('0')
})

test('a chart in words names every line with its unit', () => {
  const figures = chartFigures([{ expr: 'x', name: 'In' }], [{ times: [0, 1, 2], series: [series(2000)] }])
  expect(chartSentence('Traffic', figures, 'bits_per_second').replaceAll('\u00a0', ' ')).toBe(
    'Traffic. In: minimum 2 kbit/s, average 2 kbit/s, maximum 2 kbit/s, last 2 kbit/s.',
  )
})

test('what is drawn below zero reads as what it is', () => {
  expect(valueMarks([-1000, 0], 'bits_per_second', true).map((mark) => mark.replace('\u00a0', ' '))).toEqual([
    '1 kbit/s',
    '0 bit/s',
  ])
})

test('a time axis names the day where it begins', () => {
  const midnight = new Date(2031, 4, 4).getTime() / 1000
  expect(timeMarks([midnight - 3600, midnight, midnight + 3600], 3600)).toEqual(['23:00', '4\u00a0May', '01:00'])
})

test('a spark has a gap where there is no value, and is nothing without values', () => {
  expect(sparkPaths([1, 2, null, 2], { width: 90, height: 20 })?.line).toBe('M0 10L30 1M90 1')
  expect(sparkPaths([null, 3], { width: 90, height: 20 })).toBeUndefined()
})

test('a spark near its values uses the height for what moves, and a still line stays in the middle', () => {
  expect(sparkPaths([230, 240], { width: 10, height: 22 }, true)?.line).toBe('M0 21L10 1')
  expect(sparkPaths([-12, -12], { width: 10, height: 22 }, true)?.line).toBe('M0 11L10 11')
  expect(sparkPaths([0, 0], { width: 10, height: 22 }, true)?.line).toBe('M0 21L10 21')
})
