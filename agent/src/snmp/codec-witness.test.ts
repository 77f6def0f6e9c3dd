import { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { decodeHeader, decodeVarbinds, encodeRequest, PDU, type RawVarbind, TAG } from './message.ts'
import { parseOid } from './oid.ts'
import { int32, readQuestion, response, uint64 } from './responder.testkit.ts'
import { varbindAt } from './value.ts'

// npm net-snmp is the independent witness: its sessions and its agent speak over sockets that are no sockets.
const netSnmp = createRequire(import.meta.url)('net-snmp')
const FROM = { address: '127.0.0.1', port: 161, family: 'IPv4' as const, size: 0 }

class Wire extends EventEmitter {
  sent: Buffer[] = []
  send(bytes: Buffer, ...rest: unknown[]): void {
    // Its agent and its session hand over offset and length.
    const [offset, length] = rest
    const packet =
      typeof offset === 'number' && typeof length === 'number' ? bytes.subarray(offset, offset + length) : bytes
    this.sent.push(Buffer.from(packet))
    const done = rest.at(-1)
    if (typeof done === 'function') done(null)
  }
  bind(): void {}
  close(): void {}
  ref(): void {}
  unref(): void {}
  address() {
    return { port: 161, address: '127.0.0.1', family: 'IPv4' }
  }
}

type Heard = { oid: string; type: number; value: unknown }
type Callback = (failure: Error | null, varbinds: (Heard | Heard[])[]) => void
const wire = new Wire()
const session = netSnmp.createSession('127.0.0.1', 'public', {
  version: netSnmp.Version2c,
  dgramModule: { createSocket: () => wire },
  timeout: 240_000,
  retries: 0,
})
afterAll(() => session.close())

const arc = fc.oneof(fc.nat(200), fc.nat(0xffff), fc.nat(0x7fff_ffff))
const oid = fc.array(arc, { minLength: 1, maxLength: 20 }).map((rest) => [1, 3, 6, 1, ...rest].join('.'))
const oids = fc.array(oid, { minLength: 1, maxLength: 30 })

test("we read net-snmp's requests as it meant them", () => {
  fc.assert(
    fc.property(oids, fc.integer({ min: 1, max: 1_000 }), (names, repetitions) => {
      wire.sent = []
      session.getBulk(names, 0, repetitions, () => undefined)
      const question = readQuestion(wire.sent[0] ?? Buffer.alloc(0), FROM)
      expect(question.version).toBe(1)
      expect(question.pduTag).toBe(PDU.getBulk)
      expect(question.repetitions).toBe(repetitions)
      expect(question.names.map((name) => Buffer.from(name))).toEqual(names.map((name) => Buffer.from(parseOid(name))))
      session.cancelRequests(new Error('enough'))
    }),
  )
})

const value = fc.oneof(
  fc.integer().map((n) => ({ tag: TAG.integer as number, content: int32(n) as Uint8Array })),
  fc.nat(0x7fff_ffff).map((n) => ({ tag: TAG.counter32 as number, content: int32(n) as Uint8Array })),
  fc.nat(0x7fff_ffff).map((n) => ({ tag: TAG.timeticks as number, content: int32(n) as Uint8Array })),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((n) => ({ tag: TAG.counter64 as number, content: uint64(n) })),
  fc.uint8Array({ maxLength: 300 }).map((content) => ({ tag: TAG.octets as number, content })),
  fc.uint8Array({ minLength: 4, maxLength: 4 }).map((content) => ({ tag: TAG.address as number, content })),
  oid.map((dotted) => ({ tag: TAG.oid as number, content: parseOid(dotted) })),
)

test('net-snmp and we read the same answer alike, value by value', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(oid, value), { minLength: 1, maxLength: 30 }), (pairs) => {
      const varbinds = pairs.map(([name, { tag, content }]): RawVarbind => ({ name: parseOid(name), tag, content }))
      wire.sent = []
      let theirs: Heard[] = []
      const heard: Callback = (failure, list) => {
        if (failure !== null) throw failure
        theirs = list.flat()
      }
      session.get(
        pairs.map(([name]) => name),
        heard,
      )
      const question = readQuestion(wire.sent[0] ?? Buffer.alloc(0), FROM)
      const packet = response(question, varbinds)
      wire.emit('message', packet, FROM)
      expect(theirs.map((one) => [one.oid, plain(one.type, one.value)])).toEqual(ours(packet))
    }),
  )
})

function ours(packet: Buffer): unknown[] {
  const header = decodeHeader(packet)
  if (typeof header === 'string') throw new Error(header)
  const list = decodeVarbinds(packet, header.varbindsStart, header.varbindsEnd)
  if (typeof list === 'string') throw new Error(list)
  return Array.from({ length: list.count }, (_, at) => {
    const { oid: name, value: read } = varbindAt(list, at)
    const content = 'value' in read ? read.value : null
    return [name, content instanceof Uint8Array ? Buffer.from(content).toString('hex') : content]
  })
}

/** Their values in the form of ours: a Counter64 is a buffer there. */
function plain(type: number, given: unknown): unknown {
  if (!(given instanceof Uint8Array)) return given
  const hex = Buffer.from(given).toString('hex')
  return type === TAG.counter64 ? BigInt(`0x${hex === '' ? '0' : hex}`) : hex
}

test("net-snmp's agent answers our requests, and we read what it says", () => {
  const line = new Wire()
  const agent = netSnmp.createAgent(
    { port: 161, address: '127.0.0.1', disableAuthorization: true, dgramModule: { createSocket: () => line } },
    () => undefined,
  )
  for (const [number, scalarType] of [
    [3, netSnmp.ObjectType.TimeTicks],
    [5, netSnmp.ObjectType.OctetString],
    [7, netSnmp.ObjectType.Integer],
  ]) {
    const name = `scalar${number}`
    const type = netSnmp.MibProviderType.Scalar
    const maxAccess = netSnmp.MaxAccess['read-only']
    agent.registerProvider({ name, type, oid: `1.3.6.1.2.1.1.${number}`, scalarType, maxAccess })
  }
  fc.assert(
    fc.property(fc.nat(0x7fff_ffff), fc.string({ maxLength: 200 }), fc.integer(), (ticks, text, whole) => {
      const mib = agent.getMib()
      mib.setScalarValue('scalar3', ticks)
      mib.setScalarValue('scalar5', text)
      mib.setScalarValue('scalar7', whole)
      const names = [3, 5, 7].map((number) => `1.3.6.1.2.1.1.${number}.0`)
      line.sent = []
      const request = { pdu: 'get', oids: names.map(parseOid), repetitions: 1 } as const
      line.emit('message', encodeRequest(request, 0x4123_4567, { version: 1, community: Buffer.from('public') }), FROM)
      const hex = Buffer.from(text, 'utf8').toString('hex')
      expect(ours(line.sent[0] ?? Buffer.alloc(0))).toEqual([
        [names[0], ticks],
        [names[1], hex],
        [names[2], whole],
      ])
    }),
  )
  agent.close()
})
