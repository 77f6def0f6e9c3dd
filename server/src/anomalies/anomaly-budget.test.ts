import { epochMs } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { AGENT, SITE } from './anomalies.testkit.ts'
import { type Alarm, anomalyBudget } from './anomaly-budget.ts'
import { budgetFigures } from './budget-figures.ts'
import { HOUR_MS, type JudgedHour } from './judged-hours.ts'

test('the word tells chance from a budget that is not met', () => {
  const words = (asked: number, actual: readonly number[]) => actual.map((one) => budgetFigures(one, asked).word)
  expect(words(10, [0, 4, 5, 10, 20, 21, 40])).toEqual([
    ...['too-quiet', 'too-quiet', 'within', 'within', 'within', 'over', 'over'],
  ])
  // Half an alarm was allowed: none, one or two say nothing, five do.
  expect(words(0.5, [0, 1, 2, 5])).toEqual(['too-early', 'too-early', 'too-early', 'over'])
  expect(words(3, [1, 3, 7])).toEqual(['too-early', 'too-early', 'over'])
  expect(budgetFigures(0, 0)).toEqual({ actual: 0, asked: 0, word: 'too-early' })
  expect(budgetFigures(2_000, 1_000).word).toBe('within')
  expect(budgetFigures(3_000, 1_000)).toMatchObject({ word: 'over', factor: 3 })
})

const hour = (n: number, more: Partial<JudgedHour> = {}): JudgedHour => {
  return { end: epochMs(n * HOUR_MS), series: 720, leftOut: 0, live: undefined, trials: [], ...more }
}
const alarm = (hours: number, more: Partial<Alarm> = {}): Alarm => {
  return { agent: AGENT, trial: '', since: epochMs(hours * HOUR_MS), series_key: 'x', real: false, ...more }
}
const agent = { agent: AGENT, site: SITE, devices: 84, asked: { alarmsPerMonth: 2, deviceAlarmsPerWeek: 1 } }
const span = { from: epochMs(0), to: epochMs(24 * HOUR_MS) }

test('alarms count for the model that was live in their hour, those of trials apart, and what was real is no false one', () => {
  const hours = [hour(1), hour(2), hour(3, { live: 'm', trials: ['t'] }), hour(4, { live: 'm', trials: ['t'] })]
  const alarms = [
    ...[alarm(0.5), alarm(1.5), alarm(2.5), alarm(3.9, { real: true }), alarm(3.2, { series_key: '' })],
    ...[alarm(2.5, { trial: 't' }), alarm(1.5, { trial: 't' }), alarm(9)],
  ]
  const { agents, series, devices } = anomalyBudget([{ ...agent, hours }], alarms, span)
  const shown = agents.map((one) => [one.mode, one.model, one.hours, one.series.actual, one.series.asked, one.saidReal])
  expect(shown).toEqual([
    ['live', undefined, 2, 2, 4, 0],
    ['live', 'm', 2, 1, 4, 1],
    ['shadow', 't', 2, 1, 4, 0],
  ])
  expect(series).toMatchObject({ actual: 3, asked: 8 })
  expect(devices).toMatchObject({ actual: 1, asked: 2 })
})

test('an agent that judged nothing has no budget', () => {
  const { agents, series } = anomalyBudget([{ ...agent, hours: [] }], [alarm(1)], span)
  expect(agents).toEqual([])
  expect(series).toEqual({ actual: 0, asked: 0, word: 'too-early' })
})
