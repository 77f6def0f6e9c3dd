import fc from 'fast-check'
import { expect, test } from 'vitest'
import { spreadRow } from './spread-row.ts'

test('who is in nobody’s way is where it wants to be', () => {
  const row = [
    { id: 'a', width: 10, wish: 0 },
    { id: 'b', width: 10, wish: 50 },
  ]
  expect([...spreadRow(row)]).toEqual([
    ['a', 0],
    ['b', 50],
  ])
})

test('those that want the same place share it', () => {
  const row = ['a', 'b', 'c'].map((id) => ({ id, width: 10, wish: 5 }))
  expect([...spreadRow(row).values()]).toEqual([-5, 5, 15])
})

test('the order is kept and nothing overlaps, whatever the wishes', () => {
  const member = fc.record({ width: fc.integer({ min: 1, max: 50 }), wish: fc.integer({ min: -200, max: 200 }) })
  fc.assert(
    fc.property(fc.array(member, { maxLength: 30 }), (members) => {
      const row = members.map((one, at) => ({ ...one, id: String(at) }))
      const middles = spreadRow(row)
      for (const [at, one] of row.entries()) {
        const next = row[at + 1]
        if (next === undefined) continue
        const apart = (middles.get(next.id) ?? 0) - (middles.get(one.id) ?? 0)
        expect(apart).toBeGreaterThanOrEqual((one.width + next.width) / 2 - 1e-6)
      }
    }),
  )
})
