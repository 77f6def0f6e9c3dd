import { expect, test } from 'vitest'
import { everyFiveMinutes, judgeOne, type OneSeries, officeTraffic, ROWS_PER_DAY } from './judge.testkit.ts'
import { DEFAULT_JUDGE_SETTINGS } from './judge.ts'

const LOOKED_AT = 8
const SURGE_AT = 9 * ROWS_PER_DAY

const usual = officeTraffic(1)
const WHOLE = everyFiveMinutes(SURGE_AT + 3, (row, time) => (row >= SURGE_AT ? 4 : 1) * usual(row, time))
const judged = (series: OneSeries) => judgeOne(series, DEFAULT_JUDGE_SETTINGS)
const beginningWith = (first: number) => ({ ...WHOLE, values: [first, ...WHOLE.values.slice(1)] })
const after = (rows: number) => ({ times: WHOLE.times.slice(rows), values: WHOLE.values.slice(rows) })

test('a series that begins with a value of another world begins anew, and nothing later looks small beside it', () => {
  const anew = judged(after(LOOKED_AT))
  expect(anew.slice(SURGE_AT - LOOKED_AT).some(({ active, reason }) => active && reason === 'above')).toBe(true)
  for (const first of [2 ** 64, -1e15, 4_294_967_295]) {
    expect(judged(beginningWith(first)).slice(LOOKED_AT)).toEqual(anew)
  }
})

test('a first value that is only larger than the others is learnt like them', () => {
  expect(judged(beginningWith(10_000)).slice(LOOKED_AT)).not.toEqual(judged(after(LOOKED_AT)))
})
