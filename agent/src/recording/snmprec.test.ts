import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SnmpValue } from '../snmp/snmp.ts'
import { formatVarbind, parseRecording } from './snmprec.ts'

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const octets = fc.uint8Array({ maxLength: 40 }).map((bytes) => new Uint8Array(bytes))
const value: fc.Arbitrary<SnmpValue> = fc.oneof(
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((number) => ({ kind: 'integer', value: number }) as const),
  word.map((number) => ({ kind: 'counter32', value: number }) as const),
  word.map((number) => ({ kind: 'gauge32', value: number }) as const),
  word.map((number) => ({ kind: 'timeticks', value: number }) as const),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((number) => ({ kind: 'counter64', value: number }) as const),
  octets.map((bytes) => ({ kind: 'octets', value: bytes }) as const),
  fc.string().map((text) => ({ kind: 'octets', value: new TextEncoder().encode(text) }) as const),
)

test('what is written is read again, whatever octets a device gave', () => {
  fc.assert(
    fc.property(value, (one) => {
      const line = formatVarbind({ oid: '1.3.6.1.2.1.1.5.0', value: one }) ?? ''
      expect(line).not.toMatch(/[\r\n]/)
      expect(parseRecording(line)).toEqual([{ oid: '1.3.6.1.2.1.1.5.0', value: one }])
    }),
  )
})

test('a recording is read in the order of its OIDs, with comments and carriage returns', () => {
  const text = '# a switch\r\n1.3.6.1.2.1.2.2.1.2.10|4|b\r\n.1.3.6.1.2.1.2.2.1.2.9|4|a|b\r\n'
  expect(parseRecording(text).map(({ oid }) => oid)).toEqual(['1.3.6.1.2.1.2.2.1.2.9', '1.3.6.1.2.1.2.2.1.2.10'])
})

test.each(['nonsense', '1.3.6|2|x', '1.3.6.1|65|-1', '1.3.6.1|4', '1.3.6.1|2|99.5'])(
  'a line that is none is told by its number: %s',
  (line) => {
    expect(() => parseRecording(`1.3.6.1.2.1.1.3.0|67|5\n${line}`, 'switch.snmprec')).toThrow('switch.snmprec line 2')
  },
)
