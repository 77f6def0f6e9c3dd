// Words are loaded whole from any bit on, so that the last ones reach behind the end.
const PADDING = 16

/** Bytes of one chunk, copied to where words may be read past their end. One chunk at a time. */
export class ChunkBytes {
  #bytes = new Uint8Array(1 << 14)
  view = new DataView(this.#bytes.buffer)
  position = 0
  #end = 0

  load(source: Uint8Array): void {
    if (source.length + PADDING > this.#bytes.length) {
      this.#bytes = new Uint8Array(source.length * 2 + PADDING)
      this.view = new DataView(this.#bytes.buffer)
    }
    this.#bytes.set(source)
    this.position = 0
    this.#end = source.length
  }

  u8(): number {
    this.skip(1)
    return this.view.getUint8(this.position - 1)
  }

  f64(): number {
    this.skip(8)
    return this.view.getFloat64(this.position - 8, true)
  }

  /** The next eight bytes, whatever kind of NaN they are, into a column. */
  copyWord(words: Uint32Array, index: number): void {
    this.skip(8)
    words[2 * index] = this.view.getUint32(this.position - 8, true)
    words[2 * index + 1] = this.view.getUint32(this.position - 4, true)
  }

  varint(): number {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = this.u8()
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }

  /** Moves on; RangeError past the end. */
  skip(length: number): void {
    this.position += length
    if (this.position > this.#end) throw new RangeError('past the end')
  }
}
