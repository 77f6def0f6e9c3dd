import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ChangeLog } from './change-log.ts'

const HOUR = 3_600_000

test('an answer holds until samples of its time come', () => {
  const log = new ChangeLog()
  log.changed(10 * HOUR, 10 * HOUR)
  const { count } = log
  expect(log.isUnchanged(0, 20 * HOUR, count)).toBe(true)
  log.changed(30 * HOUR, 31 * HOUR)
  expect(log.isUnchanged(0, 20 * HOUR, count)).toBe(true)
  log.changed(12 * HOUR + 5, 12 * HOUR + 5)
  expect(log.isUnchanged(0, 20 * HOUR, count)).toBe(false)
  expect(log.isUnchanged(0, 12 * HOUR - 1, count)).toBe(true)
  log.allChanged()
  expect(log.isUnchanged(0, 1, count)).toBe(false)
  expect(log.isUnchanged(0, 1, log.count)).toBe(true)
})

test('what is said to be unchanged is so, whatever comes in whatever order', () => {
  const span = fc.tuple(fc.nat(50), fc.nat(200_000)).map(([from, length]) => [from, from + length] as const)
  fc.assert(
    fc.property(fc.array(span, { maxLength: 30 }), span, fc.nat(30), (spans, [from, to], at) => {
      const log = new ChangeLog()
      let count = 0
      for (const [i, [first, last]] of spans.entries()) {
        if (i === at) count = log.count
        log.changed(first * HOUR, last * HOUR)
      }
      if (at >= spans.length) count = log.count
      const changed = spans.slice(at).some(([first, last]) => first <= to && last >= from)
      if (changed) expect(log.isUnchanged(from * HOUR, to * HOUR, count)).toBe(false)
    }),
  )
})
