import { expect, test } from 'vitest'
import { predictSeries } from './predict-series.ts'
import type { EvenSeries } from './seasonal-model.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** A Monday. */
const START = Date.UTC(2026, 5, 1)

/** Noise that is the same each time, about -1 to 1, near to a normal one. */
function noise(seed: number): () => number {
  let state = seed
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return () => (next() + next() + next() + next() - 2) / 1.15
}

/** An office: busy on weekdays, quiet at night and on Sundays; 0 to 130. */
function office(time: number): number {
  const day = new Date(time).getUTCDay()
  const hour = (time % DAY) / HOUR
  const busy = Math.max(0, Math.sin(((hour - 6) / 12) * Math.PI))
  return 20 + (day === 0 || day === 6 ? 10 : 100) * busy
}

function series(days: number, valueAt: (time: number) => number, stepMs = HOUR): EvenSeries {
  const values = Float64Array.from({ length: (days * DAY) / stepMs }, (_, n) => valueAt(START + n * stepMs))
  return { firstMs: START, stepMs, values }
}

function predicted(of: EvenSeries, horizon: number, quantiles: readonly number[]) {
  const answer = predictSeries(of, { horizon, quantiles })
  if (answer.kind !== 'predicted') throw new Error(answer.why)
  return answer
}

test('weeks of an office are predicted within their quantiles, and better than by last week', () => {
  const shares: number[] = []
  const skills: number[] = []
  for (const seed of [1, 2, 3, 4, 5]) {
    const random = noise(seed)
    const answer = predicted(
      series(35, (time) => office(time) * (1 + 0.1 * random())),
      3 * 24,
      [0.05, 0.5, 0.95],
    )
    const [low = [], , high = []] = answer.quantiles
    const truth = low.map((_, n) => office(START + 35 * DAY + n * HOUR) * (1 + 0.1 * random()))
    shares.push(truth.filter((value, n) => value >= (low[n] ?? 0) && value <= (high[n] ?? 0)).length / truth.length)
    skills.push(answer.quality.pinball / answer.quality.naivePinball)
    expect(answer.quality.coverage).toBeGreaterThan(0.8)
    expect(answer.quality.asked).toBeCloseTo(0.9, 9)
  }
  const mean = (of: readonly number[]): number => of.reduce((sum, one) => sum + one, 0) / of.length
  expect(mean(shares)).toBeGreaterThan(0.82)
  expect(mean(shares)).toBeLessThan(0.98)
  // Last week again carries the noise of two weeks: its loss is some 1.4 times that of the middle.
  expect(mean(skills)).toBeLessThan(0.9)
})

test('three weeks at a quarter of an hour are enough to be right about how wrong a prediction is', () => {
  const random = noise(21)
  const wave = (time: number): number => 100 + 50 * Math.sin((2 * Math.PI * time) / DAY)
  const of = series(21, (time) => wave(time) + 10 * random(), HOUR / 4)
  const { quality } = predicted(of, 96, [0.05, 0.5, 0.95])
  expect(quality.coverage).toBeGreaterThan(0.83)
  expect(quality.pinball).toBeLessThan(0.85 * quality.naivePinball)
})

test('a Monday morning is expected to be one, after four weeks of them', () => {
  const random = noise(7)
  const { median } = predicted(
    series(34, (time) => office(time) + random()),
    48,
    [0.5],
  )
  const sundayNoon = median[36 - 24] ?? 0
  const mondayNoon = median[36] ?? 0
  expect(sundayNoon).toBeLessThan(40)
  expect(mondayNoon).toBeGreaterThan(100)
})

test('a level that grows steadily goes on growing, and what strayed lately fades', () => {
  const random = noise(9)
  const { median } = predicted(
    series(35, (time) => 100 + (time - START) / DAY + random()),
    5 * 24,
    [0.5],
  )
  expect(median[5 * 24 - 1]).toBeGreaterThan(137)
  expect(median[5 * 24 - 1]).toBeLessThan(143)
  let [rest, other] = [0, noise(11)]
  const wandering = series(35, () => {
    rest = 0.9 * rest + other()
    return 50 + rest
  })
  wandering.values.set([60, 60, 60], wandering.values.length - 3)
  const { median: fading } = predicted(wandering, 48, [0.5])
  expect(fading[0]).toBeGreaterThan(55)
  expect(Math.abs((fading[47] ?? 0) - 50)).toBeLessThan(3)
})

test('what was never negative is not predicted to be, and quantiles do not cross', () => {
  const random = noise(13)
  const { quantiles } = predicted(
    series(20, () => Math.max(0, random())),
    24,
    [0.01, 0.1, 0.5, 0.9, 0.99],
  )
  for (let n = 0; n < 24; n++) {
    const row = quantiles.map((values) => values[n] ?? Number.NaN)
    expect(row).toEqual([...row].sort((a, b) => a - b))
    expect(row[0]).toBeGreaterThanOrEqual(0)
  }
})

test('a constant is predicted as itself', () => {
  const { median, quality } = predicted(
    series(10, () => 5),
    24,
    [0.05, 0.95],
  )
  expect(median.every((value) => Math.abs(value - 5) < 1e-3)).toBe(true)
  expect(quality.coverage).toBe(1)
})

test('too little history, too many gaps and too far ahead are refused with the reason', () => {
  const why = (of: EvenSeries, horizon: number): string => {
    const answer = predictSeries(of, { horizon, quantiles: [0.5] })
    return answer.kind === 'refused' ? answer.why : 'predicted'
  }
  expect(why(series(2, office), 24)).toBe('it has 2.0 days of history; three are the least')
  expect(
    why(
      series(9, () => Number.NaN),
      24,
    ),
  ).toBe('it has 0.0 days of history; three are the least')
  expect(why(series(9, office), 4 * 24)).toBe('9.0 days of history tell of 3.0 days ahead at most')
  const holed = series(9, (time) => (Math.floor(time / HOUR) % 3 === 0 ? 1 : Number.NaN))
  expect(why(holed, 24)).toMatch(/^6[67] % of its history are missing$/)
})
