const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const COMMA = 0x2c
const OPEN = [0x7b, 0x5b]
const CLOSE = [0x7d, 0x5d]
/** Longer names of members are not remembered. */
const NAME_MAX = 16

/** Finds the member `data` of a JSON object in bytes that come piece by piece, and gives its bytes as they are. */
export class DataMember {
  #depth = 0
  #isString = false
  #isEscaped = false
  #name = ''
  #state: 'before' | 'value' | 'inside' | 'after' = 'before'

  /** Whether the whole member was seen. */
  get isWhole(): boolean {
    return this.#state === 'after'
  }

  /** The part of these bytes that belongs to the member; empty when none does. */
  take(bytes: Uint8Array): Uint8Array {
    let from = this.#state === 'inside' ? 0 : -1
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0
      if (this.#isString) {
        this.#inString(byte)
        continue
      }
      if (this.#state === 'value' && byte > 0x20) {
        this.#state = 'inside'
        from = at
      }
      const isEnd = this.#outside(byte)
      if (!isEnd) continue
      this.#state = 'after'
      const end = byte === COMMA || this.#depth === 0 ? at : at + 1
      return bytes.subarray(from < 0 ? 0 : from, end)
    }
    return this.#state === 'inside' && from >= 0 ? bytes.subarray(from) : bytes.subarray(0, 0)
  }

  #inString(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (byte === BACKSLASH) this.#isEscaped = true
    else if (byte === QUOTE) {
      this.#isString = false
      return
    }
    if (this.#depth === 1 && this.#state === 'before' && this.#name.length <= NAME_MAX) {
      this.#name += String.fromCharCode(byte)
    }
  }

  /** A byte outside of strings; true when the member ends with it or before it. */
  #outside(byte: number): boolean {
    if (byte === QUOTE) {
      this.#isString = true
      if (this.#depth === 1 && this.#state === 'before') this.#name = ''
    } else if (byte === COLON) {
      if (this.#depth === 1 && this.#state === 'before' && this.#name === 'data') this.#state = 'value'
    } else if (OPEN.includes(byte)) this.#depth++
    else if (CLOSE.includes(byte)) {
      this.#depth--
      return this.#state === 'inside' && this.#depth <= 1
    } else if (byte === COMMA) return this.#state === 'inside' && this.#depth === 1
    return false
  }
}
