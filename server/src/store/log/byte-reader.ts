/** Reads what ByteWriter wrote. Past the end it throws RangeError. */
export class ByteReader {
  readonly bytes: Buffer
  position: number

  constructor(bytes: Buffer, position = 0) {
    this.bytes = bytes
    this.position = position
  }

  u8(): number {
    const value = this.bytes.readUInt8(this.position)
    this.position += 1
    return value
  }

  u32(): number {
    const value = this.bytes.readUInt32LE(this.position)
    this.position += 4
    return value
  }

  f64(): number {
    const value = this.bytes.readDoubleLE(this.position)
    this.position += 8
    return value
  }

  varint(): number {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = this.u8()
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }

  take(length: number): Buffer {
    if (length < 0 || this.position + length > this.bytes.length) throw new RangeError('past the end')
    const part = this.bytes.subarray(this.position, this.position + length)
    this.position += length
    return part
  }
}
