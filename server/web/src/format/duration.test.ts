import { expect, test } from 'vitest'
import { formatAgo, formatDuration } from './duration.ts'

const plain = (text: string): string => text.replaceAll('\u00a0', ' ')

test('a duration has at most two units, and no seconds beside minutes', () => {
  expect(plain(formatDuration(400))).toBe('0 s')
  expect(plain(formatDuration(40_000))).toBe('40 s')
  expect(plain(formatDuration(14 * 60_000 + 9_000))).toBe('14 min')
  expect(plain(formatDuration(95 * 60_000))).toBe('1 h 35 min')
  expect(plain(formatDuration(2 * 86_400_000 + 3_600_000 * 20 + 60_000))).toBe('2 d 20 h')
  expect(plain(formatDuration(86_400_000 + 60_000))).toBe('1 d')
})

test('a duration is never negative', () => {
  expect(plain(formatDuration(-5_000))).toBe('0 s')
})

test('what has just been is just now, and what comes is ahead', () => {
  expect(formatAgo(10_000, 12_000)).toBe('just now')
  expect(plain(formatAgo(0, 60_000))).toBe('1 min ago')
  expect(plain(formatAgo(7_200_000, 0))).toBe('in 2 h')
})
