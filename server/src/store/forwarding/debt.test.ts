import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Debt, type DebtKind } from './debt.ts'

const kinds = fc.constantFrom<DebtKind | 'settled'>('live', 'owed', 'trying', 'maybe', 'sent', 'settled')
const marking = fc.record({
  segment: fc.integer({ min: 1, max: 3 }),
  from: fc.integer({ min: 0, max: 30 }),
  length: fc.integer({ min: 0, max: 12 }),
  kind: kinds,
  second: fc.integer({ min: 1, max: 4 }),
})
const WIDTH = 44

test('each byte has the kind that was said last, in joined spans', () => {
  fc.assert(
    fc.property(fc.array(marking, { maxLength: 40 }), fc.integer({ min: 0, max: 5 }), (markings, settled) => {
      const debt = new Debt()
      const plain = new Map([1, 2, 3].map((segment) => [segment, Array<string>(WIDTH).fill('settled 0')]))
      for (const { segment, from, length, kind, second } of markings) {
        debt.mark({ segment, from, to: from + length }, kind, second * 1000 + 7)
        plain.get(segment)?.fill(`${kind} ${kind === 'sent' ? second : 0}`, from, from + length)
      }
      debt.settle(settled)
      for (const bytes of plain.values()) {
        for (const [at, said] of bytes.entries()) {
          const [kind, second] = said.split(' ')
          if (kind === 'sent' && Number(second) <= settled) bytes[at] = 'settled 0'
        }
      }
      for (const [segment, bytes] of plain) {
        const spans = debt.spans(segment)
        const seen = Array<string>(WIDTH).fill('settled 0')
        for (const { from, to, kind, at } of spans) seen.fill(`${kind} ${at}`, from, to)
        expect(seen).toEqual(bytes)
        const changes = bytes.filter((said, at) => said !== 'settled 0' && said !== bytes[at - 1]).length
        expect(spans).toHaveLength(changes)
      }
    }),
    { numRuns: 500 },
  )
})

test('the oldest piece that must come from the disk is next, and no more than asked for', () => {
  const debt = new Debt()
  debt.mark({ segment: 2, from: 0, to: 100 }, 'owed')
  debt.mark({ segment: 1, from: 0, to: 50 }, 'sent', 1000)
  debt.mark({ segment: 1, from: 50, to: 60 }, 'live')
  expect(debt.next(30)).toEqual({ segment: 2, from: 0, to: 30, kind: 'owed' })
  debt.doubt()
  expect(debt.next(30)).toEqual({ segment: 1, from: 0, to: 30, kind: 'maybe' })
  expect(debt.bytes()).toEqual({ live: 10, owed: 100, trying: 0, maybe: 50, sent: 0 })
  expect([...debt.takeChanged()].sort()).toEqual([1, 2])
})
