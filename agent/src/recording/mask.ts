import type { Fact, MibFacts } from '../mib/mib.ts'
import type { SnmpValue, Varbind } from '../snmp/snmp.ts'
import { createAddressMask, maskAddressText } from './address-mask.ts'
import { type IndexPart, indexParts, maskedOctets, maskIndex } from './index-mask.ts'
import { hostOfDescription, isLeftOut, isVersionObject, sensitiveBy } from './sensitive-object.ts'
import { compareArcs } from './snmprec.ts'

/** Takes from a recording what says whose device it was: names, contacts, serial numbers, addresses, secrets. */
export type Mask = (varbinds: readonly Varbind[]) => Promise<readonly Varbind[]>

/** Shorter words are too common to be looked for in other text. */
const SHORTEST_WORD = 4
/** Words looked for within other text; the rest are replaced only where they stand alone. */
const MOST_WORDS = 2_000
const MASKED_ENGINE = Uint8Array.from([0x80, 0, 0, 0, 4, 0x6d, 0x61, 0x73, 0x6b, 0x65, 0x64])
/** Columns whose facts are kept: more are of no device. */
const MOST_COLUMNS = 50_000
const ADDRESS_TYPES =
  /^(?:InetAddress|InetAddressIPv[46]z?|Ipv6Address|MacAddress|PhysAddress|NetworkAddress|IpAddress)/
const utf8 = new TextDecoder('utf-8', { fatal: true })

type Known = { readonly fact: Fact | undefined; readonly parts: readonly IndexPart[]; readonly prefix: number }

/** The same thing gets the same mask wherever it stands, in indexes too, so that tables of a masked recording still join. */
export function createMask(mib: MibFacts): Mask {
  return async (varbinds) => {
    const knownOf = columnFacts(mib)
    const addresses = createAddressMask()
    const words = new WordMask()
    const kept = varbinds.filter(({ oid }) => !isLeftOut(oid))
    const known: Known[] = []
    // Names first, so that they are found in text that stands before them.
    for (const { oid, value } of kept) {
      const one = await knownOf(oid)
      known.push(one)
      const what = one.fact === undefined ? undefined : sensitiveBy(one.fact)
      if (what?.kind === 'word' && value.kind === 'octets') words.learn(textIn(value.value), what.label)
      if (value.kind === 'address') addresses.ip(value.value.split('.').map(Number))
    }
    const masked = kept.map((varbind, at) => {
      const { fact, parts = [], prefix = 0 } = known[at] ?? {}
      const arcs = varbind.oid.split('.').map(Number)
      const index = fact === undefined ? [] : arcs.slice(prefix)
      const head = arcs.slice(0, arcs.length - index.length)
      const oid = [...head, ...words.inArcs(maskIndex(index, parts, addresses))]
      return { arcs: oid, oid: oid.join('.'), value: maskedValue(varbind.value, fact, { addresses, words }) }
    })
    return masked.sort((a, b) => compareArcs(a.arcs, b.arcs)).map(({ oid, value }) => ({ oid, value }))
  }
}

type Masks = { readonly addresses: ReturnType<typeof createAddressMask>; readonly words: WordMask }

function maskedValue(value: SnmpValue, fact: Fact | undefined, { addresses, words }: Masks): SnmpValue {
  if (value.kind === 'address') {
    return { kind: 'address', value: addresses.ip(value.value.split('.').map(Number)).join('.') }
  }
  if (value.kind !== 'octets' || value.value.length === 0) return value
  const what = fact === undefined ? undefined : sensitiveBy(fact)
  if (what?.kind === 'secret') return { kind: 'octets', value: new Uint8Array() }
  if (what?.kind === 'engine') return { kind: 'octets', value: MASKED_ENGINE }
  const octets = Array.from(value.value)
  const text = textIn(value.value)
  const isText = isPrintable(text)
  if (ADDRESS_TYPES.test(fact?.tc ?? '') || (fact?.base === 'OCTET STRING' && fact.range === '#6')) {
    const isOctets = !isText || octets.length === 6 || octets.length === 16
    if (isOctets) return { kind: 'octets', value: Uint8Array.from(maskedOctets(octets, addresses)) }
  }
  if (!isText)
    return { kind: 'octets', value: Uint8Array.from(addresses.knows(octets) ?? unknownOctets(octets, addresses)) }
  const host = fact?.name === 'sysDescr' ? hostOfDescription(text) : undefined
  const named = words.masked(host === undefined ? text : text.replace(` ${host} `, ` ${words.host(host)} `))
  const told = maskAddressText(named, addresses, isVersionObject(fact))
  return told === text ? value : { kind: 'octets', value: new TextEncoder().encode(told) }
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

/** Words that say whose device it is, and what stands in their place. */
class WordMask {
  readonly #masked = new Map<string, string>()
  readonly #counts = new Map<string, number>()
  #found: readonly string[] | undefined

  learn(text: string, label: string): void {
    if (text.trim() === '' || this.#masked.has(text)) return
    const count = (this.#counts.get(label) ?? 0) + 1
    this.#counts.set(label, count)
    const masked = label === 'serial' ? `SN${String(count).padStart(6, '0')}` : `${label}-${count}`
    this.#masked.set(text, masked)
    // A host's name stands elsewhere without its domain.
    const [host = ''] = text.split('.')
    if (label === 'name' && host.length >= SHORTEST_WORD && !this.#masked.has(host)) this.#masked.set(host, masked)
    this.#found = undefined
  }

  /** The mask of a host's name, however short. */
  host(name: string): string {
    this.learn(name, 'name')
    return this.#masked.get(name) ?? name
  }

  masked(text: string): string {
    const whole = this.#masked.get(text)
    if (whole !== undefined) return whole
    let told = text
    for (const word of this.#longest())
      if (told.includes(word)) told = told.replaceAll(word, this.#masked.get(word) ?? '')
    return told
  }

  /** Within an index, where text stands as numbers behind its length. */
  inArcs(arcs: readonly number[]): readonly number[] {
    for (let at = 0; at < arcs.length; at++) {
      const length = arcs[at] ?? 0
      if (length < SHORTEST_WORD || at + 1 + length > arcs.length || length > 64) continue
      const masked = this.#masked.get(String.fromCharCode(...arcs.slice(at + 1, at + 1 + length)))
      if (masked === undefined) continue
      const codes = Array.from(masked, (letter) => letter.charCodeAt(0))
      return [...arcs.slice(0, at), codes.length, ...codes, ...this.inArcs(arcs.slice(at + 1 + length))]
    }
    return arcs
  }

  #longest(): readonly string[] {
    this.#found ??= [...this.#masked.keys()]
      .filter((word) => word.length >= SHORTEST_WORD && !/^\d{1,6}$/.test(word))
      .sort((a, b) => b.length - a.length)
      .slice(0, MOST_WORDS)
    return this.#found
  }
}

/** Facts by column, since the instances of one follow each other. */
function columnFacts(mib: MibFacts): (oid: string) => Promise<Known> {
  const columns = new Map<string, Known>()
  let last: { readonly root: string; readonly known: Known } | undefined
  return async (oid) => {
    if (last !== undefined && oid.startsWith(last.root)) return last.known
    const named = await mib.lookup(oid)
    const isObject = named?.fact.kind === 'column' || named?.fact.kind === 'scalar'
    if (named === undefined || !isObject) return { fact: undefined, parts: [], prefix: 0 }
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
