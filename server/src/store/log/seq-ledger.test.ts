import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SeqLedger } from './seq-ledger.ts'

test('a ledger answers like a set of numbers, in the fewest ranges', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 8 })), { maxLength: 40 })
  fc.assert(
    fc.property(steps, (marks) => {
      const ledger = new SeqLedger()
      const plain = new Set<number>()
      for (const [first, more] of marks) {
        const mark = { source: 'a', first, last: first + more }
        const numbers = Array.from({ length: more + 1 }, (_, i) => first + i)
        const known = numbers.filter((seq) => plain.has(seq)).length
        const kind = known === 0 ? 'none' : known === numbers.length ? 'all' : 'some'
        expect(ledger.covered(mark).kind).toBe(kind)
        ledger.add(mark)
        for (const seq of numbers) plain.add(seq)
      }
      const ranges = ledger.ranges('a')
      const covered = ranges.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, i) => first + i))
      expect(covered).toEqual([...plain].sort((a, b) => a - b))
      ranges.forEach((range, i) => {
        expect(range.first).toBeGreaterThan((ranges[i - 1]?.last ?? -2) + 1)
      })
    }),
  )
})

test('sources do not mix', () => {
  const ledger = new SeqLedger()
  ledger.add({ source: 'a', first: 1, last: 5 })
  expect(ledger.covered({ source: 'b', first: 1, last: 5 })).toEqual({ kind: 'none' })
  expect(ledger.covered({ source: 'a', first: 4, last: 6 })).toEqual({ kind: 'some', known: [{ first: 4, last: 5 }] })
})
