/** Growing bytes with numbers of variable length (7 bits per octet, low ones first), and their reader. */
export class ByteWriter {
  #bytes = new Uint8Array(1024)
  #length = 0

  byte(value: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2)
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    this.#bytes[this.#length++] = value
  }

  number(value: number): void {
    let rest = value
    while (rest > 127) {
      this.byte((rest % 128) + 128)
      rest = Math.floor(rest / 128)
    }
    this.byte(rest)
  }

  /** Small negative numbers stay small: 0, -1, 1, -2 become 0, 1, 2, 3. */
  signed(value: number): void {
    this.number(value < 0 ? -2 * value - 1 : 2 * value)
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }
}

/** Reads what ByteWriter wrote. Behind the end every number is 0, so that a cut file ends in a check and not in a loop. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? 0
  }

  number(): number {
    let octet = this.byte()
    if (octet < 128) return octet
    let value = octet - 128
    for (let weight = 128; octet > 127 && weight < 2 ** 50; weight *= 128) {
      octet = this.byte()
      value += (octet & 127) * weight
    }
    return value
  }

  signed(): number {
    const value = this.number()
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2
  }

  atEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  overran(): boolean {
    return this.#at > this.#bytes.length
  }
}
