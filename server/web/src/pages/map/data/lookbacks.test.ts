import { SILENT_AFTER_MS, silentAfterMs } from '@eyenet/shared/api'
import { expect, test } from 'vitest'
import { joined, lookbacksOf, selectorOf } from './lookbacks.ts'

const MINUTE = 60_000

test('the past of a device that is polled seldom is looked for as far back as it may be silent now', () => {
  const asked = lookbacksOf(
    new Map([
      ['each-half-minute', 30],
      ['each-minute', 60],
      ['each-ten-minutes', 600],
      ['each-ten-minutes-too', 600],
      ['each-hour', 3_600],
    ]),
  )
  expect(asked).toEqual([
    { ms: 5 * MINUTE, devices: undefined },
    { ms: 50 * MINUTE, devices: new Set(['each-ten-minutes', 'each-ten-minutes-too']) },
    { ms: 300 * MINUTE, devices: new Set(['each-hour']) },
  ])
  expect(lookbacksOf(new Map())).toEqual([{ ms: SILENT_AFTER_MS, devices: undefined }])
})

test('however many different intervals there are, the queries are few and no look-back is too short', () => {
  for (const count of [1, 5, 6, 7, 13, 500]) {
    const intervals = new Map(Array.from({ length: count }, (_, at) => [`device ${at}`, 61 + 7 * at]))
    const [usual, ...longer] = lookbacksOf(intervals)
    expect([usual?.devices, longer.length <= 6]).toEqual([undefined, true])
    for (const [device, seconds] of intervals) {
      const own = longer.filter(({ devices }) => devices?.has(device))
      expect(own.map(({ ms }) => ms >= silentAfterMs(seconds))).toEqual([true])
    }
  }
})

test('few devices are named in the query, many are taken out of the answer', () => {
  const of = (count: number) => ({
    ms: 1,
    devices: new Set(Array.from({ length: count }, (_, at) => `d.${at}`)),
  })
  expect(selectorOf('device_up', of(2))).toBe(String.raw`device_up{device=~"d\\.0|d\\.1"}`)
  expect(selectorOf('device_up', of(101))).toBe('device_up')
  expect(selectorOf('snmp_up', { ms: 1, devices: undefined })).toBe('snmp_up')
})

test('an old sample says nothing of a device that is polled often', () => {
  const up = joined([
    { lookback: { ms: 1, devices: undefined }, values: new Map([['often', 1]]) },
    {
      lookback: { ms: 2, devices: new Set(['seldom']) },
      values: new Map([
        ['seldom', 0],
        ['silent', 1],
      ]),
    },
  ])
  expect([...up]).toEqual([
    ['often', 1],
    ['seldom', 0],
  ])
})
