import { expect, test } from 'vitest'
import { disputedPlaces, mergedPlaces, movedPlaces, restoredPlaces } from './moved-places.ts'

const [here, there, elsewhere] = [
  { x: 1, y: 1 },
  { x: 2, y: 2 },
  { x: 3, y: 3 },
]

test('of several moves of one node the last one counts, and without it the one before', () => {
  const moves = [
    { id: 'a', to: here },
    { id: 'a', to: there },
  ]
  expect(movedPlaces(moves).get('a')).toEqual(there)
  expect(movedPlaces(moves.slice(0, -1)).get('a')).toEqual(here)
})

test('saving keeps what others saved meanwhile, and so does taking it back', () => {
  const before = new Map([['a', here]])
  const moved = new Map([
    ['a', there],
    ['b', there],
  ])
  const others = new Map([...before, ['c', elsewhere] as const])
  const saved = mergedPlaces(others, moved)
  expect([...saved]).toEqual([
    ['a', there],
    ['c', elsewhere],
    ['b', there],
  ])
  expect([...restoredPlaces(saved, { before, moved })]).toEqual([
    ['a', here],
    ['c', elsewhere],
  ])
})

test('what somebody else has moved and saved meanwhile is disputed where it was moved here too, to another place', () => {
  const seen = new Map([
    ['a', here],
    ['b', here],
  ])
  const moved = new Map([
    ['a', there],
    ['b', there],
    ['new', there],
  ])
  expect(disputedPlaces(seen, { seen, moved })).toEqual(new Set())
  const others = new Map([
    ['a', elsewhere],
    ['b', there],
    ['new', elsewhere],
    ['other', elsewhere],
  ])
  expect(disputedPlaces(others, { seen, moved })).toEqual(new Set(['a', 'new']))
  // Taken away is moved too.
  expect(disputedPlaces(new Map(), { seen, moved })).toEqual(new Set(['a', 'b']))
})
