import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assignmentsIn } from './assignments-in.ts'
import { MakerTable, NO_MAKER } from './maker-table.ts'
import { adapterWords, makerOf, stationsMadeBy } from './makers.ts'

test('an adapter has the maker that IEEE assigned its address to, in any notation', () => {
  for (const mac of ['00:40:8c:12:34:56', '00-40-8C-12-34-56', '0040.8c12.3456', '00408c123456']) {
    expect(makerOf(mac)).toBe('Axis Communications AB')
  }
  // Of 28 and of 36 bits, inside of what 24 bits give to IEEE itself.
  expect(makerOf('10:06:48:20:00:01')).toBe('Dynics')
  expect(makerOf('70:b3:d5:00:10:01')).toBe('SOREDI touch systems GmbH')
})

test('what nobody was assigned has no maker: chosen addresses, parts that IEEE keeps, and what is no address', () => {
  expect(['02:42:ac:11:00:02', '52:54:00:12:34:56'].map(adapterWords)).toEqual(['random or local', 'random or local'])
  expect(makerOf('02:42:ac:11:00:02')).toBe('')
  // The bit is set in some that were assigned before it meant that.
  expect(adapterWords('02:60:8c:00:00:01')).toBe('3COM')
  for (const none of ['', '00:40:8c', '00:40:8c:12:34:zz', 'eth0', '00:40:8c:12:34:56:78']) {
    expect(adapterWords(none)).toBe('')
  }
})

test('stations are found by a part of the name of their maker', () => {
  const isAxis = stationsMadeBy('axis comm')
  expect(['00:40:8c:00:00:01', '00:1b:21:00:00:01', 'x'].map((mac) => isAxis?.(mac))).toEqual([true, false, false])
  const isLocal = stationsMadeBy('Random')
  expect(['02:42:ac:11:00:02', '00:40:8c:00:00:01'].map((mac) => isLocal?.(mac))).toEqual([true, false])
  expect(stationsMadeBy('there is no such maker')).toBeUndefined()
})

test('the longest assignment counts, and names are one plain line', () => {
  const table = new MakerTable([
    ['ABCDEF', 'Ieee Registration Authority'],
    ['001122', 'Private'],
    ['ABCDEF1', 'Märklin \u001b[31m\tGmbH'],
    ['ABCDEF123', 'Small & Co'],
    ['ABC', 'too short'],
    ['ZZZZZZ', 'no number'],
  ])
  const nameAt = (address: number) => table.name(table.makerAt(address))
  expect(nameAt(0xabcdef_123456)).toBe('Small & Co')
  expect(nameAt(0xabcdef_199999)).toBe('Märklin [31m GmbH')
  expect([0xabcdef_999999, 0x001122_334455, 0].map((address) => table.makerAt(address))).toEqual(
    Array.from({ length: 3 }, () => NO_MAKER),
  )
})

test('a table answers as a search through all its assignments does', () => {
  const prefix = fc.constantFrom(6, 7, 9).chain((length) => fc.tuple(fc.constant(length), fc.nat(40)))
  const hex = ([length, at]: readonly [number, number]) => `0000${at.toString(16)}`.padEnd(length, '7').slice(0, length)
  fc.assert(
    fc.property(fc.uniqueArray(prefix, { selector: hex }), fc.nat(40), fc.nat(0xffffff), (prefixes, at, low) => {
      const table = new MakerTable(prefixes.map((one) => [hex(one), `of ${hex(one)}`]))
      const mac = `${`0000${at.toString(16)}`.padEnd(6, '7').slice(0, 6)}${low.toString(16).padStart(6, '7')}`
      const holders = prefixes.map(hex).filter((one) => mac.startsWith(one))
      const longest = holders.sort((a, b) => b.length - a.length)[0]
      return table.name(table.makerAt(Number.parseInt(mac, 16))) === (longest === undefined ? '' : `of ${longest}`)
    }),
  )
})

test('assignments are read out of JSON as a parser reads them, whatever its texts are', () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', '\\', '\n', 'n', 'é', ':', ',') }))
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.stringMatching(/^[0-9A-F]{6,9}$/), text)), fc.nat(2), (entries, indent) => {
      const json = Buffer.from(JSON.stringify(Object.fromEntries(entries), undefined, indent))
      const parsed = Object.entries<string>(JSON.parse(json.toString()))
      expect([...assignmentsIn(json)]).toEqual(parsed.map(([prefix, maker]) => [prefix, maker.split('\n')[0]]))
    }),
  )
  expect([...assignmentsIn(Buffer.from('{"001122": "cut off'))]).toEqual([['001122', 'cut off']])
})
