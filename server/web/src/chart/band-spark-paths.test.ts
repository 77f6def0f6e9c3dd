import { expect, test } from 'vitest'
import { bandSparkPaths } from './band-spark-paths.ts'

const BOX = { width: 30, height: 24 }
const times = [0, 60, 120, 180]

test('what leaves the usual range is drawn again, with the steps that lead out and back', () => {
  const paths = bandSparkPaths({ times, values: [5, 5, 10, 5], low: [4, 4, 4, 4], high: [6, 6, 6, 6] }, BOX)
  expect(paths?.line).toBe('M0 18.7L10 18.7L20 2L30 18.7')
  expect(paths?.outside).toBe('M10 18.7L20 2L30 18.7')
  expect(paths?.band).toBe('M0 15.3L10 15.3L20 15.3L30 15.3L30 22L20 22L10 22L0 22Z')
  expect(paths?.end).toEqual([30, 18.7])
})

test('gaps are gaps, in the line and in the range', () => {
  const paths = bandSparkPaths({ times, values: [1, null, 3, null], low: [0, 0, null, 0], high: [4, 4, null, 4] }, BOX)
  expect(paths?.line).toBe('M0 17h0.1M20 7h0.1')
  expect(paths?.band.split('M')).toHaveLength(2)
  expect(paths?.outside).toBe('')
})

test('a line that lies still is in the middle, and nothing at all is nothing', () => {
  expect(bandSparkPaths({ times, values: [0, 0, 0, 0], low: [], high: [] }, BOX)?.line).toBe('M0 12L10 12L20 12L30 12')
  expect(bandSparkPaths({ times, values: [null, null, null, null], low: [], high: [] }, BOX)).toBeUndefined()
  expect(bandSparkPaths({ times: [], values: [], low: [], high: [] }, BOX)).toBeUndefined()
})
