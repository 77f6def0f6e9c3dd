import { decodeVarbinds, PDU } from './message.ts'
import { formatOid } from './oid.ts'
import type { Answer } from './transport.ts'
import type { UsmEngine } from './usm-engine.ts'
import { decodeScopedPdu, decodeV3Header, FLAG, type ScopedPdu, type V3Header } from './usm-message.ts'
import { isTimely } from './usm-time.ts'

/** What the question was, so that only its own answer is taken. */
export type Expected = {
  readonly msgId: number
  readonly requestId: number
  /** Null while the device is asked who it is. */
  readonly engine: UsmEngine | null
  readonly user: Uint8Array
  /** Whether the user's level has authentication, and privacy. */
  readonly level: number
  readonly now: number
}

/** Why a packet is not taken. Waiting goes on: anyone can send such a packet. */
export type Refused = 'unmatched' | 'damaged' | 'downgraded' | 'forged' | 'foreign'

export type Heard =
  | { readonly kind: 'answer'; readonly answer: Answer; readonly header: V3Header }
  | { readonly kind: 'report'; readonly report: Report; readonly header: V3Header }
  /** Authentic, but with a time that has passed: the device's clock went back, or it does not count its restarts. */
  | { readonly kind: 'stale' }
  /** Authentic, but not readable. */
  | { readonly kind: 'undecipherable' }
  | { readonly kind: 'malformed'; readonly detail: string }
  | { readonly kind: 'refused'; readonly why: Refused }

/** What a device reports instead of an answer (RFC 3412, 5; RFC 3414, 5), as far as it is told apart here. */
export type Report =
  | 'unsupported-level'
  | 'not-in-time-window'
  | 'unknown-user'
  | 'unknown-engine'
  | 'wrong-digest'
  | 'decryption-error'
  | 'unknown-context'
  | 'other'

const REPORTS: Readonly<Record<string, Report>> = {
  '1.3.6.1.6.3.15.1.1.1': 'unsupported-level',
  '1.3.6.1.6.3.15.1.1.2': 'not-in-time-window',
  '1.3.6.1.6.3.15.1.1.3': 'unknown-user',
  '1.3.6.1.6.3.15.1.1.4': 'unknown-engine',
  '1.3.6.1.6.3.15.1.1.5': 'wrong-digest',
  '1.3.6.1.6.3.15.1.1.6': 'decryption-error',
  '1.3.6.1.6.3.12.1.4': 'unknown-context',
  '1.3.6.1.6.3.12.1.5': 'unknown-context',
}

/** Reports of a device that knows the user and could sign them: unsigned they are not believed where there are keys. */
const MUST_BE_SIGNED: ReadonlySet<Report> = new Set<Report>(['not-in-time-window', 'unknown-context', 'other'])

const REPORT_PDU = 0xa8

/**
 * Reads and checks what came (RFC 3412, 7.2; RFC 3414, 3.2). The order is that of the RFC: nothing of a message is believed
 * before its signature, and nothing is decrypted before its time. The context is not compared: the ids are ours alone, and
 * some devices leave it out.
 */
export function hearV3(packet: Uint8Array, expected: Expected): Heard {
  const header = decodeV3Header(packet)
  if (typeof header === 'string') return refused('damaged')
  if (header.msgId !== expected.msgId) return refused('unmatched')
  const { engine } = expected
  const level = header.flags & (FLAG.auth | FLAG.priv)
  if (level === FLAG.priv) return refused('damaged')
  if (level !== 0) {
    const doubt = doubtOf(packet, header, expected)
    if (doubt !== null) return refused(doubt)
  }
  let bytes = packet
  let [start, end] = [header.dataStart, header.dataEnd]
  if (level & FLAG.priv) {
    if (!engine?.privacy) return refused('foreign')
    const plain = engine.privacy.decrypt(packet.subarray(start, end), header)
    if (plain === null) return { kind: 'undecipherable' }
    bytes = plain
    start = 0
    end = plain.length
  }
  const scoped = decodeScopedPdu(bytes, start, end)
  if (scoped === null) return level & FLAG.priv ? { kind: 'undecipherable' } : refused('damaged')
  if (scoped.pduTag === REPORT_PDU) return reportOf({ bytes, scoped, header, expected })
  if (scoped.pduTag !== PDU.response) return refused('damaged')
  if (!engine || !header.isOfEngine(engine.id) || !header.isOfUser(expected.user)) return refused('foreign')
  if (level !== expected.level) return refused('downgraded')
  if (scoped.requestId !== expected.requestId) return refused('unmatched')
  if (level !== 0 && !isTimely(engine.time, header, expected.now)) return { kind: 'stale' }
  const varbinds = decodeVarbinds(bytes, scoped.varbindsStart, scoped.varbindsEnd)
  if (typeof varbinds === 'string') return { kind: 'malformed', detail: varbinds }
  const { errorStatus, errorIndex } = scoped
  return { kind: 'answer', answer: { kind: 'answer', errorStatus, errorIndex, varbinds, size: packet.length }, header }
}

function doubtOf(packet: Uint8Array, header: V3Header, { engine, user }: Expected): Refused | null {
  const auth = engine?.auth
  if (!engine || !auth || !header.isOfEngine(engine.id) || !header.isOfUser(user)) return 'foreign'
  const isSigned = header.authEnd - header.authStart === auth.length && auth.isAuthentic(packet, header.authStart)
  return isSigned ? null : 'forged'
}

type ReportPacket = { bytes: Uint8Array; scoped: ScopedPdu; header: V3Header; expected: Expected }

function reportOf({ bytes, scoped, header, expected }: ReportPacket): Heard {
  const list = decodeVarbinds(bytes, scoped.varbindsStart, scoped.varbindsEnd)
  if (typeof list === 'string') return refused('damaged')
  const name = list.count > 0 ? formatOid(bytes, list.nameStart(0), list.nameEnd(0)) : ''
  list.release()
  const report = REPORTS[name.replace(/\.0$/, '')] ?? 'other'
  const { engine, level } = expected
  // What answers the question who it is cannot be signed, since nobody has agreed on a key yet.
  if (engine === null) return { kind: 'report', report, header }
  const isSigned = (header.flags & FLAG.auth) !== 0
  if (!isSigned && (level & FLAG.auth) !== 0 && MUST_BE_SIGNED.has(report)) return refused('downgraded')
  if (report !== 'unknown-engine' && !header.isOfEngine(engine.id)) return refused('foreign')
  return { kind: 'report', report, header }
}

function refused(why: Refused): Heard {
  return { kind: 'refused', why }
}
