import { FEATURES, prepare, SeriesBank, TickBatch } from '@eyenet/shared/judge'
import { expect, test } from 'vitest'
import { gatherMatrix } from './gather-matrix.ts'
import { trainingDays } from './training-days.ts'
import type { TrainingSeries } from './training-job.ts'
import { wavySeries } from './wavy-series.testkit.ts'

const DAY_MS = 86_400_000

function gather(series: readonly TrainingSeries[], seed = 1) {
  const days = trainingDays(series)
  return { days, matrix: gatherMatrix(series, { daysOf: () => days, seed }) }
}

/** Every row of features that an agent would compute, one sample at a time, as text. */
function agentRows({ times, values }: TrainingSeries): Map<string, number> {
  const [bank, batch] = [new SeriesBank(1), new TickBatch(1)]
  const slot = bank.open() ?? 0
  const rows = new Map<string, number>()
  for (const [at, time] of times.entries()) {
    batch.clear()
    batch.add(slot, time, values[at] ?? Number.NaN)
    prepare(bank, batch)
    rows.set(batch.features.slice(0, FEATURES).join(' '), time)
  }
  return rows
}

test('features of usual rows are, bit by bit, those that an agent computes one sample at a time', () => {
  const series = Array.from({ length: 5 }, (_, at) => wavySeries({ days: 6, seed: at + 1, gaps: true }))
  const { days, matrix } = gather(series)
  const known = series.map(agentRows)
  let usual = 0
  for (let row = 0; row < matrix.rows; row++) {
    if (matrix.labels[row] === 1) continue
    usual++
    const text = matrix.features.slice(row * FEATURES, (row + 1) * FEATURES).join(' ')
    const time = known.map((rows) => rows.get(text)).find((at) => at !== undefined)
    expect(time, `row ${row}`).toBeDefined()
    expect(time).toBeLessThan(days.heldFrom)
    expect(matrix.stopping[row]).toBe((time ?? 0) >= days.stopFrom ? 1 : 0)
  }
  expect(usual).toBeGreaterThan(500)
})

test('anomalies leave no trace: usual rows are the same whatever was injected between them', () => {
  const series = wavySeries({ days: 6, seed: 3 })
  const known = agentRows(series)
  const { matrix } = gather([series], 99)
  const features = (row: number) => matrix.features.slice(row * FEATURES, (row + 1) * FEATURES).join(' ')
  const rows = Array.from({ length: matrix.rows }, (_, row) => row)
  expect(rows.filter((row) => matrix.labels[row] === 0).every((row) => known.has(features(row)))).toBe(true)
  const injected = rows.filter((row) => matrix.labels[row] === 1)
  expect(injected.length).toBeGreaterThan(50)
  expect(injected.filter((row) => known.has(features(row))).length).toBeLessThan(injected.length / 50)
})

test('the same seed gives the same rows, another one others', () => {
  const series = [wavySeries({ days: 5, seed: 1 }), wavySeries({ days: 5, seed: 2 })]
  expect(gather(series).matrix).toEqual(gather(series).matrix)
  expect(gather(series, 2).matrix.features).not.toEqual(gather(series).matrix.features)
})

test('past incidents are taken neither as usual nor as a place for anomalies', () => {
  const whole = wavySeries({ days: 6, seed: 4 })
  const [first = 0] = whole.times
  const incident = { from: first, to: first + 3 * DAY_MS }
  const { matrix } = gather([{ ...whole, incidents: [incident] }])
  const known = agentRows(whole)
  const times = Array.from({ length: matrix.rows }, (_, row) =>
    known.get(matrix.features.slice(row * FEATURES, (row + 1) * FEATURES).join(' ')),
  ).filter((time) => time !== undefined)
  expect(times.length).toBeGreaterThan(20)
  expect(Math.min(...times)).toBeGreaterThan(incident.to)
})

test('what people said counts more than one row, in the sense in which they said it, also of held-back days', () => {
  const whole = wavySeries({ days: 6, seed: 5 })
  const last = whole.times.at(-1) ?? 0
  const window = { from: last - 3_600_000, to: last - 1_800_000 }
  const said = (kind: 'expected' | 'real') => gather([{ ...whole, feedback: [{ ...window, kind }] }]).matrix
  const heavy = ({ rows, unusualWeights }: ReturnType<typeof said>) =>
    Array.from({ length: rows }, (_, row) => row).filter((row) => (unusualWeights[row] ?? 0) > 1)
  const [expected, real] = [said('expected'), said('real')]
  expect(heavy(expected)).toHaveLength(7)
  expect(heavy(expected).map((row) => [expected.labels[row], expected.bandWeights[row]])).toEqual(
    Array.from({ length: 7 }, () => [0, 1]),
  )
  expect(heavy(real).map((row) => [real.labels[row], real.bandWeights[row]])).toEqual(
    Array.from({ length: 7 }, () => [1, 0]),
  )
})

test('a series of gaps alone gives no rows, and one of too few days is refused with a sentence', () => {
  const whole = wavySeries({ days: 6, seed: 6 })
  const empty = { ...whole, values: new Float64Array(whole.values.length).fill(Number.NaN) }
  expect(gather([empty]).matrix.rows).toBe(0)
  expect(() => trainingDays([wavySeries({ days: 2, seed: 1 })])).toThrow(/too little history .* 2\.0 days of 1 series/)
  expect(() => trainingDays([])).toThrow(/no samples of 0 series/)
})
