import fc from 'fast-check'
import { expect, test } from 'vitest'
import { everyFiveMinutes, fresh, judgeOne, officeTraffic } from './judge.testkit.ts'
import { DEFAULT_JUDGE_SETTINGS, SeriesBank, STATE_BYTES } from './judge.ts'

test('the state of one series fits into 2 KB', () => {
  expect(STATE_BYTES).toBeLessThanOrEqual(2048)
})

test('slots are given out up to the most, and those of closed series again, fresh', () => {
  const bank = new SeriesBank(3)
  const slots = [bank.open(), bank.open(), bank.open()]
  expect(new Set(slots).size).toBe(3)
  expect(bank.open()).toBeUndefined()
  judgeOne(everyFiveMinutes(50, officeTraffic(1)), DEFAULT_JUDGE_SETTINGS, { bank, slot: 1 })
  const used = bank.save(1)
  bank.close(1)
  bank.close(1)
  expect(bank.size).toBe(2)
  expect(bank.open()).toBe(1)
  expect(bank.save(1)).not.toEqual(used)
  expect(bank.size).toBe(3)
})

test('a bank grows past its first slots and keeps what was learnt', () => {
  const bank = new SeriesBank(1000)
  const slot = bank.open() ?? 0
  const first = judgeOne(everyFiveMinutes(300, officeTraffic(1)), DEFAULT_JUDGE_SETTINGS, { bank, slot })
  const before = bank.save(slot)
  for (let i = 1; i < 1000; i++) bank.open()
  expect(bank.save(slot)).toEqual(before)
  expect(bank.size).toBe(1000)
  expect(first).toHaveLength(300)
})

test('a saved state goes on where it was: the same verdicts as without a restart', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 0, max: 1e6 }), (cut, seed) => {
      const { times, values } = everyFiveMinutes(1000, officeTraffic(seed))
      const whole = judgeOne({ times, values }, DEFAULT_JUDGE_SETTINGS)
      const one = fresh()
      judgeOne({ times: times.slice(0, cut), values: values.slice(0, cut) }, DEFAULT_JUDGE_SETTINGS, one)
      const other = fresh()
      expect(other.bank.load(other.slot, one.bank.save(one.slot))).toBe(true)
      const rest = judgeOne({ times: times.slice(cut), values: values.slice(cut) }, DEFAULT_JUDGE_SETTINGS, other)
      expect(rest).toEqual(whole.slice(cut))
    }),
    { numRuns: 10 },
  )
})

test('state that is damaged, cut or of another version is refused and the slot is fresh', () => {
  const one = fresh()
  const untouched = one.bank.save(one.slot)
  judgeOne(everyFiveMinutes(100, officeTraffic(1)), DEFAULT_JUDGE_SETTINGS, one)
  const saved = one.bank.save(one.slot)
  const version = saved.slice()
  version[0] = 99
  const damaged = saved.slice()
  damaged.set([0, 0, 0xc0, 0x7f], saved.length - 4)
  for (const bytes of [version, damaged, saved.subarray(0, 100), new Uint8Array()]) {
    const other = fresh()
    expect(other.bank.load(other.slot, bytes)).toBe(false)
    expect(other.bank.save(other.slot)).toEqual(untouched)
  }
})
