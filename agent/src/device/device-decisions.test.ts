import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CounterReading, type CounterTrack, stepCounter } from './counter-step.ts'
import { deviceIdOf } from './device-id.ts'
import { speedOf } from './if-mib.ts'
import { hasRestarted } from './restart.ts'

const GIGABIT = 1.25e8
const reading = (raw: number, more: Partial<CounterReading> = {}): CounterReading => ({
  raw,
  is64Bit: true,
  seconds: 60,
  restarted: false,
  ceiling: GIGABIT,
  ...more,
})

test('a counter that goes up is sent as it is', () => {
  const track: CounterTrack = { raw: Number.NaN, base: 0 }
  expect(stepCounter(track, reading(1e12))).toBe(1e12)
  expect(stepCounter(track, reading(1e12 + 5e9))).toBe(1e12 + 5e9)
})

test('a 32-bit counter that wraps goes on above 2^32', () => {
  const track: CounterTrack = { raw: 2 ** 32 - 1_000, base: 0 }
  expect(stepCounter(track, reading(500, { is64Bit: false }))).toBe(2 ** 32 + 500)
  expect(stepCounter(track, reading(700, { is64Bit: false }))).toBe(2 ** 32 + 700)
})

test('32-bit errors that somebody cleared are no wrap', () => {
  const track: CounterTrack = { raw: 50, base: 0 }
  expect(stepCounter(track, reading(0, { is64Bit: false, ceiling: 1.5e6 }))).toBe(0)
})

test('after a restart a small counter is taken for one that began at 0', () => {
  const track: CounterTrack = { raw: 1e12, base: 0 }
  expect(stepCounter(track, reading(4e6, { restarted: true }))).toBe(4e6)
})

test('a fall to a value that cannot have been reached is a break, and the next value begins there', () => {
  const track: CounterTrack = { raw: 1e12, base: 0 }
  expect(stepCounter(track, reading(9e11))).toBeNaN()
  expect(stepCounter(track, reading(9e11 + 7e8))).toBe(7e8)
})

test('an impossible rise is a break', () => {
  const track: CounterTrack = { raw: 0, base: 0 }
  expect(stepCounter(track, reading(2 ** 60))).toBeNaN()
})

test('a virtual interface that moves more than its nominal speed is believed', () => {
  const track: CounterTrack = { raw: 0, base: 0 }
  expect(stepCounter(track, reading(6e10, { ceiling: 1.25e6 }))).toBe(6e10)
})

test('a base from before a device began anew is forgotten', () => {
  const track: CounterTrack = { raw: Number.NaN, base: 9e11 }
  expect(stepCounter(track, reading(100))).toBe(100)
})

test('whatever a device says, the increase that rate() sees is never more than the interface can do', () => {
  const ceiling = GIGABIT
  fc.assert(
    fc.property(
      fc.array(fc.record({ raw: fc.oneof(fc.nat(2 ** 31 - 1), fc.maxSafeNat()), restarted: fc.boolean() }), {
        maxLength: 30,
      }),
      fc.boolean(),
      (readings, is64Bit) => {
        const track: CounterTrack = { raw: Number.NaN, base: 0 }
        let before: number | undefined
        for (const { raw, restarted } of readings) {
          const most = is64Bit ? raw : raw % 2 ** 32
          const value = stepCounter(track, reading(most, { is64Bit, restarted, ceiling }))
          if (Number.isNaN(value)) continue
          expect(value).toBeGreaterThanOrEqual(0)
          // Prometheus: a fall means that the counter began at 0.
          const increase = before === undefined ? 0 : value >= before ? value - before : value
          expect(increase).toBeLessThanOrEqual(Math.max(2 * ceiling, 1e11) * 60)
          before = value
        }
      },
    ),
  )
})

const DAY = 86_400_000
test('sysUpTime that goes on is no restart, one that begins anew is', () => {
  expect(hasRestarted({ upTime: 1_000_000, atMs: 0 }, { upTime: 1_006_000, atMs: 60_000 })).toBe(false)
  expect(hasRestarted({ upTime: 1_000_000, atMs: 0 }, { upTime: 500, atMs: 60_000 })).toBe(true)
})

test('the rollover of sysUpTime after 497 days is no restart', () => {
  expect(hasRestarted({ upTime: 2 ** 32 - 3_000, atMs: 0 }, { upTime: 3_000, atMs: 60_000 })).toBe(false)
})

test('snmpEngineTime tells a clock that went astray from a restart', () => {
  const before = { upTime: 900_000_000, engineTime: 9_000_000, atMs: 0 }
  expect(hasRestarted(before, { upTime: 100, engineTime: 9_000_060, atMs: 60_000 })).toBe(false)
  expect(hasRestarted(before, { upTime: 100, engineTime: 1, atMs: 60_000 })).toBe(true)
})

test('a device that restarted while it was away for a day has restarted', () => {
  expect(hasRestarted({ upTime: 1_000, atMs: 0 }, { upTime: 4_000_000, atMs: DAY })).toBe(true)
})

test('speed comes from ifHighSpeed where ifSpeed is full', () => {
  expect(speedOf(1e9, 1_000)).toBe(1e9)
  expect(speedOf(2 ** 32 - 1, 100_000)).toBe(1e11)
  expect(speedOf(0, 10_000)).toBe(1e10)
  expect(speedOf(0, 0)).toBe(0)
})

test('a device id is a version 5 UUID of its strongest fact, always the same', () => {
  const id = deviceIdOf({ rank: 'engine-id', name: 'engine-id:80001f8880' })
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(deviceIdOf({ rank: 'engine-id', name: 'engine-id:80001f8880' })).toBe(id)
})
