import { expect, test } from 'vitest'
import {
  everyFiveMinutes,
  FIVE_MINUTES_MS,
  fresh,
  type Judged,
  judgeOne,
  numbersOf,
  officeTraffic,
  ROWS_PER_DAY,
  START_MS,
} from './judge.testkit.ts'
import { DEFAULT_JUDGE_SETTINGS, REASONS, sentenceOf } from './judge.ts'
import { FLOATS, INTERVAL, RING, RING_LENGTH, ROWS } from './state-layout.ts'

const SETTINGS = { ...DEFAULT_JUDGE_SETTINGS, alarmsPerMonth: 1 }
const FAULT = 28 * ROWS_PER_DAY + 100

/** Four weeks of an office and two days more, with what `become` makes of the values from the fault on. */
function officeWith(become: (value: number, rowsSince: number) => number): readonly Judged[] {
  const usual = officeTraffic(7)
  return judgeOne(
    everyFiveMinutes(30 * ROWS_PER_DAY, (row, time) => {
      const value = usual(row, time)
      return row < FAULT ? value : become(value, row - FAULT)
    }),
    SETTINGS,
  )
}

/** The first verdict that begins at the fault or later. */
function firstAfter(rows: readonly Judged[], from = FAULT): { judged: Judged; after: number } {
  const at = rows.findIndex((row, i) => i >= from && row.change === 1)
  const judged = rows[at]
  if (judged === undefined) throw new Error('no verdict began')
  return { judged, after: at - from }
}

test('a surge is above the usual range within three samples, and the verdict ends when it is over', () => {
  const rows = officeWith((value, since) => (since < 24 ? 4 * value : value))
  const { judged, after } = firstAfter(rows)
  expect(after).toBeLessThan(3)
  expect(judged).toMatchObject({ reason: 'above', active: true })
  expect(judged.score).toBeGreaterThan(0.5)
  expect(judged.high).toBeLessThan(250)
  expect(rows.slice(FAULT + 30, FAULT + 60).some((row) => row.change === -1)).toBe(true)
})

test('a fall to nothing is below the usual range', () => {
  expect(firstAfter(officeWith((value) => value / 20))).toMatchObject({ after: 0, judged: { reason: 'below' } })
})

test('a series that never repeats a value and stands still is a flat line, and its length is told', () => {
  const rows = officeWith(() => 117.25)
  const { judged, after } = firstAfter(rows)
  expect(after).toBeLessThan(5)
  expect(judged.reason).toBe('flat')
  expect(judged.detail).toBe(after + 1)
  expect(rows.at(FAULT + 40)).toMatchObject({ active: true, reason: 'flat', detail: 41 })
})

test('a series that has one value for ever is usual', () => {
  const rows = judgeOne(
    everyFiveMinutes(3000, () => 42),
    SETTINGS,
  )
  expect(rows.filter((row) => row.score >= 0.5)).toEqual([])
})

test('a level that stays is a shift by the time it ends or has lasted an hour', () => {
  const rows = officeWith((value) => value + 90)
  expect(firstAfter(rows).after).toBeLessThan(3)
  expect(rows.slice(FAULT, FAULT + 40).some((row) => row.active && row.reason === 'shift-up')).toBe(true)
})

test('samples that do not come are missing data, one that is lost alone is not', () => {
  const lost = officeWith((value, since) => (since === 0 ? Number.NaN : value))
  expect(lost.slice(FAULT, FAULT + 12).some((row) => row.active)).toBe(false)
  const gone = officeWith((value, since) => (since < 20 ? Number.NaN : value))
  const { judged, after } = firstAfter(gone)
  expect(after).toBeLessThan(5)
  expect(judged).toMatchObject({ reason: 'missing', detail: after + 1 })
})

test('after a day without samples neither the interval nor the next alarm is another', () => {
  const { bank, slot } = fresh()
  const usual = officeTraffic(7)
  const { times, values } = everyFiveMinutes(30 * ROWS_PER_DAY, (row, time) => {
    const since = row - FAULT
    if (since >= 0 && since < ROWS_PER_DAY) return Number.NaN
    return since === ROWS_PER_DAY + 60 ? 4000 : usual(row, time)
  })
  const back = FAULT + ROWS_PER_DAY
  const part = (from: number, to?: number) =>
    judgeOne({ times: times.slice(from, to), values: values.slice(from, to) }, SETTINGS, { bank, slot })
  expect(part(0, back).at(-1)).toMatchObject({ active: true, reason: 'missing', detail: ROWS_PER_DAY })
  expect(bank.floats[slot * FLOATS + INTERVAL]).toBeLessThan(1.3 * FIVE_MINUTES_MS)
  expect(firstAfter(part(back), 20)).toMatchObject({ after: 40, judged: { reason: 'above' } })
})

test('a sample that is infinite did not come: what comes after it is judged as before', () => {
  const rows = officeWith((value, since) => (since === 0 ? Number.POSITIVE_INFINITY : since === 10 ? 4 * value : value))
  expect(rows[FAULT + 1]).toMatchObject({ active: false })
  expect(firstAfter(rows, FAULT + 1)).toMatchObject({ after: 9, judged: { reason: 'above' } })
})

test('rows beyond what single precision counts still turn the ring of the last samples', () => {
  const { bank, slot } = fresh()
  const at = slot * FLOATS
  judgeOne(
    everyFiveMinutes(100, (row) => row),
    SETTINGS,
    { bank, slot },
  )
  bank.floats[at + ROWS] = 2 ** 24 - 10
  judgeOne(
    everyFiveMinutes(200, (row) => 1000 + row),
    SETTINGS,
    { bank, slot },
  )
  expect(Math.min(...bank.floats.subarray(at + RING, at + RING + RING_LENGTH))).toBe(1200 - RING_LENGTH)
})

test('one per cent more each day is a drift, with its share; a step is none', () => {
  const usual = officeTraffic(3)
  const grown = (share: (day: number) => number) =>
    judgeOne(
      everyFiveMinutes(48 * ROWS_PER_DAY, (row, time) => usual(row, time) * share(row / ROWS_PER_DAY)),
      SETTINGS,
    )
  const drifting = grown((day) => (day < 21 ? 1 : 1 + 0.01 * (day - 21)))
  const told = drifting.find((row) => row.change === 1 && row.reason === 'drift')
  expect(told?.detail).toBeGreaterThan(0.005)
  expect(told?.detail).toBeLessThan(0.012)
  const stepped = grown((day) => (day < 21 ? 1 : 1.3))
  expect(stepped.some((row) => row.reason === 'drift')).toBe(false)
})

test('after an alarm the score rests below 0.5 until something clearly worse comes', () => {
  const rows = officeWith((value, since) => (since < 6 ? 1.5 * value : since < 8 ? 40 * value : value))
  const raised = rows.map((row, i) => (row.score >= 0.5 ? i - FAULT : -1)).filter((at) => at >= 0 && at < 100)
  expect(raised[0]).toBe(0)
  expect(raised.some((at) => at >= 6)).toBe(true)
  expect(raised.length).toBeLessThan(4)
})

test('the usual range holds nearly all samples of a usual week', () => {
  const usual = officeTraffic(11)
  const series = everyFiveMinutes(35 * ROWS_PER_DAY, usual)
  const rows = judgeOne(series, SETTINGS)
  const last = rows.slice(28 * ROWS_PER_DAY)
  const inside = last.filter((row, i) => {
    const value = series.values[28 * ROWS_PER_DAY + i] ?? Number.NaN
    return value >= row.low && value <= row.high
  })
  expect(inside.length / last.length).toBeGreaterThan(0.97)
  const width = last.reduce((sum, row) => sum + row.high - row.low, 0) / last.length
  expect(width).toBeLessThan(60)
})

test('a Monday morning after a weekend is no verdict', () => {
  const rows = judgeOne(everyFiveMinutes(36 * ROWS_PER_DAY, officeTraffic(5)), SETTINGS)
  const monday = rows.slice(35 * ROWS_PER_DAY, 35 * ROWS_PER_DAY + 12 * 12)
  expect(monday.filter((row) => row.score >= 0.5)).toEqual([])
})

test('hostile values give scores from 0 to 1 and ranges without infinity', () => {
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, -1e300, 1e300, 0, -0, 5e-324, -7, 1e18, Number.NEGATIVE_INFINITY]
  const { even } = numbersOf(9)
  const values = Array.from({ length: 4000 }, () => odd[Math.floor(even() * odd.length)] ?? 0)
  for (const row of judgeOne(
    everyFiveMinutes(values.length, (i) => values[i] ?? 0),
    SETTINGS,
  )) {
    expect(row.score >= 0 && row.score <= 1).toBe(true)
    expect(Math.abs(row.low)).not.toBe(Number.POSITIVE_INFINITY)
    expect(Math.abs(row.high)).not.toBe(Number.POSITIVE_INFINITY)
    expect(REASONS).toContain(row.reason)
  }
})

test('a clock that goes back or stands does not stop the judging', () => {
  const usual = officeTraffic(2)
  const series = everyFiveMinutes(20 * ROWS_PER_DAY, usual)
  const back = 15 * ROWS_PER_DAY
  const times = series.times.map((time, i) => (i < back ? time : time - 40 * 86_400_000))
  const stand = times.map((time, i) => (i > back + 200 && i < back + 210 ? START_MS : time))
  const values = series.values.map((value, i) => (i === back + 1000 ? 10_000 : value))
  const rows = judgeOne({ times: stand, values }, SETTINGS)
  expect(rows[back + 1000]?.score).toBeGreaterThan(0.5)
})

test('the same samples give the same verdicts, bit by bit', () => {
  const series = everyFiveMinutes(3000, officeTraffic(4))
  expect(judgeOne(series, SETTINGS)).toEqual(judgeOne(series, SETTINGS))
})

test('every verdict has a sentence', () => {
  const rows = officeWith((value, since) => (since < 24 ? 4 * value : value))
  const { judged } = firstAfter(rows)
  expect(sentenceOf({ ...judged, value: 480 })).toMatch(
    /^above the usual range for this hour: 480 where [\d.]+ to [\d.]+ is usual$/,
  )
})
