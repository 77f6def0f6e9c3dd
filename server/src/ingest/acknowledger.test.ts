import { MAX_HOLES } from '@eyenet/shared/wire'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundedHoles, gapsWithin } from './acknowledger.ts'

type Range = { readonly first: number; readonly last: number }

/** Ranges as the store's ledger gives them: ascending, with numbers between any two. */
const ledger = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 5 })), { minLength: 1, maxLength: 200 })
  .map((steps) => {
    const ranges: Range[] = []
    let next = 0
    for (const [gap, length] of steps) {
      const first = next + gap
      ranges.push({ first, last: first + length })
      next = first + length + 1
    }
    return ranges
  })

const within = (ranges: readonly Range[], seq: number) => ranges.some(({ first, last }) => first <= seq && seq <= last)

test('what an acknowledgement covers is stored, every number of it, and it tells no more holes than fit', () => {
  fc.assert(
    fc.property(ledger, (ranges) => {
      const last = ranges.at(-1)?.last ?? 0
      const { upTo, holes } = boundedHoles(ranges, last)
      expect(holes.length).toBeLessThanOrEqual(MAX_HOLES)
      for (let seq = 1; seq <= upTo; seq += 1) {
        const isHole = holes.some(([from, to]) => from <= seq && seq <= to)
        expect(isHole).toBe(!within(ranges, seq))
      }
      if (holes.length < MAX_HOLES) expect(upTo).toBe(last)
    }),
  )
})

test('without holes it is the high water; a first number that is missing is a hole', () => {
  expect(boundedHoles([{ first: 1, last: 9 }], 9)).toEqual({ upTo: 9, holes: [] })
  expect(boundedHoles([{ first: 0, last: 9 }], 9)).toEqual({ upTo: 9, holes: [] })
  expect(boundedHoles([{ first: 4, last: 9 }], 9)).toEqual({ upTo: 9, holes: [[1, 3]] })
})

test('gaps are the numbers that no range has', () => {
  fc.assert(
    fc.property(ledger, fc.nat(400), fc.nat(50), (ranges, first, length) => {
      const wanted = { first, last: first + length }
      const gaps = gapsWithin(ranges, wanted)
      for (let seq = first - 2; seq <= wanted.last + 2; seq += 1) {
        expect(within(gaps, seq)).toBe(seq >= first && seq <= wanted.last && !within(ranges, seq))
      }
    }),
  )
})
