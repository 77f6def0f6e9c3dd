import { PDU, Reader, TAG } from './message.ts'
import { formatOid } from './oid.ts'

/** What a device says happened; `other`: something that tells nothing of its links. */
export type NotificationKind = 'cold-start' | 'warm-start' | 'link-down' | 'link-up' | 'other'

export type Notification = {
  readonly kind: NotificationKind
  /** Sent back to whoever asks for a confirmation (RFC 3416, 4.2.7); v3 would need keys, and gets none. */
  readonly confirmation?: Uint8Array
}

const V1_TRAP = 0xa4
const [INFORM, V2_TRAP] = [0xa6, 0xa7]
/** Bit of msgFlags (RFC 3412, 6.4): what follows is encrypted. */
const PRIVACY = 2
/** snmpTrapOID.0 is the second varbind (RFC 3416, 4.2.6); some have it later. */
const MOST_LOOKED_AT = 8
const TRAP_OID = '1.3.6.1.6.3.1.1.4.1.0'
/** generic-trap of RFC 1157; the arcs of snmpTraps in RFC 3418 are one higher. */
const GENERIC: readonly NotificationKind[] = ['cold-start', 'warm-start', 'link-down', 'link-up']
const GENERIC_OID = /^1\.3\.6\.1\.6\.3\.1\.1\.5\.([1-4])$/

/**
 * Reads a trap or inform of v1, v2c or v3, v3 as far as it is not encrypted. Neither community nor user is checked: who
 * believes in it nonetheless must not take it for more than a hint. A string says what is wrong.
 */
export function readNotification(packet: Uint8Array): Notification | string {
  const reader = new Reader(packet)
  const end = reader.enter(TAG.sequence)
  const version = reader.integer(end)
  if (!reader.ok) return 'not an SNMP message'
  if (version === 3) return enterScoped(reader, end) ?? readPdu(reader, end)
  if (version !== 0 && version !== 1) return 'unknown SNMP version'
  skip(reader, TAG.octets, end)
  const tagAt = reader.at
  const read = readPdu(reader, end)
  if (typeof read === 'string' || packet[tagAt] !== INFORM) return read
  const confirmation = Uint8Array.from(packet)
  confirmation[tagAt] = PDU.response
  return { ...read, confirmation }
}

/** Steps to the PDU of a v3 message (RFC 3412, 6); a string where there is no way. */
function enterScoped(reader: Reader, end: number): string | undefined {
  const headerEnd = reader.enter(TAG.sequence, end)
  reader.integer(headerEnd)
  reader.integer(headerEnd)
  const flagsEnd = reader.enter(TAG.octets, headerEnd)
  const flags = reader.ok && flagsEnd > reader.at ? (reader.packet[reader.at] ?? 0) : 0
  reader.at = headerEnd
  skip(reader, TAG.octets, end)
  if (!reader.ok) return 'message cut short or damaged'
  if ((flags & PRIVACY) !== 0) return 'encrypted'
  const scopedEnd = reader.enter(TAG.sequence, end)
  skip(reader, TAG.octets, scopedEnd)
  skip(reader, TAG.octets, scopedEnd)
  return reader.ok ? undefined : 'message cut short or damaged'
}

function readPdu(reader: Reader, limit: number): Notification | string {
  const tag = reader.packet[reader.at] ?? 0
  if (tag !== V1_TRAP && tag !== INFORM && tag !== V2_TRAP) return 'not a notification'
  const end = reader.enter(tag, limit)
  const kind = tag === V1_TRAP ? genericOf(reader, end) : trapOf(reader, end)
  return reader.ok ? { kind } : 'message cut short or damaged'
}

/** Of the PDU of v1: enterprise, address, generic-trap. */
function genericOf(reader: Reader, end: number): NotificationKind {
  skip(reader, TAG.oid, end)
  skip(reader, TAG.address, end)
  return GENERIC[reader.integer(end)] ?? 'other'
}

function trapOf(reader: Reader, pduEnd: number): NotificationKind {
  for (let skipped = 0; skipped < 3; skipped++) reader.integer(pduEnd)
  const end = reader.enter(TAG.sequence, pduEnd)
  for (let seen = 0; seen < MOST_LOOKED_AT && reader.ok && reader.at < end; seen++) {
    const varbindEnd = reader.enter(TAG.sequence, end)
    const nameEnd = reader.enter(TAG.oid, varbindEnd)
    if (!reader.ok) break
    const name = formatOid(reader.packet, reader.at, nameEnd)
    reader.at = nameEnd
    if (name === TRAP_OID) {
      const valueEnd = reader.enter(TAG.oid, varbindEnd)
      if (!reader.ok) break
      const arc = GENERIC_OID.exec(formatOid(reader.packet, reader.at, valueEnd))?.[1]
      return GENERIC[Number(arc) - 1] ?? 'other'
    }
    reader.at = varbindEnd
  }
  return 'other'
}

function skip(reader: Reader, tag: number, limit: number): void {
  const end = reader.enter(tag, limit)
  if (reader.ok) reader.at = end
}
