import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type MapAddress, MOST_BY_HAND, mapAddressOf, withGroup, withMapAddress } from './map-address.ts'

const read = (text: string): MapAddress => mapAddressOf(new URLSearchParams(text))
const text = fc.string({ maxLength: 20 })
const moment = fc.option(fc.nat(2_000_000_000), { nil: undefined })
const anyAddress: fc.Arbitrary<MapAddress> = fc.record({
  view: fc.constantFrom('map' as const, 'table' as const),
  layer: fc.constantFrom('l2' as const, 'l3' as const),
  vlan: fc.option(fc.integer({ min: 1, max: 4094 }), { nil: undefined }),
  site: text,
  focus: fc.string({ minLength: 1, maxLength: 20 }),
  depth: fc.integer({ min: 1, max: 6 }),
  at: moment,
  since: moment,
  pick: text,
  way: text,
  trace: text,
  opened: fc.array(text, { maxLength: MOST_BY_HAND }),
  shut: fc.array(text, { maxLength: MOST_BY_HAND }),
  find: text,
})

test('whatever the map shows is in the address, and comes back out of it', () => {
  fc.assert(
    fc.property(anyAddress, (address) => {
      const again = new URLSearchParams(withMapAddress(new URLSearchParams('range=6h'), address).toString())
      expect(mapAddressOf(again)).toEqual(address)
      expect(again.get('range')).toBe('6h')
    }),
  )
})

test('the map as it is first opened has an address without anything', () => {
  expect(withMapAddress(new URLSearchParams(), read('')).toString()).toBe('')
})

test('nonsense is the default', () => {
  expect(read('vlan=9999&depth=50&at=yesterday&layer=l9&view=globe')).toEqual(read(''))
})

test('a group that is opened is no longer closed, and the reverse', () => {
  const address = read('shut=site:berlin&open=site:hamburg')
  expect(withGroup(address, 'site:berlin', 'open')).toEqual({ opened: ['site:hamburg', 'site:berlin'], shut: [] })
  expect(withGroup(address, 'site:hamburg', 'shut')).toEqual({ opened: [], shut: ['site:berlin', 'site:hamburg'] })
})

test('of very many groups opened by hand the newest count', () => {
  const opened = Array.from({ length: MOST_BY_HAND + 5 }, (_, at) => `site:${at}`)
  const again = mapAddressOf(withMapAddress(new URLSearchParams(), { opened }))
  expect(again.opened).toEqual(opened.slice(5))
})
