import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFlow, flattenEpisodes } from './flow.ts'
import { volume } from './volume.ts'

const START = Date.UTC(2026, 0, 1)
const HOUR = 3_600_000
const GIGABIT_PER_MS = 125_000

const profiles = fc.record({
  seed: fc.integer({ min: 0, max: 0x7fffffff }),
  peakPerMs: fc.double({ min: 0.001, max: 100 * GIGABIT_PER_MS, noNaN: true }),
  peakHour: fc.double({ min: 0, max: 24, noNaN: true }),
})
const moments = fc.integer({ min: START, max: START + 1_000 * HOUR })

test('a volume grows with every millisecond and never faster than the peak', () => {
  fc.assert(
    fc.property(profiles, moments, fc.integer({ min: 1, max: 200_000 }), (profile, now, step) => {
      const grown = volume(profile, START, now + step) - volume(profile, START, now)
      expect(grown).toBeGreaterThan(0)
      expect(grown).toBeLessThanOrEqual(profile.peakPerMs * step * 1.001)
    }),
  )
})

test('volumes of adjacent spans add up', () => {
  fc.assert(
    fc.property(profiles, moments, moments, (profile, one, other) => {
      const [middle, end] = one < other ? [one, other] : [other, one]
      const whole = volume(profile, START, end)
      const parts = volume(profile, START, middle) + volume(profile, middle, end)
      expect(Math.abs(parts - whole)).toBeLessThanOrEqual(1e-9 * Math.max(1, whole, profile.peakPerMs * 1e6))
    }),
  )
})

test('the day is visible: around the crest flows several times what flows twelve hours off it', () => {
  const profile = { seed: 3, peakPerMs: GIGABIT_PER_MS, peakHour: 13 }
  const at = (hour: number) => volume(profile, START + hour * HOUR, START + (hour + 1) * HOUR)
  expect(at(12.5) / at(0.5)).toBeGreaterThan(2)
})

test('a week is visible: Saturday is quieter than Monday, and Monday morning rises from the night to a multiple', () => {
  const monday = Date.UTC(2026, 0, 5)
  const rate = (seed: number, at: number) =>
    volume({ seed, peakPerMs: 1, peakHour: 13 }, at, at + HOUR / 12) / (HOUR / 12)
  const seeds = Array.from({ length: 40 }, (_, seed) => 97 * seed)
  const mean = (at: number) => seeds.reduce((sum, seed) => sum + rate(seed, at), 0) / seeds.length
  expect(mean(monday + 13 * HOUR)).toBeGreaterThan(1.3 * mean(monday - 35 * HOUR))
  expect(mean(monday + 11 * HOUR)).toBeGreaterThan(2 * mean(monday + 3 * HOUR))
})

test('traffic is bursty: five minutes differ from their hour by some percent, seldom by a quarter', () => {
  const profile = { seed: 5, peakPerMs: 1, peakHour: 13 }
  const off = Array.from({ length: 2_000 }, (_, at) => {
    const from = START + at * (HOUR / 12)
    const hour = volume(profile, from - HOUR / 2, from + HOUR / 2)
    return Math.abs((12 * volume(profile, from, from + HOUR / 12)) / hour - 1)
  }).sort((left, right) => left - right)
  expect(off[1_000]).toBeGreaterThan(0.01)
  expect(off[1_999]).toBeGreaterThan(5 * (off[1_000] ?? 1))
  expect(off[1_999]).toBeLessThan(0.6)
})

test('the order in which a flow is asked does not change what it says, and it never falls', () => {
  const episode = fc
    .tuple(fc.nat(50), fc.integer({ min: 1, max: 20 }), fc.constantFrom(0, 0.03, 1.5), fc.nat(5_000))
    .map(([from, length, scale, addPerMs]) => ({ from: from * 10_000, to: (from + length) * 10_000, scale, addPerMs }))
  const asked = fc.array(fc.integer({ min: 0, max: 20 * HOUR }), { minLength: 2, maxLength: 30 })
  fc.assert(
    fc.property(profiles, fc.array(episode, { maxLength: 6 }), asked, (profile, episodes, offsets) => {
      const cycle = { startedAt: START, everyMs: HOUR }
      const jumping = createFlow(profile, cycle, episodes)
      const answers = new Map(offsets.map((offset) => [offset, Math.floor(jumping.total(START + offset))]))
      const steady = createFlow(profile, cycle, episodes)
      let last = 0
      for (const offset of [...offsets].sort((left, right) => left - right)) {
        const total = Math.floor(steady.total(START + offset))
        expect(total).toBe(answers.get(offset))
        expect(total).toBeGreaterThanOrEqual(last)
        last = total
      }
    }),
  )
})

test('nothing flows while a link is cut, also in later cycles', () => {
  const profile = { seed: 9, peakPerMs: GIGABIT_PER_MS, peakHour: 4 }
  const flow = createFlow(profile, { startedAt: START, everyMs: HOUR }, [
    { from: 60_000, to: 120_000, scale: 0, addPerMs: 0 },
  ])
  for (const cycle of [0, 1, 700]) {
    const begins = START + cycle * HOUR
    expect(flow.total(begins + 119_999)).toBe(flow.total(begins + 60_000))
    expect(flow.total(begins + 121_000)).toBeGreaterThan(flow.total(begins + 120_000))
  }
})

test('of overlapping episodes the first in the list wins', () => {
  const cut = { from: 10, to: 20, scale: 0, addPerMs: 0 }
  const surge = { from: 0, to: 30, scale: 1, addPerMs: 7 }
  expect(flattenEpisodes([cut, surge])).toEqual([{ ...surge, to: 10 }, cut, { ...surge, from: 20 }])
})
