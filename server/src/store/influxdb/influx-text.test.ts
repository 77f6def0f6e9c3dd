import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  decodeMeasurement,
  decodeText,
  encodeMeasurement,
  encodeName,
  encodeText,
  parseSeriesKey,
} from './influx-text.ts'

const text = fc.string({ unit: 'binary' })

test('any text comes back, and on its way there is nothing that InfluxDB would take for a sign', () => {
  fc.assert(
    fc.property(text, (one) => {
      for (const way of [encodeText, encodeName, encodeMeasurement])
        expect(way(one)).not.toMatch(/[\\'"\u0000-\u001f]|^#/)
      expect(encodeMeasurement(one)).not.toMatch(/[, ]/)
      expect(decodeText(encodeText(one))).toBe(one)
      expect(decodeText(encodeName(one))).toBe(one)
      expect(decodeMeasurement(encodeMeasurement(one))).toBe(one)
    }),
  )
})

test('names that InfluxDB keeps for itself are written differently', () => {
  expect(['time', 'value', 'special', 'device'].map(encodeName)).toEqual(['%74ime', '%76alue', '%73pecial', 'device'])
})

test('a key of SHOW SERIES is taken apart at its signs', () => {
  const key = 'cpu%20ratio,%74ime=x,a\\,b=c\\=d,path=C:%5C'
  expect(parseSeriesKey(key)).toEqual({ __name__: 'cpu ratio', time: 'x', 'a,b': 'c=d', path: 'C:\\' })
})
