import { epochMs } from '@eyenet/shared/identity'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { agentId, HOUR, MINUTE, START } from '../learn.testkit.ts'
import { type AlarmEvidence, chanceOfAtLeast, judgeAlarms } from './alarm-evidence.ts'

const AGENT = agentId(1)
const at = (ms: number) => epochMs(START + ms)

function evidence(over: Partial<AlarmEvidence>): AlarmEvidence {
  return { agent: AGENT, alarms: [], control: undefined, seriesMonths: 0.5, asked: 1, ...over }
}

/** One alarm every so often, for so long. */
const every = (ms: number, forMs: number) => Array.from({ length: Math.floor(forMs / ms) }, (_, n) => at(n * ms))

test('the chance of a count is what a table of the Poisson distribution says', () => {
  expect(chanceOfAtLeast(1, 1)).toBeCloseTo(1 - Math.exp(-1), 10)
  expect(chanceOfAtLeast(5, 2)).toBeCloseTo(0.052653, 5)
  expect(chanceOfAtLeast(30, 10)).toBeCloseTo(2.51e-7, 9)
  expect(chanceOfAtLeast(2_000, 1_000)).toBeLessThan(1e-100)
})

test('alarms that come again and again are over the budget; a burst of as many at once is an incident', () => {
  const steady = every(10 * MINUTE, 3 * HOUR)
  expect(judgeAlarms([evidence({ alarms: steady })])).toMatchObject({ kind: 'over', alarms: steady.length - 2 })
  const burst = steady.map((_, n) => at(n * 1_000))
  expect(judgeAlarms([evidence({ alarms: burst })])).toEqual({ kind: 'open' })
})

test('what the control finds as well is no fault of the model', () => {
  const alarms = every(10 * MINUTE, 3 * HOUR)
  const control = alarms.map((time) => epochMs(time + 2 * MINUTE))
  expect(judgeAlarms([evidence({ alarms, control })])).toEqual({ kind: 'open' })
  expect(judgeAlarms([evidence({ alarms, control: [] })]).kind).toBe('over')
})

test('without anything judged nothing is said, whatever came', () => {
  expect(judgeAlarms([])).toEqual({ kind: 'open' })
  expect(judgeAlarms([evidence({ alarms: every(MINUTE, HOUR), seriesMonths: 0 })])).toEqual({ kind: 'open' })
})

test('a model that keeps twice its budget stays, one at ten times of it goes, whatever the budget is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 20, max: 400 }), fc.constantFrom(0.1, 1, 10), (expected, asked) => {
      const seriesMonths = expected / asked
      const alarms = (factor: number) => every((72 * HOUR) / (expected * factor), 72 * HOUR)
      expect(judgeAlarms([evidence({ alarms: alarms(1), seriesMonths, asked })]).kind).toBe('within')
      expect(judgeAlarms([evidence({ alarms: alarms(2), seriesMonths, asked })]).kind).toBe('within')
      expect(judgeAlarms([evidence({ alarms: alarms(10), seriesMonths, asked })]).kind).toBe('over')
    }),
    { numRuns: 30 },
  )
})
