import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ExactSum } from './exact-sum.ts'
import { slidingCount, slidingExtreme, slidingSum } from './sliding-window.ts'

const values = fc.array(
  fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.constantFrom(Number.NaN, Infinity, -Infinity)),
  {
    minLength: 1,
    maxLength: 120,
  },
)
const moves = fc.array(fc.tuple(fc.nat(9), fc.nat(40)), { minLength: 1, maxLength: 60 })

/** Windows that move forward, none empty. */
function windows(length: number, steps: readonly (readonly [number, number])[]): [number, number][] {
  let [from, to] = [0, 0]
  return steps.flatMap(([left, right]) => {
    to = Math.min(length, to + right)
    from = Math.min(to, from + left)
    return from < to ? [[from, to] as [number, number]] : []
  })
}

test('moving windows answer as a plain loop does', () => {
  fc.assert(
    fc.property(values, moves, (list, steps) => {
      const data = Float64Array.from(list)
      const sum = slidingSum(data)
      const max = slidingExtreme(data, (a, b) => a > b)
      const falls = slidingCount(data.length, (i) => data[i]! < data[i - 1]!)
      for (const [from, to] of windows(data.length, steps)) {
        const part = [...data.subarray(from, to)]
        const exact = new ExactSum()
        for (const value of part) exact.add(value)
        const numbers = part.filter((value) => !Number.isNaN(value))
        expect(sum(from, to)).toBe(exact.total)
        expect(max(from, to)).toBe(numbers.length === 0 ? Number.NaN : Math.max(...numbers))
        expect(falls(from, to)).toBe(part.slice(1).filter((value, i) => value < part[i]!).length)
      }
    }),
  )
})

test('small values are not lost between large ones that cancel', () => {
  const data = Float64Array.from({ length: 90 }, (_, i) => [1e100, 1, -1e100][i % 3] ?? 0)
  const sum = slidingSum(data)
  expect([sum(0, 30), sum(3, 33), sum(30, 90)]).toEqual([10, 10, 20])
})
