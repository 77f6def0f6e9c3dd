import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { decodeHeader, decodeVarbinds, encodeVarbinds, PDU, type RawVarbind, TAG } from './message.ts'
import { compareOid, type EncodedOid, formatOid, parseOid } from './oid.ts'

export type Question = {
  packet: Buffer
  requestId: number
  version: number
  pduTag: number
  /** max-repetitions of a GETBULK. */
  repetitions: number
  names: EncodedOid[]
  from: RemoteInfo
}

/** Real UDP on loopback whose behaviour a test writes. Returning bytes answers; null stays silent. */
export async function udpResponder(
  answer: (question: Question, socket: Socket) => Uint8Array | readonly Uint8Array[] | null,
  host: '127.0.0.1' | '::1' = '127.0.0.1',
) {
  const socket = createSocket(host === '::1' ? 'udp6' : 'udp4')
  let heard = 0
  socket.on('message', (packet, from) => {
    heard++
    const answers = answer(readQuestion(packet, from), socket)
    if (answers === null) return
    for (const bytes of answers instanceof Uint8Array ? [answers] : answers) socket.send(bytes, from.port, from.address)
  })
  socket.bind(0, host)
  await once(socket, 'listening')
  return {
    port: socket.address().port,
    heard: () => heard,
    close: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  }
}

export function readQuestion(packet: Buffer, from: RemoteInfo): Question {
  const header = decodeHeader(packet)
  if (typeof header === 'string') throw new Error(`the client sent ${header}`)
  const list = decodeVarbinds(packet, header.varbindsStart, header.varbindsEnd)
  if (typeof list === 'string') throw new Error(`the client sent ${list}`)
  const names = Array.from({ length: list.count }, (_, at) => list.name(at))
  const { requestId, version, pduTag, errorIndex } = header
  return { packet, requestId, version, pduTag, repetitions: errorIndex, names, from }
}

/** A v1/v2c response as bytes. */
export function response(
  question: Pick<Question, 'requestId' | 'version'>,
  varbinds: readonly RawVarbind[],
  error: { status: number; index: number } = { status: 0, index: 0 },
): Buffer {
  const pdu = tlv(PDU.response, [
    tlv(TAG.integer, [int32(question.requestId)]),
    tlv(TAG.integer, [Buffer.from([error.status])]),
    tlv(TAG.integer, [Buffer.from([error.index])]),
    tlv(TAG.sequence, [encodeVarbinds(varbinds)]),
  ])
  const community = tlv(TAG.octets, [Buffer.from('public')])
  return tlv(TAG.sequence, [tlv(TAG.integer, [Buffer.from([question.version])]), community, pdu])
}

export function tlv(tag: number, parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const head = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(head), content])
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value | 0)
  return bytes
}

export function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(value)
  return bytes
}

export const raw = (oid: string, tag: number, content: Uint8Array): RawVarbind => ({
  name: parseOid(oid),
  tag,
  content,
})

/** A MIB in memory that answers GET, GETNEXT and GETBULK as an agent should. */
export function mibAnswers(varbinds: readonly RawVarbind[], limits: { maxVarbinds?: number } = {}) {
  const sorted = [...varbinds].sort((a, b) => compareOid(a.name, b.name))
  const place = new Map(sorted.map((varbind, at) => [formatOid(varbind.name), at]))
  const after = (name: EncodedOid): number => {
    const known = place.get(formatOid(name))
    if (known !== undefined) return known + 1
    const found = sorted.findIndex((varbind) => compareOid(varbind.name, name) > 0)
    return found < 0 ? sorted.length : found
  }
  const end = (name: EncodedOid): RawVarbind => ({ name, tag: TAG.endOfMibView, content: new Uint8Array() })
  return (question: Question): Buffer => {
    const { pduTag, names, version } = question
    if (pduTag === PDU.get) {
      const found = names.map((name) => sorted[place.get(formatOid(name)) ?? -1])
      const missing = found.indexOf(undefined)
      if (version === 0 && missing >= 0) {
        return response(
          question,
          names.map((name) => ({ ...end(name), tag: TAG.null })),
          { status: 2, index: missing + 1 },
        )
      }
      return response(
        question,
        found.map((v, at) => v ?? { ...end(names[at]!), tag: TAG.noSuchInstance }),
      )
    }
    const rows = pduTag === PDU.getBulk ? question.repetitions : 1
    if (names.length * rows > (limits.maxVarbinds ?? Number.POSITIVE_INFINITY)) {
      return response(question, [], { status: 1, index: 0 })
    }
    const from = names.map(after)
    const out: RawVarbind[] = []
    for (let row = 0; row < rows; row++) {
      names.forEach((name, at) => {
        out.push(sorted[from[at]! + row] ?? end(sorted.at(-1)?.name ?? name))
      })
    }
    const past = version === 0 ? out.findIndex((v) => v.tag === TAG.endOfMibView) : -1
    return past >= 0 ? response(question, out, { status: 2, index: past + 1 }) : response(question, out)
  }
}

/** An agent that always has a further row, whatever column it is asked for, and gives so many `rows` of it an answer. */
export function endlessAnswers(question: Question, value: Omit<RawVarbind, 'name'> = SEVEN, rows = 1): Buffer {
  const { pduTag, names } = question
  const none = { tag: TAG.noSuchObject, content: new Uint8Array() }
  if (pduTag === PDU.get) {
    return response(
      question,
      names.map((name) => ({ name, ...none })),
    )
  }
  const arcs = formatOid(names[0] ?? new Uint8Array())
    .split('.')
    .map(Number)
  const isRow = arcs.length >= 13
  const entry = isRow ? arcs.slice(0, -1) : [...arcs, 1]
  const first = isRow ? (arcs.at(-1) ?? 0) + 1 : 1
  return response(
    question,
    Array.from({ length: rows }, (_, row) => ({ ...value, name: parseOid([...entry, first + row].join('.')) })),
  )
}

const SEVEN = { tag: TAG.integer, content: Buffer.from([7]) }

const IF_ENTRY = '1.3.6.1.2.1.2.2.1'
const IFX_ENTRY = '1.3.6.1.2.1.31.1.1.1'

/** Twenty numeric columns of IF-MIB, ten of them Counter64. */
export const INTERFACE_COLUMNS: readonly string[] = [
  ...[4, 5, 7, 8, 9, 13, 14, 19, 20, 21].map((column) => `${IF_ENTRY}.${column}`),
  ...[6, 7, 8, 9, 10, 11, 12, 13, 15, 18].map((column) => `${IFX_ENTRY}.${column}`),
]

/** Interfaces 1..count with those columns; Counter64 values lie above 2^53. */
export function interfaceMib(count: number): RawVarbind[] {
  const out: RawVarbind[] = []
  for (const column of INTERFACE_COLUMNS) {
    for (let index = 1; index <= count; index++) {
      const is64 = column.startsWith(IFX_ENTRY)
      out.push(
        is64
          ? raw(`${column}.${index}`, TAG.counter64, uint64(2n ** 60n + BigInt(index)))
          : raw(`${column}.${index}`, TAG.counter32, int32(1_000_000_000 + index)),
      )
    }
  }
  return out
}
