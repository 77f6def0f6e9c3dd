import type { VarbindList } from './message.ts'
import { compareOid, type EncodedOid } from './oid.ts'

/** One column on its way through a table: what is below its prefix, in rising order. Names are compared where they lie. */
export class ColumnTrack {
  readonly column: number
  readonly prefix: EncodedOid
  /** Rows that the device gave so far. */
  rows = 0
  isEnded = false
  /** The last name that the device gave, in octets of its own: no packet is kept for it. */
  #cursor: EncodedOid
  /** Where that name is in the answer that is being read; -1 where it is in `#cursor`. */
  #at = -1

  constructor(column: number, prefix: EncodedOid) {
    this.column = column
    this.prefix = prefix
    this.#cursor = prefix
  }

  /** The name to ask on from. */
  get cursor(): EncodedOid {
    return this.#cursor
  }

  /** Whether varbind `at` lies in this column. */
  holds(list: VarbindList, at: number): boolean {
    const { prefix } = this
    const { packet } = list
    const start = list.nameStart(at)
    if (list.nameEnd(at) - start <= prefix.length) return false
    // The last octets differ most often: compare from the end.
    for (let octet = prefix.length - 1; octet >= 0; octet--) if (prefix[octet] !== packet[start + octet]) return false
    return true
  }

  /** Steps to varbind `at`, which the column holds; false where it does not come behind the last one. */
  step(list: VarbindList, at: number): boolean {
    if (!this.#isBehind(list, at)) return false
    this.#at = at
    this.rows++
    return true
  }

  /** Keeps the last name: the answer that was read is of no use any more. */
  rest(list: VarbindList): void {
    if (this.#at < 0) return
    const { packet } = list
    const start = list.nameStart(this.#at)
    const length = list.nameEnd(this.#at) - start
    if (this.#cursor.length !== length || this.#cursor === this.prefix) this.#cursor = new Uint8Array(length)
    for (let octet = 0; octet < length; octet++) this.#cursor[octet] = packet[start + octet] ?? 0
    this.#at = -1
  }

  #isBehind(list: VarbindList, at: number): boolean {
    const { packet } = list
    const isHere = this.#at >= 0
    const last = isHere ? packet : this.#cursor
    const lastStart = isHere ? list.nameStart(this.#at) : 0
    const lastEnd = isHere ? list.nameEnd(this.#at) : last.length
    const start = list.nameStart(at)
    const end = list.nameEnd(at)
    // Where both have one octet behind the same prefix, or differ in single octets alone, numbers are octets.
    if (end - start === lastEnd - lastStart) {
      for (let octet = this.prefix.length; octet < end - start; octet++) {
        const [now, before] = [packet[start + octet] ?? 0, last[lastStart + octet] ?? 0]
        if (now === before) continue
        if (now >= 0x80 || before >= 0x80) break
        return now > before
      }
    }
    return compareOid(packet.subarray(start, end), last.subarray(lastStart, lastEnd)) > 0
  }
}
