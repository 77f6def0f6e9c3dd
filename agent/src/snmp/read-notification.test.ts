import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readNotification } from './read-notification.ts'

const sequence = (tag: number, ...parts: readonly (readonly number[])[]): number[] => {
  const content = parts.flat()
  return content.length < 128
    ? [tag, content.length, ...content]
    : [tag, 0x82, content.length >> 8, content.length & 255, ...content]
}
const integer = (value: number) => [2, 1, value]
const octets = (...content: number[]) => sequence(4, content)
const oid = (...content: number[]) => sequence(6, content)
const upTime = sequence(0x30, oid(0x2b, 6, 1, 2, 1, 1, 3, 0), sequence(0x43, [1]))
const trapOid = (...last: number[]) =>
  sequence(0x30, oid(0x2b, 6, 1, 6, 3, 1, 1, 4, 1, 0), oid(0x2b, 6, 1, 6, 3, 1, 1, 5, ...last))
const pdu = (tag: number, ...varbinds: readonly (readonly number[])[]) =>
  sequence(tag, integer(7), integer(0), integer(0), sequence(0x30, ...varbinds))
const v1 = (generic: number) =>
  sequence(
    0xa4,
    oid(0x2b, 6, 1, 4, 1),
    sequence(0x40, [192, 0, 2, 1]),
    integer(generic),
    integer(0),
    sequence(0x43, [1]),
  )
const message = (version: number, ...parts: readonly (readonly number[])[]) =>
  Uint8Array.from(sequence(0x30, integer(version), ...parts))
const community = octets(0x70)
const v3 = (flags: number, ...scoped: readonly (readonly number[])[]) =>
  message(3, sequence(0x30, integer(1), integer(100), octets(flags), integer(3)), octets(1, 2, 3), ...scoped)
const kindOf = (packet: Uint8Array) => {
  const read = readNotification(packet)
  return typeof read === 'string' ? read : read.kind
}

test('what happened is read out of v1, v2c and v3', () => {
  const kinds = ['cold-start', 'warm-start', 'link-down', 'link-up', 'other']
  expect([0, 1, 2, 3, 6].map((generic) => kindOf(message(0, community, v1(generic))))).toEqual(kinds)
  expect([1, 2, 3, 4, 5].map((last) => kindOf(message(1, community, pdu(0xa7, upTime, trapOid(last)))))).toEqual(kinds)
  const scoped = sequence(0x30, octets(1), octets(), pdu(0xa7, upTime, trapOid(3)))
  expect(kindOf(v3(1, scoped))).toBe('link-down')
  expect(kindOf(v3(3, octets(9, 9, 9)))).toBe('encrypted')
  expect(kindOf(message(1, community, pdu(0xa7, upTime)))).toBe('other')
})

test('who asks for a confirmation gets the same with the tag of a response', () => {
  const inform = message(1, community, pdu(0xa6, upTime, trapOid(4)))
  const read = readNotification(inform)
  const expected = message(1, community, pdu(0xa2, upTime, trapOid(4)))
  expect(read).toEqual({ kind: 'link-up', confirmation: expected })
  expect(readNotification(message(1, community, pdu(0xa7, upTime, trapOid(4))))).toEqual({ kind: 'link-up' })
})

test('questions, answers and what is no message are not taken for traps, whatever is cut or changed', () => {
  expect(kindOf(message(1, community, pdu(0xa0, upTime)))).toBe('not a notification')
  expect(kindOf(message(7, community, pdu(0xa7, upTime)))).toBe('unknown SNMP version')
  expect(kindOf(Uint8Array.of(1, 2, 3))).toBe('not an SNMP message')
  const whole = fc.constantFrom(
    message(0, community, v1(2)),
    message(1, community, pdu(0xa6, upTime, trapOid(3))),
    v3(0, sequence(0x30, octets(1), octets(), pdu(0xa7, upTime, trapOid(3)))),
  )
  fc.assert(
    fc.property(whole, fc.tuple(fc.nat(60), fc.nat(255), fc.nat(60)), (packet, [at, octet, length]) => {
      const changed = Uint8Array.from(packet)
      if (at < changed.length) changed[at] = octet
      for (const one of [changed, packet.subarray(0, length), changed.subarray(0, length)]) {
        const read = readNotification(one)
        expect(typeof read === 'string' ? read.length : read.kind.length).toBeGreaterThan(0)
      }
    }),
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (packet) => readNotification(packet) !== undefined))
})
