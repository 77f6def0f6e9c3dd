import { expect, test } from 'vitest'
import type { Reason } from './reasons.ts'
import { sentenceOf } from './sentence.ts'

const USUAL = { value: 812.4, low: 90, high: 240.2, detail: Number.NaN }

test.each<[Reason, number, string]>([
  ['above', Number.NaN, 'above the usual range for this hour: 812 where 90 to 240 is usual'],
  ['below', Number.NaN, 'below the usual range for this hour: 812 where 90 to 240 is usual'],
  ['flat', 40, 'flat line for 40 samples at 812'],
  ['shift-up', Number.NaN, 'level shift up: 812 where 90 to 240 is usual'],
  ['pattern', Number.NaN, 'new pattern: 812 where 90 to 240 is usual'],
  ['missing', 1, 'missing data for 1 sample'],
  ['drift', 0.01, 'drift of 1 % per day'],
  ['drift', -0.004, 'drift of 0.4 % per day downwards'],
  ['together', 3, '3 series of this device unusual together'],
  ['none', Number.NaN, 'as usual'],
])('%s with %s: %s', (reason, detail, sentence) => {
  expect(sentenceOf({ ...USUAL, reason, detail })).toBe(sentence)
})

test('a range that is not known yet is left out, and large and small numbers stay short', () => {
  expect(sentenceOf({ ...USUAL, reason: 'above', low: Number.NaN, high: Number.NaN, value: 1.234e12 })).toBe(
    'above the usual range for this hour: 1.23e12',
  )
  expect(sentenceOf({ ...USUAL, reason: 'flat', detail: Number.NaN, value: Number.NaN })).toBe(
    'flat line for several samples at an unknown value',
  )
})
