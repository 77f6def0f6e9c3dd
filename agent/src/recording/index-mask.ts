import type { Fact, MibFacts } from '../mib/mib.ts'
import type { AddressMask } from './address-mask.ts'
import { guessedArcs } from './guessed-arcs.ts'
import type { WordMask } from './word-mask.ts'

export type Masks = { readonly addresses: AddressMask; readonly words: WordMask }

/** One part of an index, as its object's type says that it is written (RFC 2578, 7.7). */
export type IndexPart = {
  readonly kind: 'number' | 'ip4' | 'mac' | 'octets'
  /** Octets of a fixed size; undefined where a length comes first, 0 where the rest is meant (IMPLIED). */
  readonly size?: number
  readonly isAddress: boolean
}

/** The parts of the index of a column; none where the MIB does not tell. */
export async function indexParts(fact: Fact, mib: MibFacts): Promise<readonly IndexPart[]> {
  const parts: IndexPart[] = []
  for (const { oid, implied } of await mib.indexOf(fact)) {
    const column = oid === undefined ? undefined : (await mib.lookup(oid))?.fact
    if (column === undefined) return parts
    parts.push(partOf(column, implied))
  }
  return parts
}

function partOf({ base, tc, range }: Fact, implied: boolean): IndexPart {
  if (base === 'IpAddress') return { kind: 'ip4', isAddress: true }
  if (base !== 'OCTET STRING' && base !== 'OBJECT IDENTIFIER' && base !== 'BITS') {
    return { kind: 'number', isAddress: false }
  }
  const isAddress = /address|ipv[46]/i.test(tc) && base === 'OCTET STRING'
  const fixed = /^#(\d{1,3})$/.exec(range)?.[1] ?? (tc === 'MacAddress' ? '6' : tc === 'Ipv6Address' ? '16' : undefined)
  if (fixed === '6') return { kind: 'mac', size: 6, isAddress: true }
  const size = implied ? 0 : fixed === undefined ? undefined : Number(fixed)
  return { kind: 'octets', isAddress, ...(size !== undefined && { size }) }
}

/** The arcs of an index with its addresses and words replaced; what its type does not tell is looked at for both. */
export function maskIndex(arcs: readonly number[], parts: readonly IndexPart[], masks: Masks): readonly number[] {
  const out: number[] = []
  let at = 0
  for (const part of parts) {
    if (part.kind === 'number') {
      out.push(...arcs.slice(at, at + 1))
      at++
      continue
    }
    const hasLength = part.kind === 'octets' && part.size === undefined
    const length = part.kind === 'ip4' ? 4 : hasLength ? (arcs[at] ?? 0) : part.size || arcs.length - at
    const start = hasLength ? at + 1 : at
    const octets = arcs.slice(start, start + length)
    if (octets.length !== length) break
    at = start + length
    const masked = part.isAddress ? maskedOctets(octets, masks.addresses) : maskedText(octets, part, masks)
    out.push(...(hasLength ? [masked.length] : []), ...masked)
  }
  return [...out, ...guessedArcs(arcs.slice(at), masks)]
}

/** Text of an index; one of a fixed size keeps it. Octets that are no text may hold an address. */
function maskedText(octets: readonly number[], { size }: IndexPart, masks: Masks): readonly number[] {
  const isText = octets.length > 0 && octets.every((octet) => octet >= 0x20 && octet < 0x7f)
  if (!isText) return octets.length === 6 ? maskedOctets(octets, masks.addresses) : guessedArcs(octets, masks)
  const text = String.fromCharCode(...octets)
  const masked = masks.words.word(text)
  const sized = size === undefined || size === 0 || masked === text ? masked : masked.padStart(size, '-').slice(-size)
  return Array.from(sized, (letter) => letter.charCodeAt(0))
}

/** By length: 4 and 16 are IP addresses, 6 is a MAC address; 8 and 20 have a zone behind. */
export function maskedOctets(octets: readonly number[], mask: AddressMask): readonly number[] {
  if (octets.some((octet) => octet > 255)) return octets
  if (octets.length === 6) return mask.mac(octets)
  if (octets.length === 4 || octets.length === 16) return mask.ip(octets)
  if (octets.length === 8 || octets.length === 20) return [...mask.ip(octets.slice(0, -4)), ...octets.slice(-4)]
  return octets
}
