import { expect, test } from 'vitest'
import { placeAreas } from './place-areas.ts'

const areas = (...places: string[]): readonly string[] =>
  [...placeAreas(places)].map(([place, { area, rest }]) => `${place} = ${area} + ${rest}`)

test('floors of a building are one area, whichever end of the text names the building', () => {
  expect(areas('Building 4, floor 1', 'Building 4, floor 2', 'Server room')).toEqual([
    'Building 4, floor 1 = Building 4 + floor 1',
    'Building 4, floor 2 = Building 4 + floor 2',
    'Server room = Server room + ',
  ])
  expect(areas('Rack 1, Hall A', 'Rack 2, Hall A', 'Rack 1, Hall B', 'Rack 3, Hall B').at(-1)).toBe(
    'Rack 3, Hall B = Hall B + Rack 3',
  )
})

test('where both ends could be the larger part, cables tell', () => {
  const places = ['A, floor 1', 'A, floor 2', 'B, floor 1', 'B, floor 2', 'C, floor 1', 'C, floor 2']
  expect(placeAreas(places).get('A, floor 1')).toEqual({ area: 'floor 1', rest: 'A' })
  const cables = [['A, floor 1', 'A, floor 2'] as const, ['B, floor 1', 'B, floor 2'] as const]
  expect(placeAreas(places, cables).get('A, floor 1')).toEqual({ area: 'A', rest: 'floor 1' })
})

test('what every place has in common divides nothing', () => {
  expect(areas('Hall A / rack 1 / Berlin', 'Hall A / rack 2 / Berlin', 'Hall B / rack 1 / Berlin')[0]).toBe(
    'Hall A / rack 1 / Berlin = Hall A + rack 1',
  )
  expect(areas('Berlin, rack 1', 'Berlin, rack 2')).toEqual([
    'Berlin, rack 1 =  + Berlin, rack 1',
    'Berlin, rack 2 =  + Berlin, rack 2',
  ])
})

test('places without parts have no area', () => {
  expect(areas('rack 1', 'rack 2', 'rack 3').every((line) => line.includes(' =  + '))).toBe(true)
  expect(areas()).toEqual([])
})
