import { expect, test } from 'vitest'
import { forecastName, forecastState, growthText, rangeText, untilText } from './forecast-words.ts'

const DAY = 86_400

test('the time until full is as coarse as the forecast is', () => {
  expect([600, 31 * 3_600, 12.4 * DAY, 150 * DAY, 350 * DAY].map(untilText)).toEqual([
    'within the hour',
    '31 h',
    '12 days',
    '5 months',
    'about a year',
  ])
})

test('a range names its unit once, and may be open', () => {
  expect(rangeText({ lower: 9 * DAY, upper: 16 * DAY })).toBe('9 to 16 days')
  expect(rangeText({ lower: 40 * 3_600, upper: 16 * DAY })).toBe('40 h to 16 days')
  expect(rangeText({ lower: 9 * DAY })).toBe('9 days or later')
  expect(rangeText({ lower: 60, upper: 120 })).toBe('within the hour in any case')
  expect(rangeText({})).toBe('')
})

test('what is soon full stands out, and what never is does not', () => {
  expect([DAY, 3 * DAY, 20 * DAY, undefined].map(forecastState)).toEqual(['critical', 'warning', 'quiet', 'quiet'])
})

test('growth and names are for people', () => {
  expect([0.0081, 0.0001, -0.02].map(growthText)).toEqual([
    '+0.8\u00a0% a day',
    '+<0.1\u00a0% a day',
    '−2\u00a0% a day',
  ])
  expect(forecastName({ kind: 'interface', name: 'Te1/1/1', direction: 'in' })).toBe('Te1/1/1 in')
  expect(forecastName({ kind: 'memory', name: '' })).toBe('Memory')
})
