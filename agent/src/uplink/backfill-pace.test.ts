import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BackfillPace } from './backfill-pace.ts'

test('over any time no more goes than the limit, a second and one message', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 0, max: 3_000 })), { minLength: 1 }),
      (limit, steps) => {
        const pace = new BackfillPace()
        pace.set(limit, 0)
        let nowMs = 0
        let sent = 0
        for (const [samples, idleMs] of steps) {
          nowMs += idleMs + pace.waitMs(nowMs + idleMs)
          expect(pace.waitMs(nowMs)).toBe(0)
          expect(sent).toBeLessThanOrEqual((nowMs / 1000) * limit + limit + 1)
          pace.spend(samples)
          sent += samples
        }
      },
    ),
  )
})

test('without a limit nothing waits, and one that is lifted leaves no debt', () => {
  const pace = new BackfillPace()
  pace.spend(1_000_000)
  expect(pace.waitMs(0)).toBe(0)
  pace.set(100, 0)
  pace.spend(1_000)
  expect(pace.waitMs(1)).toBeGreaterThan(8_000)
  pace.set(undefined, 1)
  expect(pace.waitMs(1)).toBe(0)
  pace.set(100, 2)
  expect(pace.waitMs(2)).toBeLessThan(100)
})
