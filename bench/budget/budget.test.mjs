import { expect, test } from 'vitest'
import { normalWeeks, thinnedTo } from '../../agent/src/simulate/normal-weeks.ts'
import * as judge from '../../shared/src/judge/judge.ts'
import { MONDAY, measureBudget, measureFaults } from './measure-budget.mjs'

const made = { seed: 3, startedAt: MONDAY }
const series = [
  ...thinnedTo(normalWeeks({ ...made, others: 0 }), 20),
  ...normalWeeks({ ...made, others: 26 }).slice(-26),
]

/** Few series and weeks: chance alone is worth a factor of two, so the bound is wider than the benchmark's. */
const FACTOR = 4

test('on normal weeks a larger budget brings more alarms, and none brings far more than it asks for', {
  timeout: 240_000,
}, () => {
  const [few, many] = [1, 10].map((perMonth) => measureBudget({ judge, series, weeks: 3, perMonth }))
  expect(many.all.alarms).toBeGreaterThan(2 * few.all.alarms)
  expect(few.all.factor).toBeLessThan(FACTOR)
  expect(many.all.factor).toBeLessThan(FACTOR)
  expect(many.all.factor).toBeGreaterThan(1 / FACTOR)
})

test('a surge far above what a series has shown is flagged within three ticks on nearly all series that move', {
  timeout: 240_000,
}, () => {
  const found = measureFaults({ judge, series, weeks: 1, perMonth: 1 })
  const surge = found.find(({ fault }) => fault.startsWith('surge to 5'))
  expect(surge?.of).toBeGreaterThan(30)
  expect((surge?.found ?? 0) / (surge?.of ?? 1)).toBeGreaterThan(0.85)
})
