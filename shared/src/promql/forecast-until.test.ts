import fc from 'fast-check'
import { expect, test } from 'vitest'
import { epochMs } from '../identity/identity.ts'
import { MemoryReader } from './memory-reader.testkit.ts'
import { evaluate, parseQuery, printExpr } from './promql.ts'

const MINUTE = 60_000

/** The answer at a minute over one series of one sample a minute, from minute 0 on. */
async function at(minute: number, expr: string, values: readonly number[]): Promise<number | undefined> {
  const reader = new MemoryReader().add({ __name__: 'used', device: 'd' }, [...values])
  const now = epochMs(minute * MINUTE)
  const { result } = await evaluate({ expr, start: now, end: now, step: 0, reader })
  return result.kind === 'vector' ? result.samples[0]?.value : undefined
}

test('a line that grows reaches its bound when it does, and one wild sample in five changes nothing', async () => {
  const line = Array.from({ length: 61 }, (_, n) => 0.5 + n * 0.001)
  expect(await at(60, 'forecast_until(used[1h], 1)', line)).toBeCloseTo(440 * 60, 3)
  const wild = line.map((value, n) => (n % 5 === 2 ? 0.1 : value))
  expect(await at(60, 'forecast_until(used[1h], 1)', wild)).toBeCloseTo(440 * 60, -3)
  expect(await at(60, 'forecast_until(used[1h], 0.4)', line)).toBe(Number.POSITIVE_INFINITY)
})

test('what was reached within the window is 0, and what stands still is never there', async () => {
  const line = Array.from({ length: 61 }, (_, n) => n)
  expect(await at(60, 'forecast_until(used[1h], 30)', line)).toBe(0)
  expect(await at(60, 'forecast_until(used[1h], 0)', [...line].reverse())).toBeCloseTo(0, 6)
  const flat = Array.from({ length: 61 }, () => 5)
  expect(await at(60, 'forecast_until(used[1h], 6)', flat)).toBe(Number.POSITIVE_INFINITY)
  expect(await at(60, 'forecast_until(used[1h], 5)', flat)).toBe(0)
  expect(await at(1, 'forecast_until(used[1h], 5)', [1, 2])).toBeUndefined()
})

test('with an offset it looks from the evaluation, with @ from each step', async () => {
  const line = Array.from({ length: 121 }, (_, n) => n)
  expect(await at(120, 'forecast_until(used[1h] offset 1h, 240)', line)).toBeCloseTo(120 * 60, 6)
  expect(await at(120, 'forecast_until(used[1h] @ 3600, 240)', line)).toBeCloseTo(120 * 60, 6)
})

test('for any line, the answer is where it crosses the bound', async () => {
  const slope = fc.double({ min: 0.001, max: 100, noNaN: true })
  await fc.assert(
    fc.asyncProperty(slope, fc.integer({ min: 1, max: 1000 }), async (perMinute, minutes) => {
      const values = Array.from({ length: 31 }, (_, n) => n * perMinute)
      const answer = await at(30, `forecast_until(used[30m], ${(30 + minutes) * perMinute})`, values)
      expect(answer).toBeCloseTo(minutes * 60, 2)
    }),
  )
})

test('it is a function like others: printed as it was written, checked, and no name of a metric', () => {
  const text = 'forecast_until(used{device="forecast_until("}[6h], 1) < 86400'
  expect(printExpr(parseQuery(text))).toBe(text)
  expect(() => parseQuery('forecast_until(used, 1)')).toThrow(/range vector|matrix/)
  expect(() => parseQuery('forecast_until(used[1h])')).toThrow(/argument/)
  expect(printExpr(parseQuery('forecast_until > 5'))).toBe('forecast_until > 5')
})
