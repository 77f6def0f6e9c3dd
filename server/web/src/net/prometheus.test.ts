import { expect, test } from 'vitest'
import { literally, numberOf, onGrid } from './prometheus.ts'

test('points fall on the grid, and what is missing is a gap', () => {
  const answer = onGrid({ expr: 'x', start: 100, end: 140, step: 10 }, [
    {
      metric: { a: '1' },
      values: [
        [100, '1'],
        [110, 'NaN'],
        [130, '4.5'],
        [900, '7'],
      ],
    },
  ])
  expect(answer.times).toEqual([100, 110, 120, 130, 140])
  expect(answer.series[0]?.values).toEqual([1, null, null, 4.5, null])
})

test('values are read as Prometheus writes them', () => {
  expect(numberOf('+Inf')).toBe(Number.POSITIVE_INFINITY)
  expect(numberOf('-Inf')).toBe(Number.NEGATIVE_INFINITY)
  expect(numberOf('1e3')).toBe(1000)
})

test('a name is taken literally in a regular expression', () => {
  expect(new RegExp(`^${literally('a.b(c)|d')}$`).test('a.b(c)|d')).toBe(true)
})
