import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { idOf } from '../topology.testkit.ts'
import { EndpointBook, type Sighting } from './endpoint-book.ts'
import { findEndpoints } from './find-endpoints.ts'

const [A, B] = [idOf('a'), idOf('b')]
const MINUTE = 60_000
const at = (minute: number): EpochMs => epochMs(Date.UTC(2026, 5, 1) + minute * MINUTE)
const mac = (n: number) =>
  `02:00:00:00:${(n >> 8).toString(16).padStart(2, '0')}:${(n & 255).toString(16).padStart(2, '0')}`
const seen = (n: number, device = A, port = 'p1'): Sighting => ({ mac: mac(n), device, port, ips: [] })
const many = (count: number, device = A, port = 'p1') => Array.from({ length: count }, (_, n) => seen(n, device, port))

function take(book: EndpointBook, minute: number, sightings: readonly Sighting[]) {
  return book.take(sightings, () => at(minute), at(minute))
}

test('the first table of a device is no news; a station that comes later is, and one that moves says from where', () => {
  const book = new EndpointBook()
  expect(take(book, 0, many(10_000)).events).toEqual([])
  expect(book.stats()).toEqual({ endpoints: 10_000, refused: 0, hushed: 0 })
  const [news] = take(book, 60, [seen(20_000)]).events
  expect(news).toMatchObject({ kind: 'endpoint-new', endpoint: { mac: mac(20_000), firstSeenAt: at(60) } })
  take(book, 90, [seen(1, B, 'p7')])
  const { events } = take(book, 120, [seen(20_000, B, 'p9')])
  expect(events).toMatchObject([
    {
      kind: 'endpoint-moved',
      endpoint: { device: B, port: 'p9', before: [{ device: A, port: 'p1', from: at(60), to: at(60) }] },
    },
  ])
})

test('a station that roams back and forth is an event every ten minutes at most, and the rest is counted', () => {
  const book = new EndpointBook()
  take(book, 0, [seen(1), seen(2, B)])
  let events = 0
  for (let minute = 1; minute <= 60; minute += 1) {
    events += take(book, minute, [seen(1, minute % 2 === 0 ? A : B)]).events.length
  }
  expect(events).toBe(0)
  expect(book.stats().hushed).toBe(60)
  expect(book.get(mac(1))?.before).toHaveLength(20)
  expect(take(book, 80, [seen(1, B)]).events).toHaveLength(1)
})

test('a flood of made-up addresses at one port is bounded, counted, and leaves other ports alone', () => {
  const book = new EndpointBook()
  take(book, 0, [seen(1)])
  const { events, changed } = take(book, 1, many(5_000))
  expect(events).toHaveLength(200)
  expect(changed).toHaveLength(500)
  expect(book.stats()).toEqual({ endpoints: 501, refused: 4_499, hushed: 300 })
  expect(take(book, 2, [seen(60_000, A, 'p2')]).changed).toHaveLength(1)
  // The next hour begins anew.
  expect(take(book, 61, [seen(50_000)]).events).toHaveLength(1)
})

test('a device has its share of the stations: those that it has not seen for longest go for new ones', () => {
  const book = new EndpointBook()
  take(book, 0, [seen(50_000, B)])
  const all = many(20_000).map((one) => ({ ...one, mac: `06${one.mac.slice(2)}` }))
  expect(take(book, 0, all).gone).toEqual([])
  const now = all.slice(10)
  // Ten were not seen now: so many new ones have room, and no more.
  const { changed, gone } = take(book, 30, [...now, ...many(15), seen(30_000, B)])
  expect(new Set(gone)).toEqual(new Set(all.slice(0, 10).map((one) => one.mac)))
  expect(changed).toHaveLength(11)
  expect(book.stats()).toMatchObject({ endpoints: 20_002, refused: 15 })
  // From disk the shares are as they were.
  const again = new EndpointBook(book.all())
  expect(
    again.take(
      [...book.all()].map((one) => ({ ...seen(0), mac: one.mac })),
      () => at(31),
      at(31),
    ).gone,
  ).toEqual([])
  expect(take(again, 60, [seen(40_000)]).gone).toHaveLength(1)
})

test('a clock that jumps a year ahead does not forget every station at once', () => {
  const book = new EndpointBook()
  take(book, 0, many(6_000))
  expect(book.expire(at(400 * 24 * 60))).toHaveLength(5_000)
  expect(book.stats().endpoints).toBe(1_000)
})

test('what only was seen again is written down once an hour', () => {
  const book = new EndpointBook()
  take(book, 0, [seen(1)])
  const written = Array.from({ length: 120 }, (_, n) => take(book, n + 1, [seen(1)]).changed.length)
  expect(written.reduce((a, b) => a + b, 0)).toBe(2)
  expect(book.get(mac(1))?.lastSeenAt).toBe(at(120))
})

test('a station is forgotten ninety days after it was seen last', () => {
  const book = new EndpointBook()
  take(book, 0, [seen(1), seen(2)])
  take(book, 60 * 24 * 60, [seen(2)])
  expect(book.expire(at(91 * 24 * 60))).toEqual([mac(1)])
  expect(book.stats().endpoints).toBe(1)
})

test('stations of a device that is another one are there', () => {
  const book = new EndpointBook()
  take(book, 0, [seen(1), seen(2, B, 'p3')])
  expect(book.deviceMerged(B, A).map((one) => one.mac)).toEqual([mac(2)])
  expect(book.get(mac(2))).toMatchObject({ device: A, port: 'p3' })
})

test('a search finds any notation of an address, a part of it, and the name of the device', () => {
  const book = new EndpointBook()
  take(book, 0, [{ ...seen(0x0abc), ips: ['192.0.2.9', '2001:db8::9'] }, seen(2, B)])
  const find = (q: string) =>
    findEndpoints(book.all(), { q }, (id) => (id === B ? 'Core-7' : undefined)).map((one) => one.mac)
  for (const q of ['02-00-00-00-0A-BC', '0200.0000.0abc', '020000000abc', '0a:bc', '192.0.2', '2001:DB8::9']) {
    expect(find(q)).toEqual([mac(0x0abc)])
  }
  expect(find('core-7')).toEqual([mac(2)])
  expect(find('nothing')).toEqual([])
  expect(find('')).toHaveLength(2)
})
