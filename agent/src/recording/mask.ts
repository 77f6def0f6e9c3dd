import type { Fact, MibFacts } from '../mib/mib.ts'
import type { SnmpValue, Varbind } from '../snmp/snmp.ts'
import { createAddressMask, maskAddressText } from './address-mask.ts'
import { guessedArcs } from './guessed-arcs.ts'
import { type IndexPart, indexParts, type Masks, maskedOctets, maskIndex } from './index-mask.ts'
import { maskPortName } from './port-name.ts'
import { hostOfDescription, isLeftOut, isVersionObject, sensitiveBy } from './sensitive-object.ts'
import { compareArcs } from './snmprec.ts'
import { WordMask } from './word-mask.ts'

/** Takes from a recording what says whose device it was: names, contacts, serial numbers, addresses, secrets. */
export type Mask = (varbinds: readonly Varbind[]) => Promise<readonly Varbind[]>

const MASKED_ENGINE = Uint8Array.from([0x80, 0, 0, 0, 4, 0x6d, 0x61, 0x73, 0x6b, 0x65, 0x64])
/** Columns whose facts are kept: more are of no device. */
const MOST_COLUMNS = 50_000
const ADDRESS_TYPES = /address|ipv[46]/i
const TEXT_TYPES = /string|text|name/i
/** Octets that are no address however long they are. */
const HARMLESS = /date|time|bits|bitmap|portlist|ports$|vlan|mask$|capabilit|status|version|float|flags|counter/i
/** Before these arcs of an undescribed object stand its vendor's, 1.3.6.1.4.1.9. */
const VENDOR_ARCS = 7
const utf8 = new TextDecoder('utf-8', { fatal: true })

type Known = { readonly fact: Fact | undefined; readonly parts: readonly IndexPart[]; readonly prefix: number }

/**
 * The same thing gets the same mask wherever it stands, in indexes too, so that tables of a masked recording still join.
 * `told` hears how many values no MIB describes.
 */
export function createMask(mib: MibFacts, told?: (undescribed: number) => void): Mask {
  return async (varbinds) => {
    const knownOf = columnFacts(mib)
    const masks = { addresses: createAddressMask(), words: new WordMask() }
    const kept = varbinds.filter(({ oid }) => !isLeftOut(oid))
    const rows: Row[] = []
    // Names first, so that they are found in text that stands before them.
    for (const { oid, value } of kept) {
      const known = await knownOf(oid)
      rows.push({ oid, value, known, ...(value.kind === 'oid' && { pointed: await knownOf(value.value) }) })
      const what = known.fact === undefined ? undefined : sensitiveBy(known.fact)
      if (what?.kind === 'word' && value.kind === 'octets') masks.words.learn(textIn(value.value), what.label)
      if (value.kind === 'address') masks.addresses.ip(value.value.split('.').map(Number))
    }
    told?.(rows.filter(({ known }) => known.fact === undefined).length)
    // Twice, so that what is an address by one object's type is found in others that stand before it.
    for (const row of rows) maskedRow(row, masks)
    return rows
      .map((row) => maskedRow(row, masks))
      .sort((a, b) => compareArcs(a.arcs, b.arcs))
      .map(({ arcs, value }) => ({ oid: arcs.join('.'), value }))
  }
}

type Row = Varbind & { readonly known: Known; readonly pointed?: Known }

function maskedRow({ oid, value, known, pointed }: Row, masks: Masks): { arcs: readonly number[]; value: SnmpValue } {
  const arcs = maskedOid(oid, known, masks)
  if (value.kind !== 'oid' || pointed === undefined) return { arcs, value: maskedValue(value, known.fact, masks) }
  return { arcs, value: { kind: 'oid', value: maskedOid(value.value, pointed, masks).join('.') } }
}

function maskedOid(oid: string, { fact, parts, prefix }: Known, masks: Masks): readonly number[] {
  const arcs = oid.split('.').map(Number)
  const index = arcs.slice(prefix)
  const masked = fact === undefined ? guessedArcs(index, masks) : maskIndex(index, parts, masks)
  return [...arcs.slice(0, prefix), ...masked]
}

function maskedValue(value: SnmpValue, fact: Fact | undefined, masks: Masks): SnmpValue {
  const { addresses } = masks
  if (value.kind === 'address') {
    return { kind: 'address', value: addresses.ip(value.value.split('.').map(Number)).join('.') }
  }
  if (value.kind === 'opaque' && fact === undefined) return { kind: 'opaque', value: new Uint8Array() }
  if (value.kind !== 'octets' || value.value.length === 0) return value
  const what = fact === undefined ? undefined : sensitiveBy(fact)
  if (what?.kind === 'secret') return { kind: 'octets', value: new Uint8Array() }
  if (what?.kind === 'engine') return { kind: 'octets', value: MASKED_ENGINE }
  const octets = Array.from(value.value)
  const text = textIn(value.value)
  const isText = isPrintable(text)
  if (isAddressObject(fact) && (!isText || [4, 6, 16].includes(octets.length))) {
    return { kind: 'octets', value: Uint8Array.from(maskedOctets(octets, addresses)) }
  }
  if (!isText) return { kind: 'octets', value: Uint8Array.from(unreadOctets(octets, fact, masks)) }
  const told = fact === undefined ? masks.words.unknown(text) : maskedText(text, fact, masks)
  return told === text ? value : { kind: 'octets', value: new TextEncoder().encode(told) }
}

function isAddressObject(fact: Fact | undefined): boolean {
  if (fact?.base !== 'OCTET STRING') return false
  if (ADDRESS_TYPES.test(fact.tc) || fact.range === '#6') return true
  return /addr/i.test(fact.name) && !TEXT_TYPES.test(fact.tc)
}

function maskedText(text: string, fact: Fact, { addresses, words }: Masks): string {
  const host = fact.name === 'sysDescr' ? hostOfDescription(text) : undefined
  const named = words.masked(host === undefined ? text : text.replace(` ${host} `, ` ${words.host(host)} `))
  const told = maskAddressText(named, addresses, isVersionObject(fact))
  return /^if(?:Descr|Name)$/.test(fact.name) ? maskPortName(told, words) : told
}

function unreadOctets(octets: readonly number[], fact: Fact | undefined, { addresses }: Masks): readonly number[] {
  const known = addresses.knows(octets)
  if (known !== undefined) return known
  const isAddress = [4, 6, 16].includes(octets.length)
  // Text behind a length or between zeros, keys: nobody can say what octets of an undescribed object hold.
  if (fact === undefined) return isAddress ? maskedOctets(octets, addresses) : octets.map(() => 0)
  const isHarmless = fact.base === 'BITS' || HARMLESS.test(fact.tc) || HARMLESS.test(fact.name)
  return isAddress && !isHarmless ? maskedOctets(octets, addresses) : unknownOctets(octets, addresses)
}

/** Six octets that are no text are a MAC address more often than anything else; so are those behind a type octet. */
function unknownOctets(octets: readonly number[], mask: Masks['addresses']): readonly number[] {
  if (octets.length === 6) return mask.mac(octets)
  // LLDP's network address: its family, 1 for IPv4, then the address.
  if (octets.length === 5 && octets[0] === 1) return [1, ...mask.ip(octets.slice(1))]
  const tail = octets.length === 8 || octets.length === 7 ? octets.slice(-6) : []
  const known = tail.length === 6 ? mask.knows(tail) : undefined
  return known === undefined ? octets : [...octets.slice(0, -6), ...known]
}

/** Facts by column, since the instances of one follow each other. */
function columnFacts(mib: MibFacts): (oid: string) => Promise<Known> {
  const columns = new Map<string, Known>()
  let last: { readonly root: string; readonly known: Known } | undefined
  return async (oid) => {
    if (last !== undefined && oid.startsWith(last.root)) return last.known
    const named = await mib.lookup(oid)
    const isObject = named?.fact.kind === 'column' || named?.fact.kind === 'scalar'
    if (named === undefined || !isObject) return { fact: undefined, parts: [], prefix: VENDOR_ARCS }
    const found = columns.get(named.fact.oid)
    const known = found ?? {
      fact: named.fact,
      parts: named.fact.kind === 'column' ? await indexParts(named.fact, mib) : [],
      prefix: named.fact.oid.split('.').length,
    }
    if (columns.size < MOST_COLUMNS) columns.set(named.fact.oid, known)
    last = { root: `${named.fact.oid}.`, known }
    return known
  }
}

function textIn(octets: Uint8Array): string {
  try {
    return utf8.decode(octets)
  } catch {
    return Buffer.from(octets).toString('latin1')
  }
}

function isPrintable(text: string): boolean {
  return !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffd]/.test(text.replace(/\0$/, ''))
}
