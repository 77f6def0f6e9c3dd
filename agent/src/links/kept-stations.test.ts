import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KeptStations, type Station } from './kept-stations.ts'

const HOUR_MS = 3_600_000
const station = (key: string, port: string): Station => ({ key, place: port, port })
const stations = (from: number, to: number): Station[] =>
  Array.from({ length: to - from }, (_, at) => station(`s${String(from + at).padStart(6, '0')}`, 'p1'))
const at = (nowMs: number, down: readonly string[] = []) => ({ nowMs, isDown: (port: string) => down.includes(port) })

test('a long table is told for one that is new only after a quarter of an hour, for many that are new at once', () => {
  const kept = new KeptStations(20_000)
  kept.take(stations(0, 10_000), at(0))
  expect(kept.due(0)).toHaveLength(10_000)
  kept.take(stations(0, 10_001), at(300_000))
  expect(kept.due(300_000)).toBeUndefined()
  kept.take(stations(0, 10_001), at(900_000))
  expect(kept.due(900_000)).toHaveLength(10_001)
  kept.take(stations(0, 11_200), at(1_200_000))
  expect(kept.due(1_200_000)).toHaveLength(11_200)
  expect(kept.due(87_600_000)).toHaveLength(11_200)
})

test('what is remembered is bounded, and a table that is longer says that it is cut', () => {
  const kept = new KeptStations(100)
  kept.take(stations(0, 101), at(0))
  expect([kept.size, kept.isCut]).toEqual([100, true])
  kept.take(stations(50, 90), at(HOUR_MS))
  expect([kept.size, kept.isCut]).toEqual([40, false])
})

test('whatever comes and goes, each station has one place, the last at which it was seen, for an hour', () => {
  const names = ['a', 'b', 'c', 'd', 'e']
  const reading = fc.uniqueArray(fc.tuple(fc.constantFrom(...names), fc.constantFrom('p1', 'p2')), {
    selector: ([name]) => name,
  })
  fc.assert(
    fc.property(fc.array(fc.record({ reading, afterMs: fc.integer({ min: 1, max: HOUR_MS }) })), (readings) => {
      const kept = new KeptStations(names.length)
      const last = new Map<string, { port: string; nowMs: number }>()
      let nowMs = 0
      for (const { reading: seen, afterMs } of readings) {
        nowMs += afterMs
        kept.take(
          seen.map(([name, port]) => station(name, port)),
          at(nowMs),
        )
        for (const [name, port] of seen) last.set(name, { port, nowMs })
      }
      const wanted = [...last].filter(([, one]) => nowMs - one.nowMs < HOUR_MS)
      expect(new Map(kept.all().map(({ key, port }) => [key, port]))).toEqual(
        new Map(wanted.map(([name, { port }]) => [name, port])),
      )
    }),
  )
})
