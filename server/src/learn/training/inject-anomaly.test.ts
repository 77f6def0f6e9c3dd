import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ANOMALY_KINDS, injectAnomaly, MAX_ANOMALY_ROWS } from './inject-anomaly.ts'
import { Random } from './random.ts'
import { seriesSize } from './series-size.ts'
import { wavySeries } from './wavy-series.testkit.ts'

const { values } = wavySeries({ days: 8, seed: 1 })
const size = seriesSize(values)

test('every kind comes, each changes the series visibly and within bounds, and the series itself stays as it is', () => {
  const before = values.slice()
  const kinds = new Set<string>()
  for (let seed = 1; seed <= 400; seed++) {
    const injection = injectAnomaly({ values, size }, 500 + seed, new Random(seed))
    if (injection === undefined) continue
    kinds.add(injection.kind)
    const rows = injection.values.length
    expect(rows).toBeLessThanOrEqual(MAX_ANOMALY_ROWS)
    expect(injection.visibleFrom).toBeLessThan(rows)
    expect(injection.strengths).toHaveLength(rows)
    expect(Math.max(...injection.strengths)).toBeGreaterThan(1)
    const changes = injection.values.map((value, at) => Math.abs(value - (values[injection.start + at] ?? 0)))
    expect(Math.max(...changes)).toBeGreaterThan(size.noise)
  }
  expect([...kinds].sort()).toEqual([...ANOMALY_KINDS].sort())
  expect(values).toEqual(before)
})

test('none is put where samples are missing or the series ends, and no flat line into a constant', () => {
  const gaps = values.slice().fill(Number.NaN, 1_000, 1_100)
  const still = new Float64Array(2_000).fill(5)
  for (let seed = 1; seed <= 200; seed++) {
    expect(injectAnomaly({ values: gaps, size }, 1_020, new Random(seed))).toBeUndefined()
    expect(injectAnomaly({ values, size }, values.length, new Random(seed))).toBeUndefined()
    expect(injectAnomaly({ values: still, size: seriesSize(still) }, 900, new Random(seed))?.kind).not.toBe('flat')
  }
})

test('whatever the values are, what is injected are numbers', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double(), { minLength: 60, maxLength: 200 }),
      fc.nat(),
      fc.nat(199),
      (list, seed, start) => {
        const wild = Float64Array.from(list)
        const injection = injectAnomaly({ values: wild, size: seriesSize(wild) }, start, new Random(seed))
        expect(injection === undefined || injection.values.every((value) => Number.isFinite(value))).toBe(true)
      },
    ),
  )
})
