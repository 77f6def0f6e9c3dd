import { EyeNetError } from '@eyenet/shared/errors'

/**
 * Unpacks snappy's block format (google/snappy, format_description.txt). EyeNetError `invalid` for what is not that,
 * `too_large` when it says that it unpacks to more than `maxBytes`.
 */
export function unpackSnappyBlock(packed: Buffer, maxBytes: number): Buffer {
  const { size, begin } = readSize(packed)
  if (size > maxBytes) throw new EyeNetError('too_large', `the body unpacks to more than ${maxBytes} bytes`)
  // A copy of 64 bytes takes three, so that no block unpacks to more than this.
  if (size > packed.length * 32) throw damaged()
  const plain = Buffer.alloc(size)
  let [from, to] = [begin, 0]
  while (from < packed.length) {
    const tag = packed[from] ?? 0
    const kind = tag & 3
    from += 1
    let length = (tag >> 2) + 1
    if (kind === 0) {
      if (length > 60) {
        const extra = length - 60
        length = readLittle(packed, from, extra) + 1
        from += extra
      }
      if (from + length > packed.length || to + length > size) throw damaged()
      packed.copy(plain, to, from, from + length)
      from += length
    } else {
      const width = kind === 1 ? 1 : kind === 2 ? 2 : 4
      let offset = readLittle(packed, from, width)
      from += width
      if (kind === 1) {
        length = ((tag >> 2) & 7) + 4
        offset += (tag >> 5) << 8
      }
      if (offset === 0 || offset > to || to + length > size) throw damaged()
      if (offset >= length) plain.copyWithin(to, to - offset, to - offset + length)
      else for (let at = to; at < to + length; at += 1) plain[at] = plain[at - offset] ?? 0
    }
    to += length
  }
  if (to !== size) throw damaged()
  return plain
}

function readSize(packed: Buffer): { readonly size: number; readonly begin: number } {
  let size = 0
  for (let at = 0; at < 5; at += 1) {
    const byte = packed[at]
    if (byte === undefined) break
    size += (byte & 0x7f) * 2 ** (7 * at)
    if (byte < 0x80) return { size, begin: at + 1 }
  }
  throw damaged()
}

function readLittle(bytes: Buffer, at: number, width: number): number {
  if (at + width > bytes.length) throw damaged()
  return bytes.readUIntLE(at, width)
}

function damaged(): EyeNetError {
  return new EyeNetError('invalid', 'the body is not in the block format of snappy, or it is cut')
}
