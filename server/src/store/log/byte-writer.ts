/** Bytes written one after the other into a buffer that grows and is used again. Little-endian. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafe(1 << 14)
  #length = 0

  reset(): void {
    this.#length = 0
  }

  u8(value: number): void {
    this.#need(1)
    this.#bytes[this.#length++] = value
  }

  u32(value: number): void {
    this.#need(4)
    this.#length = this.#bytes.writeUInt32LE(value, this.#length)
  }

  f64(value: number): void {
    this.#need(8)
    this.#length = this.#bytes.writeDoubleLE(value, this.#length)
  }

  /** A whole number from 0 to 2^53, seven bits a byte. */
  varint(value: number): void {
    this.#need(8)
    let rest = value
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) + 128
      rest = Math.floor(rest / 128)
    }
    this.#bytes[this.#length++] = rest
  }

  bytes(source: Uint8Array): void {
    this.#need(source.length)
    this.#bytes.set(source, this.#length)
    this.#length += source.length
  }

  /** Room for `length` bytes, which the caller fills through `room`; returns where they start. */
  reserve(length: number): number {
    this.#need(length)
    const start = this.#length
    this.#length += length
    return start
  }

  /** The buffer behind, valid until the next write. */
  get room(): Buffer {
    return this.#bytes
  }

  get length(): number {
    return this.#length
  }

  /** What was written; valid until the next write. */
  written(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  #need(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more))
    larger.set(this.written())
    this.#bytes = larger
  }
}
