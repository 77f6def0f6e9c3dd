import { EyeNetError } from '@eyenet/shared/errors'

/** The content octets of a BER object identifier (X.690, 8.19), without tag and length. */
export type EncodedOid = Uint8Array

/** RFC 2578, 3.5: an OID has 128 sub-identifiers at most. */
const MAX_ARCS = 128
const MAX_ARC = 0xffff_ffff
/** Enough for a few device profiles; beyond it the cache starts over, so hostile input cannot fill memory. */
const MAX_CACHED = 4096
const encoded = new Map<string, EncodedOid>()

/** Encodes a dotted OID such as `1.3.6.1.2.1.1.3.0`; a leading dot is allowed. Throws `invalid` on anything else. */
export function encodeOid(dotted: string): EncodedOid {
  const known = encoded.get(dotted)
  if (known) return known
  const bytes = parseOid(dotted)
  if (encoded.size >= MAX_CACHED) encoded.clear()
  encoded.set(dotted, bytes)
  return bytes
}

/** As encodeOid, for names that come once: nothing is remembered. */
export function parseOid(dotted: string): EncodedOid {
  return Uint8Array.from(octetsOf(dotted))
}

/** Encodes the part of an OID behind a column, such as `1` or `1.4.192.0.2.1`. Throws `invalid` on anything else. */
export function encodeSuffix(dotted: string): EncodedOid {
  const out: number[] = []
  for (const arc of arcsOf(dotted)) pushArc(out, arc)
  return Uint8Array.from(out)
}

/** The dotted form of the octets [start, end) of a well-formed OID. An empty one is `0.0`, SNMP's null OID. */
export function formatOid(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = ''
  let arc = 0
  for (let at = start; at < end; at++) {
    const octet = bytes[at] ?? 0
    arc = arc * 128 + (octet & 0x7f)
    if (octet >= 0x80) continue
    if (text !== '') text += `.${arc}`
    else if (arc < 80) text = arc < 40 ? `0.${arc}` : `1.${arc - 40}`
    else text = `2.${arc - 80}`
    arc = 0
  }
  return text === '' ? '0.0' : text
}

/** The dotted form of sub-identifiers behind a column: no special first octet. */
export function formatSuffix(bytes: Uint8Array, start = 0, end = bytes.length): string {
  if (end - start === 1) return String(bytes[start] ?? 0)
  let text = ''
  let arc = 0
  for (let at = start; at < end; at++) {
    const octet = bytes[at] ?? 0
    arc = arc * 128 + (octet & 0x7f)
    if (octet >= 0x80) continue
    text += text === '' ? arc : `.${arc}`
    arc = 0
  }
  return text
}

/** Whether the octets [start, end) are whole, shortest-form sub-identifiers of 32 bits, 128 at most. */
export function isWellFormedOid(bytes: Uint8Array, start: number, end: number): boolean {
  let arcs = 0
  for (let at = start; at < end; arcs++) {
    let octet = bytes[at++] ?? 0
    // Most sub-identifiers are one octet.
    if (octet < 0x80) continue
    if (octet === 0x80) return false
    let arc = octet & 0x7f
    // The first one of 2.x carries 80 more than its value.
    const most = MAX_ARC + (arcs === 0 ? 80 : 0)
    while (octet >= 0x80) {
      if (at === end) return false
      octet = bytes[at++] ?? 0
      arc = arc * 128 + (octet & 0x7f)
      if (arc > most) return false
    }
  }
  return arcs > 0 && arcs < MAX_ARCS
}

/** Where an OID lies: its octets [start, end). */
export type OidAt = { readonly bytes: Uint8Array; readonly start: number; readonly end: number }

/** Order of two well-formed OIDs by sub-identifier: negative, zero or positive. */
export function compareOid(a: EncodedOid, b: EncodedOid): number {
  return compareOidAt({ bytes: a, start: 0, end: a.length }, { bytes: b, start: 0, end: b.length })
}

/** As compareOid, where they lie in packets. */
export function compareOidAt(a: OidAt, b: OidAt): number {
  const [aLength, bLength] = [a.end - a.start, b.end - b.start]
  const shared = Math.min(aLength, bLength)
  let at = 0
  while (at < shared && a.bytes[a.start + at] === b.bytes[b.start + at]) at++
  if (at === shared) return aLength - bLength
  // The first different octet may lie inside a sub-identifier: the longer one of the two is then the greater.
  let from = at
  while (from > 0 && (a.bytes[a.start + from - 1] ?? 0) >= 0x80) from--
  const longer = arcLength(a, from) - arcLength(b, from)
  return longer !== 0 ? longer : (a.bytes[a.start + at] ?? 0) - (b.bytes[b.start + at] ?? 0)
}

/** Whether an OID begins with `prefix` and goes on. */
export function isBelow(prefix: EncodedOid, { bytes, start, end }: OidAt): boolean {
  if (end - start <= prefix.length) return false
  // The last octets differ most often: compare from the end.
  for (let at = prefix.length - 1; at >= 0; at--) if (prefix[at] !== bytes[start + at]) return false
  return true
}

function arcLength({ bytes, start, end }: OidAt, from: number): number {
  let at = start + from
  while (at < end && (bytes[at] ?? 0) >= 0x80) at++
  return at - start - from
}

function octetsOf(dotted: string): number[] {
  const arcs = arcsOf(dotted.startsWith('.') ? dotted.slice(1) : dotted)
  const [first, second] = arcs
  if (first === undefined || second === undefined || first > 2 || (first < 2 && second > 39)) throw notAnOid(dotted)
  const out: number[] = []
  pushArc(out, first * 40 + second)
  for (const arc of arcs.slice(2)) pushArc(out, arc)
  return out
}

function arcsOf(dotted: string): number[] {
  if (!/^\d{1,10}(\.\d{1,10})*$/.test(dotted)) throw notAnOid(dotted)
  const arcs = dotted.split('.').map(Number)
  if (arcs.length > MAX_ARCS || arcs.some((arc) => arc > MAX_ARC)) throw notAnOid(dotted)
  return arcs
}

function pushArc(out: number[], arc: number): void {
  let shift = 1
  while (arc >= shift * 128) shift *= 128
  for (; shift > 1; shift /= 128) out.push(0x80 | (Math.floor(arc / shift) % 128))
  out.push(arc % 128)
}

function notAnOid(dotted: string): EyeNetError {
  const found = JSON.stringify(dotted.slice(0, 80))
  return new EyeNetError(
    'invalid',
    `${found} is not an object identifier; write numbers with dots, such as 1.3.6.1.2.1.1.3.0`,
  )
}
