import { expect, test } from 'vitest'
import { bandOnGrid } from './bands.ts'

test('a step without a sample is a gap, and what lies outside is left out', () => {
  const band = bandOnGrid(
    {
      labels: { __name__: 'm' },
      judgedAs: 'gauge',
      times: [60_000, 180_000, 300_000],
      values: [1, null, 9],
      low: [0, 1, 9],
      high: [2, 3, 9],
      score: [0, 0.9, 0],
      verdicts: [],
    },
    { start: 60, end: 240, step: 60 },
  )
  expect(band).toEqual({
    times: [60, 120, 180, 240],
    values: [1, null, null, null],
    low: [0, null, 1, null],
    high: [2, null, 3, null],
  })
})
