import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FEATURE_NAMES, FEATURES, PAST_FEATURES, VALUE_FEATURE } from './features.ts'
import { prepare } from './prepare.ts'
import { SeriesBank } from './series-bank.ts'
import { TickBatch } from './tick-batch.ts'

/** Features of the last of the samples, five minutes apart. */
function featuresOf(values: readonly number[]): Float32Array {
  const [bank, batch] = [new SeriesBank(1), new TickBatch(1)]
  const slot = bank.open() ?? 0
  for (const [at, value] of values.entries()) {
    batch.clear()
    batch.add(slot, Date.UTC(2026, 0, 5) + at * 300_000, value)
    prepare(bank, batch)
  }
  return batch.features
}

const wave = (rows: number) => Array.from({ length: rows }, (_, at) => 100 + 10 * Math.sin(at / 7) + ((at * 37) % 11))

test('each feature has a name of its own', () => {
  expect(new Set(FEATURE_NAMES).size).toBe(FEATURES)
  expect(FEATURE_NAMES[VALUE_FEATURE]).toBe('now')
  expect(VALUE_FEATURE).toBeGreaterThanOrEqual(PAST_FEATURES)
})

test('features of the past know nothing of the sample, the others do', () => {
  const past = wave(400)
  const [low, high] = [featuresOf([...past, 60]), featuresOf([...past, 900])]
  expect(low.subarray(0, PAST_FEATURES)).toEqual(high.subarray(0, PAST_FEATURES))
  for (const name of ['now', 'step', 'roughnessNow', 'off-day', 'off-short', 'off-log']) {
    const at = FEATURE_NAMES.indexOf(name)
    expect(low[at], name).not.toBe(high[at])
  }
})

test('series of another unit have the same features', () => {
  const [bits, kilobits] = [featuresOf(wave(500)), featuresOf(wave(500).map((value) => value / 1024))]
  for (let at = 0; at < FEATURES; at++) expect(kilobits[at], FEATURE_NAMES[at]).toBeCloseTo(bits[at] ?? Number.NaN, 3)
})

test('a sample that did not come is as expected', () => {
  const features = featuresOf([...wave(300), Number.NaN])
  expect(features[VALUE_FEATURE]).toBe(0)
  expect(features.every(Number.isFinite)).toBe(true)
})

test('whatever the samples are, features are numbers', () => {
  fc.assert(
    fc.property(fc.array(fc.double(), { minLength: 1, maxLength: 120 }), (values) => {
      expect(featuresOf(values).every(Number.isFinite)).toBe(true)
    }),
    { numRuns: 200 },
  )
})
