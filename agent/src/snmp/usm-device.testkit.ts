import type { UserCredential } from './credential.ts'
import { decodeVarbinds, encodeVarbinds, PDU, type RawVarbind, TAG } from './message.ts'
import { formatOid } from './oid.ts'
import { int32, raw, tlv } from './responder.testkit.ts'
import { type UsmEngine, usmEngine } from './usm-engine.ts'
import { decodeScopedPdu, decodeV3Header, FLAG } from './usm-message.ts'
import { TIME_WINDOW_SECONDS } from './usm-time.ts'

export const REPORT = {
  unsupportedLevel: '1.3.6.1.6.3.15.1.1.1.0',
  notInTimeWindow: '1.3.6.1.6.3.15.1.1.2.0',
  unknownUser: '1.3.6.1.6.3.15.1.1.3.0',
  unknownEngine: '1.3.6.1.6.3.15.1.1.4.0',
  unknownContext: '1.3.6.1.6.3.12.1.5.0',
} as const

/** What a device says; a test changes any of it. `level` is that of the message, as msgFlags has it. */
export type Spoken = {
  msgId: number
  requestId: number
  pduTag: number
  level: number
  boots: number
  time: number
  user: string
  varbinds: readonly RawVarbind[]
  /** The engine that speaks, and whose keys sign. */
  engine: UsmEngine
}

/** A question as the device understood it. */
export type Asked = { msgId: number; requestId: number; pduTag: number; context: string; names: readonly string[] }

/** An SNMPv3 agent of which every part can be set wrong. It answers each name with `value`. */
export class UsmDevice {
  readonly credential: UserCredential
  engine: UsmEngine
  boots = 3
  time = 1_000
  /** False: it answers whatever time a question has. */
  checksTime = true
  value: RawVarbind
  readonly asked: Asked[] = []
  /** Packets that it has answered with, the newest last. */
  readonly said: Buffer[] = []

  constructor(credential: UserCredential, value: RawVarbind, engineId = '8000000001020304') {
    this.credential = credential
    this.value = value
    this.engine = this.engineNamed(engineId)
  }

  engineNamed(hex: string): UsmEngine {
    return usmEngine(Buffer.from(hex, 'hex'), this.credential, { boots: 0, time: 0, toldAt: 0 })
  }

  /** The answer to a packet; `change` makes it another one. */
  answer(packet: Buffer, change: (answer: Spoken, asked: Asked) => Partial<Spoken> = () => ({})): Buffer {
    const { engine, boots, time } = this
    const header = decodeV3Header(packet)
    if (typeof header === 'string') throw new Error(`the client sent ${header}`)
    const level = header.flags & (FLAG.auth | FLAG.priv)
    const base = { msgId: header.msgId, requestId: 0, pduTag: 0xa8, level: 0, boots, time, engine }
    const user = Buffer.from(header.user).toString()
    const say = (spoken: Spoken, asked: Asked): Buffer => {
      const bytes = speak({ ...spoken, ...change(spoken, asked) })
      this.said.push(bytes)
      return bytes
    }
    const report = (oid: string, at: number): Buffer =>
      say(
        { ...base, user, level: at, varbinds: [raw(oid, TAG.counter32, int32(1))] },
        { msgId: header.msgId, requestId: 0, pduTag: 0, context: '', names: [] },
      )
    if (!engine.id.equals(header.engineId)) return report(REPORT.unknownEngine, 0)
    if (level & FLAG.auth && !engine.auth?.isAuthentic(packet, header.authStart)) throw new Error('it is not signed')
    const isOff = header.boots !== boots || Math.abs(header.time - time) > TIME_WINDOW_SECONDS
    if (level & FLAG.auth && this.checksTime && isOff) return report(REPORT.notInTimeWindow, FLAG.auth)
    const plain =
      level & FLAG.priv
        ? (engine.privacy?.decrypt(packet.subarray(header.dataStart, header.dataEnd), header) ?? Buffer.alloc(0))
        : packet.subarray(header.dataStart, header.dataEnd)
    const asked = understood(plain, header.msgId)
    this.asked.push(asked)
    const varbinds = asked.names.map(() => this.value)
    return say({ ...base, requestId: asked.requestId, pduTag: PDU.response, level, user, varbinds }, asked)
  }
}

function understood(plain: Uint8Array, msgId: number): Asked {
  const scoped = decodeScopedPdu(plain, 0, plain.length)
  const list = scoped && decodeVarbinds(plain, scoped.varbindsStart, scoped.varbindsEnd)
  if (!scoped || !list || typeof list === 'string') throw new Error('the client sent no PDU')
  const names = Array.from({ length: list.count }, (_, at) => formatOid(list.name(at)))
  // Behind the sequence's head lies the context's engine id, and behind that its name.
  const engineAt = (plain[1] ?? 0) < 0x80 ? 2 : 2 + ((plain[1] ?? 0) & 0x7f)
  const nameAt = engineAt + 2 + (plain[engineAt + 1] ?? 0)
  const context = Buffer.from(plain.subarray(nameAt + 2, nameAt + 2 + (plain[nameAt + 1] ?? 0))).toString()
  return { msgId, requestId: scoped.requestId, pduTag: scoped.pduTag, context, names }
}

/** A message as bytes, signed and encrypted as its level says. */
function speak({ msgId, requestId, pduTag, level, boots, time, user, varbinds, engine }: Spoken): Buffer {
  const integer = (value: number): Buffer => tlv(TAG.integer, [int32(value)])
  const octets = (bytes: Uint8Array): Buffer => tlv(TAG.octets, [bytes])
  const pdu = tlv(pduTag, [integer(requestId), integer(0), integer(0), tlv(TAG.sequence, [encodeVarbinds(varbinds)])])
  let data = tlv(TAG.sequence, [octets(engine.id), octets(Buffer.alloc(0)), pdu])
  const salt = level & FLAG.priv ? Buffer.from(engine.nextSalt()) : Buffer.alloc(0)
  if (level & FLAG.priv && engine.privacy) {
    const { length } = data
    data = Buffer.concat([data, Buffer.alloc(engine.privacy.sizeOf(length) - length)])
    engine.privacy.encrypt(data, [0, length], { boots, time, salt })
    data = octets(data)
  }
  const signature = Buffer.alloc(level & FLAG.auth ? (engine.auth?.length ?? 0) : 0)
  const security = [octets(engine.id), integer(boots), integer(time), octets(Buffer.from(user))]
  const head = tlv(TAG.sequence, [integer(msgId), integer(65_507), octets(Buffer.from([level])), integer(3)])
  const packet = tlv(TAG.sequence, [
    integer(3),
    head,
    octets(tlv(TAG.sequence, [...security, octets(signature), octets(salt)])),
    data,
  ])
  const header = decodeV3Header(packet)
  if (level & FLAG.auth && typeof header !== 'string') engine.auth?.sign(packet, header.authStart)
  return packet
}
