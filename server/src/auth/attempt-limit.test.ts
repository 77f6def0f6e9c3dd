import { epochMs } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { createAttemptLimit, senderKey } from './attempt-limit.ts'

test('a key has its attempts per window', () => {
  const limit = createAttemptLimit({ max: 2, windowMs: 10, keys: 10 })
  const outcomes = [0, 1, 2, 9, 10].map((at) => limit.take('a', epochMs(at)))
  expect(outcomes).toEqual([true, true, false, false, true])
  expect(limit.take('b', epochMs(10))).toBe(true)
  expect(limit.stats()).toEqual({ refused: 2, forgotten: 0 })
})

test('an attempt given back does not count', () => {
  const limit = createAttemptLimit({ max: 1, windowMs: 10, keys: 10 })
  for (let i = 0; i < 5; i += 1) {
    expect(limit.take('a', epochMs(i))).toBe(true)
    limit.giveBack('a')
  }
})

test('the table stays bounded and counts what it forgot', () => {
  const limit = createAttemptLimit({ max: 1, windowMs: 1000, keys: 3 })
  for (let i = 0; i < 10; i += 1) limit.take(`key ${i}`, epochMs(i))
  expect(limit.stats().forgotten).toBe(7)
  expect(limit.take('key 9', epochMs(10))).toBe(false)
})

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
  ['2001:db8::6', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('%s is the sender %s', (address, key) => {
  expect(senderKey(address)).toBe(key)
})
