import { expect, test } from 'vitest'
import { alignedSpan, rangeOf, rateWindow, spanOf, stepOf, type TimeRange, withRange } from './time-range.ts'

const read = (text: string): TimeRange => rangeOf(new URLSearchParams(text))

test('a range survives the address bar', () => {
  for (const range of [
    { kind: 'last', preset: '6h' },
    { kind: 'last', preset: '1h' },
    { kind: 'between', from: 1_700_000_000_000, to: 1_700_000_900_000 },
  ] as const) {
    expect(rangeOf(withRange(new URLSearchParams('q=core'), range))).toEqual(range)
  }
})

test('the default leaves no trace, and other values stay', () => {
  expect(withRange(new URLSearchParams('q=core&range=6h'), { kind: 'last', preset: '1h' }).toString()).toBe('q=core')
})

test('nonsense is the default', () => {
  const usual = { kind: 'last', preset: '1h' }
  expect(read('range=99y')).toEqual(usual)
  expect(read('from=5&to=1')).toEqual(usual)
  expect(read('from=abc&to=def')).toEqual(usual)
  expect(read('from=1000&to=1001')).toEqual(usual)
})

test('steps are round and give no more points than asked for', () => {
  const hour = spanOf({ kind: 'last', preset: '1h' }, 3_600_000)
  expect(stepOf(hour, 300)).toBe(15)
  expect(stepOf(spanOf({ kind: 'last', preset: '7d' }, 604_800_000), 300)).toBe(3600)
  expect(stepOf({ from: 0, to: 400 * 86_400_000 }, 100)).toBe(345_600)
})

test('a point keeps its place when time goes on by less than a step', () => {
  expect(alignedSpan({ from: 61_000, to: 121_000 }, 30)).toEqual(alignedSpan({ from: 75_000, to: 135_000 }, 30))
})

test('a rate looks back over four polls at least, and over a whole step', () => {
  expect(rateWindow(15)).toBe(240)
  expect(rateWindow(15, 10)).toBe(40)
  expect(rateWindow(3600, 60)).toBe(3600)
})
