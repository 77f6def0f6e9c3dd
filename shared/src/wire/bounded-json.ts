import { EyeNetError } from '../errors/errors.ts'

/** The largest message that is meant is the report of a device with 20,000 interfaces of nine texts and numbers. */
const MAX_VALUES = 250_000
/**
 * Ways to begin an object: each costs the parser a hidden class, and a message of ours has some hundred. Without a bound
 * 200,000 names that all differ cost half a second.
 */
const MAX_BEGINNINGS = 8_192
const MAX_DEPTH = 16
/** What is shorter than this cannot cost much, whatever it holds. */
const HARMLESS_BYTES = 4_096

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_LIST = 0x5b
const OPEN_OBJECT = 0x7b
const CLOSE_LIST = 0x5d
const CLOSE_OBJECT = 0x7d

/**
 * The value of a JSON text in UTF-8 from somebody who may mean ill: some kilobytes inflate to megabytes that would keep
 * a parser for seconds. Throws `invalid` for what is no JSON, is nested too deep or has too many members.
 */
export function parseBoundedJson(body: Uint8Array): unknown {
  if (body.length > HARMLESS_BYTES) refuseCostly(body)
  try {
    return JSON.parse(strictUtf8.decode(body))
  } catch (cause) {
    throw new EyeNetError('invalid', 'the message is not JSON in UTF-8', { cause })
  }
}

/** Counts what a parser would build, without building it. What is no JSON may pass: the parser stops at its fault. */
function refuseCostly(body: Uint8Array): void {
  const beginnings = new Beginnings()
  let depth = 0
  let values = 0
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]
    if (byte === QUOTE) {
      const from = at + 1
      at = endOfText(body, from)
      if (isName(body, at + 1) && beginnings.add(depth, body.subarray(from, at)) > MAX_BEGINNINGS) {
        throw tooCostly(`over ${MAX_BEGINNINGS} kinds of objects`)
      }
    } else if (byte === COMMA || byte === OPEN_LIST || byte === OPEN_OBJECT) {
      if (++values > MAX_VALUES) throw tooCostly(`over ${MAX_VALUES} values`)
      if (byte === COMMA) continue
      if (++depth > MAX_DEPTH) throw tooCostly(`over ${MAX_DEPTH} lists or objects in each other`)
      beginnings.open(depth)
    } else if ((byte === CLOSE_LIST || byte === CLOSE_OBJECT) && depth > 0) depth--
  }
}

/** Counts the different sequences of names that objects begin with; two may be taken for one, which does no harm. */
class Beginnings {
  /** Of each open object a hash of the names so far. */
  readonly #hashes = new Int32Array(MAX_DEPTH + 1)
  readonly #seen = new Uint8Array(1 << 18)
  #count = 0

  open(depth: number): void {
    this.#hashes[depth] = 0
  }

  /** The name that an object goes on with; how many beginnings there are now. */
  add(depth: number, name: Uint8Array): number {
    let hash = (this.#hashes[depth] ?? 0) ^ FNV_OFFSET
    for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ (name[at] ?? 0), FNV_PRIME)
    this.#hashes[depth] = hash
    const place = (hash ^ (hash >>> 15)) & (this.#seen.length - 1)
    if (this.#seen[place] === 0) this.#count++
    this.#seen[place] = 1
    return this.#count
  }
}

/** The hash of Fowler, Noll and Vo, 32 bits. */
const FNV_OFFSET = 0x811c9dc5 | 0
const FNV_PRIME = 0x01000193

/** Whether a colon follows: then the text before is a name. */
function isName(body: Uint8Array, from: number): boolean {
  let at = from
  while (SPACES.has(body[at] ?? 0)) at++
  return body[at] === COLON
}
const SPACES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d])

function endOfText(body: Uint8Array, from: number): number {
  let at = from
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1
  return at
}

function tooCostly(what: string): EyeNetError {
  return new EyeNetError('invalid', `the message is refused: it has ${what}`)
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })
