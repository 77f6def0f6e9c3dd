import { epochMs } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { neighborKey } from './infer/infer.ts'
import { NOTHING_TOLD, toldAfter } from './told-links.ts'
import { hears, linksOf, MINUTE, START } from './topology.testkit.ts'

const at = (minute: number) => epochMs(START + minute * MINUTE)
const B = hears('p1', 'b', 'p1')
const C = hears('p2', 'c', 'p1')
const tell = (before: typeof NOTHING_TOLD, minute: number, neighbors: readonly (typeof B)[] | undefined) =>
  toldAfter(before, linksOf('a', at(minute), neighbors === undefined ? {} : { neighbors: [...neighbors] }), at(minute))
    .told

test('parts that a report has not stay, and one that is empty is empty', () => {
  const first = toldAfter(NOTHING_TOLD, linksOf('a', at(0), { neighbors: [B], vlans: [{ id: 1, name: 'x' }] }), at(0))
  expect(first.changed).toEqual(['neighbors', 'vlans'])
  const next = toldAfter(first.told, linksOf('a', at(1), { vlans: [] }), at(1))
  expect(next).toMatchObject({ changed: ['vlans'], told: { parts: { neighbors: [B], vlans: [] } } })
})

test('a part of an earlier moment than what is told is left out; a clock that is ahead counts as now', () => {
  const later = tell(NOTHING_TOLD, 5, [C])
  expect(tell(later, 4, [B]).parts.neighbors).toEqual([C])
  const ahead = toldAfter(NOTHING_TOLD, linksOf('a', at(500), { neighbors: [B] }), at(1)).told
  expect(tell(ahead, 2, [C]).parts.neighbors).toEqual([C])
})

test('a neighbor that is told again within a quarter of an hour was there all the time, after that it is new', () => {
  const since = (told: typeof NOTHING_TOLD) => told.since.told.get(neighborKey(B))
  let told = tell(tell(NOTHING_TOLD, 0, [B, C]), 1, [C])
  expect(since(tell(told, 10, [B, C]))).toBe(at(0))
  told = tell(tell(told, 5, []), 9, [C])
  expect(since(tell(told, 15, [B]))).toBe(at(0))
  expect(since(tell(told, 17, [B]))).toBe(at(17))
  expect(told.parts.neighborsSince?.get(neighborKey(C))).toBe(at(0))
})
