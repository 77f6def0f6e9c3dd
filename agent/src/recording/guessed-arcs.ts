import type { AddressMask } from './address-mask.ts'
import type { WordMask } from './word-mask.ts'

/** Text behind its length: longer is of no index. */
const MOST_TEXT = 64
/** Letters in a row that are a text without a length before it. */
const LETTERS_IN_A_ROW = 4

type Masks = { readonly addresses: AddressMask; readonly words: WordMask }
type Found = { readonly length: number; readonly arcs: readonly number[] }

/** Arcs of which no MIB tells what they are, with what looks like addresses and text replaced. */
export function guessedArcs(arcs: readonly number[], masks: Masks): readonly number[] {
  const out: number[] = []
  for (let at = 0; at < arcs.length; ) {
    const rest = arcs.slice(at, at + MOST_TEXT + 1)
    const found = addressAt(rest, masks.addresses) ?? textAt(rest, masks.words)
    out.push(...(found?.arcs ?? rest.slice(0, 1)))
    at += found?.length ?? 1
  }
  return out
}

function addressAt(arcs: readonly number[], mask: AddressMask): Found | undefined {
  for (const length of [16, 6, 4]) {
    const octets = arcs.slice(0, length)
    if (octets.length < length || octets.some((octet) => octet > 255)) continue
    const known = mask.knows(octets)
    if (known !== undefined) return { length, arcs: known }
    if (length === 16 && isV6(octets)) return { length, arcs: mask.ip(octets) }
    if (length === 6 && arcs.length === 6 && isMac(octets)) return { length, arcs: mask.mac(octets) }
    if (length === 4 && isPrivate(octets)) return { length, arcs: mask.ip(octets) }
  }
  return undefined
}

function isV6([first = 0, second = 0]: readonly number[]): boolean {
  return (first === 0x20 && second === 1) || (first === 0xfe && second === 0x80) || first === 0xfd
}

/** At the end of an OID: numbers of columns and rows are seldom so large, and so many. */
function isMac(octets: readonly number[]): boolean {
  return ((octets[0] ?? 0) & 1) === 0 && octets.filter((octet) => octet > 31).length >= 3 && !octets.every(isLetter)
}

/** Of 10/8 only what no column has in its number: 10.1.1.5 may as well be one. */
function isPrivate([first = 0, second = 0, third = 0, last = 0]: readonly number[]): boolean {
  if (first === 192 && second === 168) return true
  if (first === 172 && second >= 16 && second < 32) return true
  return first === 10 && (second > 31 || third > 31 || last > 31)
}

function textAt(arcs: readonly number[], words: WordMask): Found | undefined {
  const [length = 0] = arcs
  const behind = arcs.slice(1, 1 + length)
  const isText = length >= 2 && behind.length === length && behind.every((arc) => arc >= 0x20 && arc < 0x7f)
  if (isText && behind.filter(isLetter).length * 2 >= length) {
    const masked = codes(words.word(String.fromCharCode(...behind)))
    return { length: length + 1, arcs: [masked.length, ...masked] }
  }
  const end = arcs.findIndex((arc) => !isLetter(arc))
  const run = arcs.slice(0, end < 0 ? arcs.length : end)
  if (run.length < LETTERS_IN_A_ROW) return undefined
  return { length: run.length, arcs: codes(words.word(String.fromCharCode(...run))) }
}

function isLetter(arc: number): boolean {
  return (arc >= 65 && arc <= 90) || (arc >= 97 && arc <= 122)
}

function codes(text: string): readonly number[] {
  return Array.from(text, (letter) => letter.charCodeAt(0))
}
