import { epochMs } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { type LifecycleState, nextLifecycle } from './device-lifecycle.ts'

const DAY_MS = 24 * 3_600_000
const day = (days: number) => epochMs(days * DAY_MS)
const DAYS = { staleDays: 7, retireDays: 30 }
const at = (lifecycle: LifecycleState['lifecycle'], since = 0, by = ''): LifecycleState => ({
  ...{ lifecycle, since: day(since), by },
})
/** Silent since the day `answered`, asked in vain on the day `now`. */
const next = (state: LifecycleState, [answered, now]: readonly [number, number], more = {}) => {
  const silence = { answeredAt: day(answered), isSilentNow: true, isManaged: true, ...more }
  return nextLifecycle(state, silence, { ...DAYS, now: day(now) })
}

test('a device is stale after seven days of silence and retired after thirty', () => {
  expect(next(at('active'), [0, 7])).toBeUndefined()
  expect(next(at('active'), [0, 7.1])).toBe('stale')
  expect(next(at('stale', 7.1), [0, 30])).toBeUndefined()
  expect(next(at('stale', 7.1), [0, 30.1])).toBe('retired')
})

test('silence while nobody asks says nothing of the device', () => {
  const unasked = { isSilentNow: false }
  expect(next(at('active'), [0, 100], unasked)).toBeUndefined()
  expect(next(at('stale', 7), [0, 100], unasked)).toBeUndefined()
})

test('nothing is retired before it has been stale for a day, be the server off for months', () => {
  expect(next(at('active'), [0, 100])).toBe('stale')
  expect(next(at('stale', 100), [0, 100.9])).toBeUndefined()
  expect(next(at('stale', 100), [0, 101])).toBe('retired')
})

test('an answer makes it active again; what somebody has retired by hand stays away', () => {
  expect(next(at('stale', 8), [9, 9])).toBe('active')
  expect(next(at('retired', 31), [40, 40])).toBe('active')
  expect(next(at('retired', 31, 'ada'), [40, 40])).toBeUndefined()
  // Answers of before are none.
  expect(next(at('retired', 31), [30, 40])).toBeUndefined()
})

test("what an agent's own file names is stale, and never retired", () => {
  expect(next(at('active'), [0, 8], { isManaged: false })).toBe('stale')
  expect(next(at('stale', 8), [0, 400], { isManaged: false })).toBeUndefined()
})

test('what somebody restores has its whole time once more', () => {
  expect(next(at('active', 40, 'ada'), [0, 46])).toBeUndefined()
  expect(next(at('active', 40, 'ada'), [0, 47.1])).toBe('stale')
})
