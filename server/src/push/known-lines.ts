const SPACE = 0x20
const BACKSLASH = 0x5c
const NEWLINE = 0x0a
/** Heads, a measurement with its tags each: room for 100,000 that are active and as many that were. */
const MAX_HEADS = 200_000
/** Fields of all heads. */
const MAX_FIELDS = 400_000
/** Their text. */
const MAX_TEXT_BYTES = 1 << 26
/** Longer ones are read anew each time. */
const MAX_KEPT_BYTES = 1_024
export const NONE = -1
// FNV-1a, 32 bits.
const FIRST_HASH = 0x811c9dc5
const HASH_PRIME = 0x01000193

/**
 * The heads and fields of lines that were read before, as bytes, with the series that they name. Lines come in the same
 * order again and again: each head knows which one followed it, so that most are found by comparing bytes alone.
 */
export class KnownLines {
  #text = new Uint8Array(4_096)
  #view = new DataView(this.#text.buffer)
  #textLength = 0
  readonly #heads = new Heads()
  readonly #fields = new Fields()
  /** Heads by hash, linearly probed; twice as many places as heads at least. */
  #table = new Int32Array(1_024).fill(NONE)

  /** The head that begins at `from`, NONE when it is not known. `guess` is looked at first. */
  head(body: DataView, from: number, guess: number): number {
    // What was cleared meanwhile has no row any more.
    if (guess >= 0 && guess < this.#heads.count && this.#isHead(guess, body, from)) return guess
    const end = body.byteLength
    let hash = FIRST_HASH
    for (let at = from; at < end; at++) {
      const byte = body.getUint8(at)
      if (byte === SPACE) return this.#find(hash, body, { from, to: at })
      if (byte === NEWLINE) return NONE
      hash = Math.imul(hash ^ byte, HASH_PRIME)
      if (byte !== BACKSLASH || at + 1 >= end || body.getUint8(at + 1) === NEWLINE) continue
      at++
      hash = Math.imul(hash ^ body.getUint8(at), HASH_PRIME)
    }
    return NONE
  }

  /** The head that followed this one. */
  after(head: number): number {
    return head < 0 ? NONE : (this.#heads.next[head] ?? NONE)
  }

  /** From now on `next` is looked at first after `head`. */
  follow(head: number, next: number): void {
    if (head >= 0) this.#heads.next[head] = next
  }

  headLength(head: number): number {
    return this.#heads.length[head] ?? 0
  }

  /** The first field of a head, the one after a field, NONE after the last. */
  firstField(head: number): number {
    return this.#heads.field[head] ?? NONE
  }

  fieldAfter(field: number): number {
    return this.#fields.next[field] ?? NONE
  }

  fieldLength(field: number): number {
    return this.#fields.length[field] ?? 0
  }

  refOf(field: number): number {
    return this.#fields.ref[field] ?? NONE
  }

  isField(field: number, body: DataView, from: number): boolean {
    return this.#isSame(this.#fields.at[field] ?? 0, body, { from, to: from + this.fieldLength(field) })
  }

  /** Keeps that the field whose name is at `name` is this series in lines with this head. */
  learn(body: DataView, head: Span, { name, ref }: { readonly name: Span; readonly ref: number }): void {
    const bytes = head.to - head.from + name.to - name.from
    if (bytes > MAX_KEPT_BYTES) return
    if (this.#isFull(bytes)) this.clear()
    const known = this.head(body, head.from, NONE)
    const index = known === NONE ? this.#addHead(body, head) : known
    for (let field = this.firstField(index); field !== NONE; field = this.fieldAfter(field)) {
      if (this.fieldLength(field) === name.to - name.from && this.isField(field, body, name.from)) return
    }
    this.#addField(index, this.#keep(body, name), { length: name.to - name.from, ref })
  }

  clear(): void {
    this.#heads.count = 0
    this.#fields.count = 0
    this.#textLength = 0
    this.#table.fill(NONE)
  }

  #isFull(bytes: number): boolean {
    const isCrowded = this.#heads.count >= MAX_HEADS || this.#fields.count >= MAX_FIELDS
    return isCrowded || this.#textLength + bytes > MAX_TEXT_BYTES
  }

  #isHead(head: number, body: DataView, from: number): boolean {
    const to = from + this.headLength(head)
    if (to >= body.byteLength || body.getUint8(to) !== SPACE) return false
    return this.#isSame(this.#heads.at[head] ?? 0, body, { from, to })
  }

  #isSame(kept: number, body: DataView, { from, to }: Span): boolean {
    if (to > body.byteLength) return false
    const text = this.#view
    let at = from
    let other = kept
    for (; at + 4 <= to; at += 4, other += 4) {
      if (body.getInt32(at, true) !== text.getInt32(other, true)) return false
    }
    for (; at < to; at++, other++) if (body.getUint8(at) !== text.getUint8(other)) return false
    return true
  }

  #find(hash: number, body: DataView, span: Span): number {
    const mask = this.#table.length - 1
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const head = this.#table[place] ?? NONE
      if (head === NONE) return NONE
      if (this.#heads.hash[head] === hash && this.headLength(head) === span.to - span.from) {
        if (this.#isSame(this.#heads.at[head] ?? 0, body, span)) return head
      }
    }
  }

  #addHead(body: DataView, span: Span): number {
    let hash = FIRST_HASH
    for (let at = span.from; at < span.to; at++) hash = Math.imul(hash ^ body.getUint8(at), HASH_PRIME)
    const head = this.#heads.add()
    this.#heads.at[head] = this.#keep(body, span)
    this.#heads.length[head] = span.to - span.from
    this.#heads.hash[head] = hash
    this.#heads.next[head] = NONE
    this.#heads.field[head] = NONE
    if (this.#heads.count * 2 > this.#table.length) this.#rehash()
    else this.#put(head, hash)
    return head
  }

  #rehash(): void {
    let places = this.#table.length
    while (places < this.#heads.count * 4) places *= 2
    this.#table = new Int32Array(places).fill(NONE)
    for (let head = 0; head < this.#heads.count; head++) this.#put(head, this.#heads.hash[head] ?? 0)
  }

  #put(head: number, hash: number): void {
    const mask = this.#table.length - 1
    let place = hash & mask
    while (this.#table[place] !== NONE) place = (place + 1) & mask
    this.#table[place] = head
  }

  /** At the end of the head's fields, so that they keep the order in which lines have them. */
  #addField(head: number, at: number, { length, ref }: { readonly length: number; readonly ref: number }): void {
    const field = this.#fields.add()
    this.#fields.at[field] = at
    this.#fields.length[field] = length
    this.#fields.ref[field] = ref
    this.#fields.next[field] = NONE
    let last = this.firstField(head)
    if (last === NONE) {
      this.#heads.field[head] = field
      return
    }
    while (this.fieldAfter(last) !== NONE) last = this.fieldAfter(last)
    this.#fields.next[last] = field
  }

  #keep(body: DataView, { from, to }: Span): number {
    const at = this.#textLength
    this.#textLength += to - from
    if (this.#textLength > this.#text.length) {
      const larger = new Uint8Array(Math.max(this.#textLength, this.#text.length * 2))
      larger.set(this.#text)
      this.#text = larger
      this.#view = new DataView(larger.buffer)
    }
    this.#text.set(new Uint8Array(body.buffer, body.byteOffset + from, to - from), at)
    return at
  }
}

/** Bytes from `from` to `to`, the last one excluded. */
export type Span = { readonly from: number; readonly to: number }

const FIRST_ROWS = 256
const rows = (): Int32Array => new Int32Array(FIRST_ROWS)

function twice(column: Int32Array): Int32Array {
  const larger = new Int32Array(column.length * 2)
  larger.set(column)
  return larger
}

/** A row for each head: where its text is and how long, its hash, the head that followed it, its first field. */
class Heads {
  count = 0
  at = rows()
  length = rows()
  hash = rows()
  next = rows()
  field = rows()

  add(): number {
    if (this.count === this.at.length) {
      this.at = twice(this.at)
      this.length = twice(this.length)
      this.hash = twice(this.hash)
      this.next = twice(this.next)
      this.field = twice(this.field)
    }
    return this.count++
  }
}

/** A row for each field of a head: where its name is and how long, its series, the head's next field. */
class Fields {
  count = 0
  at = rows()
  length = rows()
  ref = rows()
  next = rows()

  add(): number {
    if (this.count === this.at.length) {
      this.at = twice(this.at)
      this.length = twice(this.length)
      this.ref = twice(this.ref)
      this.next = twice(this.next)
    }
    return this.count++
  }
}
