import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeHeader, decodeVarbinds, encodeRequest, PDU, TAG } from './message.ts'
import { compareOid, encodeOid, encodeSuffix, formatOid, formatSuffix, isWellFormedOid, parseOid } from './oid.ts'
import { int32, raw, response, tlv, uint64 } from './responder.testkit.ts'
import { decodeValue, numberAt, varbindAt } from './value.ts'

// net-snmp's own encoder is the independent witness. Its Message class is reached through an agent's listener only, so
// asn1-ber, on which it stands, reads and writes here.
const ber = createRequire(import.meta.url)('asn1-ber')
const netSnmp = createRequire(import.meta.url)('net-snmp')

const arc = fc.oneof(fc.nat(200), fc.nat(0xffff), fc.nat(0x7fff_ffff))
const oid = fc
  .tuple(fc.nat(2), fc.nat(39), fc.array(arc, { minLength: 1, maxLength: 20 }))
  .map(([first, second, rest]) => [first, second, ...rest].join('.'))

test('an OID survives encoding, and is what net-snmp encodes', () => {
  fc.assert(
    fc.property(oid, (dotted) => {
      const writer = new ber.Ber.Writer()
      writer.writeOID(dotted)
      const bytes = parseOid(dotted)
      expect(Buffer.from(bytes)).toEqual(Buffer.from(writer.buffer.subarray(2)))
      expect(formatOid(bytes)).toBe(dotted)
      expect(isWellFormedOid(bytes, 0, bytes.length)).toBe(true)
    }),
  )
})

test('OIDs are ordered by number, not by octet', () => {
  const byNumber = (a: string, b: string): number => {
    const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)]
    for (let at = 0; at < Math.min(left.length, right.length); at++) {
      if (left[at] !== right[at]) return left[at]! - right[at]!
    }
    return left.length - right.length
  }
  fc.assert(
    fc.property(oid, oid, fc.array(arc, { maxLength: 3 }), (a, b, tail) => {
      expect(Math.sign(compareOid(parseOid(a), parseOid(b)))).toBe(Math.sign(byNumber(a, b)))
      const longer = [a, ...tail].join('.')
      expect(Math.sign(compareOid(parseOid(a), parseOid(longer)))).toBe(Math.sign(byNumber(a, longer)))
    }),
  )
  expect(compareOid(encodeOid('1.3.16383'), encodeOid('1.3.16384'))).toBeLessThan(0)
})

test('an index suffix survives encoding', () => {
  fc.assert(
    fc.property(fc.array(arc, { minLength: 1, maxLength: 12 }), (arcs) => {
      const bytes = encodeSuffix(arcs.join('.'))
      expect(formatSuffix(bytes)).toBe(arcs.join('.'))
    }),
  )
})

test.each(['', '1', '3.1', '1.40', '1.3.', '1..3', '1.3.x', '1.3.4294967296', '-1.3', '1.3.6 '])(
  'text %j is refused as an OID',
  (text) => {
    expect(() => encodeOid(text)).toThrow(/object identifier/)
  },
)

test('a request is read by net-snmp as it was meant', () => {
  fc.assert(
    fc.property(
      fc.array(oid, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 1000 }),
      (oids, repetitions) => {
        const request = { pdu: 'getBulk', oids: oids.map(parseOid), repetitions } as const
        const packet = encodeRequest(request, 0x4123_4567, { version: 1, community: Buffer.from('públic') })
        const reader = new ber.Ber.Reader(packet)
        reader.readSequence()
        expect(reader.readInt()).toBe(1)
        expect(reader.readString()).toBe('públic')
        expect(reader.readSequence()).toBe(PDU.getBulk)
        expect([reader.readInt(), reader.readInt(), reader.readInt()]).toEqual([0x4123_4567, 0, repetitions])
        reader.readSequence()
        for (const wanted of oids) {
          reader.readSequence()
          expect(reader.readOID()).toBe(wanted)
          reader.readByte()
          reader.readByte()
        }
        expect(reader.remain).toBe(0)
      },
    ),
  )
})

test('integers of every size are read as net-snmp writes them', () => {
  const written = (tag: number, value: number): Uint8Array => {
    const writer = new ber.Ber.Writer()
    writer.writeInt(value, tag)
    return writer.buffer
  }
  const read = (tag: number, value: number): number => {
    const bytes = written(tag, value)
    return numberAt({ bytes, tag, start: 2, end: bytes.length })
  }
  fc.assert(
    fc.property(fc.integer(), (value) => {
      expect(read(TAG.integer, value)).toBe(value)
    }),
  )
  fc.assert(
    fc.property(fc.nat(0xffff_ffff), (value) => {
      for (const tag of [TAG.counter32, TAG.gauge32, TAG.timeticks]) expect(read(tag, value)).toBe(value)
    }),
  )
})

test('what we decode is what net-snmp decodes, for every type', () => {
  const value = fc.oneof(
    fc.integer().map((n) => ({ tag: TAG.integer as number, content: int32(n) as Uint8Array })),
    fc.uint8Array({ maxLength: 300 }).map((content) => ({ tag: TAG.octets as number, content })),
    fc.uint8Array({ minLength: 4, maxLength: 4 }).map((content) => ({ tag: TAG.address as number, content })),
    oid.map((dotted) => ({ tag: TAG.oid as number, content: parseOid(dotted) })),
  )
  fc.assert(
    fc.property(value, ({ tag, content }) => {
      const bytes = tlv(tag, [content])
      const theirs = netSnmp.ObjectParser.readVarbindValue(new ber.Ber.Reader(bytes), tag)
      const ours = decodeValue({ bytes: content, tag, start: 0, end: content.length })
      expect('value' in ours ? ours.value : null).toEqual(theirs instanceof Buffer ? new Uint8Array(theirs) : theirs)
    }),
  )
})

test('a Counter64 is exact in the shortest and in the padded form', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (wanted) => {
      const hex = wanted.toString(16)
      const shortest = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')
      for (const content of [shortest, uint64(wanted), Buffer.concat([Buffer.from([0]), uint64(wanted)])]) {
        const at = { bytes: content, tag: TAG.counter64, start: 0, end: content.length }
        expect(decodeValue(at)).toEqual({ kind: 'counter64', value: wanted })
        expect(numberAt(at)).toBe(Number(wanted >> 32n) * 2 ** 32 + Number(wanted & 0xffff_ffffn))
      }
    }),
  )
})

test("net-snmp's opaque float and double are numbers", () => {
  const double = Buffer.alloc(11)
  double.set([0x9f, 0x79, 8])
  double.writeDoubleBE(-12.25, 3)
  expect(decodeValue({ bytes: double, tag: TAG.opaque, start: 0, end: 11 })).toEqual({ kind: 'float', value: -12.25 })
})

test('a gauge whose leading zero the device left out is still positive', () => {
  const content = Buffer.from('ffffffff', 'hex')
  expect(numberAt({ bytes: content, tag: TAG.gauge32, start: 0, end: 4 })).toBe(0xffff_ffff)
})

test('a value that does not fit its type is unreadable and spoils nothing else', () => {
  const packet = response({ requestId: 1, version: 1 }, [
    raw('1.3.1', TAG.integer, Buffer.alloc(9, 1)),
    raw('1.3.2', TAG.address, Buffer.alloc(3)),
    raw('1.3.3', 0x4f, Buffer.from('?')),
    raw('1.3.4', TAG.gauge32, Buffer.from([7])),
  ])
  const header = decodeHeader(packet)
  if (typeof header === 'string') throw new Error(header)
  const list = decodeVarbinds(packet, header.varbindsStart, header.varbindsEnd)
  if (typeof list === 'string') throw new Error(list)
  const kinds = [0, 1, 2, 3].map((at) => varbindAt(list, at).value.kind)
  expect(kinds).toEqual(['unreadable', 'unreadable', 'unreadable', 'gauge32'])
})

test('a hundred thousand damaged packets give an answer or a reason, never an exception', () => {
  const packet = response({ requestId: 0x4000_0001, version: 1 }, [
    raw('1.3.6.1.2.1.2.2.1.10.1', TAG.counter32, int32(5)),
    raw('1.3.6.1.2.1.31.1.1.1.6.70000', TAG.counter64, uint64(2n ** 63n)),
    raw('1.3.6.1.2.1.1.2.0', TAG.oid, parseOid('1.3.6.1.4.1.14988.1')),
    raw('1.3.6.1.2.1.1.5.0', TAG.octets, Buffer.from('\u001b[31msw1<script>')),
    raw('1.3.6.1.2.1.4.20.1.1.1', TAG.address, Buffer.from([192, 0, 2, 1])),
    raw('1.3.6.1.4.1.2021.1', TAG.opaque, Buffer.from('9f780441200000', 'hex')),
  ])
  let state = 20_260_101
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 0x1_0000_0000) * below)
  }
  let whole = 0
  for (let round = 0; round < 100_000; round++) {
    const mutant = Buffer.from(packet.subarray(0, random(10) === 0 ? random(packet.length) : packet.length))
    for (let changes = random(4); changes >= 0 && mutant.length > 0; changes--) {
      mutant[random(mutant.length)] = random(256)
    }
    const header = decodeHeader(mutant)
    if (typeof header === 'string') continue
    const list = decodeVarbinds(mutant, header.varbindsStart, header.varbindsEnd)
    if (typeof list === 'string') continue
    whole++
    for (let at = 0; at < list.count; at++) varbindAt(list, at)
  }
  expect(whole).toBeGreaterThan(1_000)
})
