import { expect, test } from 'vitest'
import { rowTops, variedWindow } from './varied-window.ts'

const tops = rowTops(Array.from({ length: 1_000 }, (_, at) => (at % 10 === 0 ? 40 : 100)))

test('rows of a list of several heights are drawn where they are in sight, with room for the others', () => {
  const part = variedWindow(tops, 20_000, 20_800)
  expect(part.end - part.first).toBeLessThan(24)
  expect(part.above).toBeLessThanOrEqual(20_000)
  expect(part.above + part.below).toBeLessThan(94_000 - 800)
  expect(part.above + (tops[part.end] ?? 0) - (tops[part.first] ?? 0) + part.below).toBe(94_000)
})

test('at both ends, beyond them and with no rows at all, nothing is amiss', () => {
  expect(variedWindow(tops, 0, 500).first).toBe(0)
  expect(variedWindow(tops, 93_500, 94_000)).toMatchObject({ end: 1_000, below: 0 })
  expect(variedWindow(tops, -9_000, -8_000)).toEqual({ first: 0, end: 0, above: 0, below: 94_000 })
  expect(variedWindow(rowTops([]), 0, 500)).toEqual({ first: 0, end: 0, above: 0, below: 0 })
})
