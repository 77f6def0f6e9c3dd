import { expect, test } from 'vitest'
import { formatBrief, formatMoment, formatShortMoment } from './moment.ts'

const at = new Date(2031, 4, 4, 17, 3, 9).getTime()

test('a moment is written as ISO 8601 has it, in local time', () => {
  expect(formatMoment(at)).toBe('2031-05-04 17:03:09')
})

test('the day is named only where it is not today', () => {
  expect(formatShortMoment(at, at + 60_000)).toBe('17:03')
  expect(formatShortMoment(at, at + 3 * 86_400_000)).toBe('4 May 17:03')
  expect(formatShortMoment(at, new Date(2032, 0, 1).getTime())).toBe('2031-05-04 17:03')
  expect(formatBrief(at, at + 3 * 86_400_000)).toBe('4 May')
})
