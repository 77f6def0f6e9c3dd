/** Packs as snappy's block format has it: literals, and copies of what stood 1 to 65,535 bytes before. */
export function packSnappyBlock(plain: Buffer): Buffer {
  const parts: Buffer[] = [varint(plain.length)]
  const seen = new Map<string, number>()
  let literal = 0
  const flush = (to: number): void => {
    for (; literal < to; literal += Math.min(60, to - literal)) {
      const length = Math.min(60, to - literal)
      parts.push(Buffer.of((length - 1) << 2), plain.subarray(literal, literal + length))
    }
  }
  for (let at = 0; at + 4 <= plain.length; ) {
    const key = plain.toString('latin1', at, at + 4)
    const before = seen.get(key)
    seen.set(key, at)
    if (before === undefined || at - before > 65_535) {
      at += 1
      continue
    }
    flush(at)
    let length = 4
    while (length < 64 && at + length < plain.length && plain[before + length] === plain[at + length]) length += 1
    const offset = at - before
    parts.push(Buffer.of(((length - 1) << 2) | 2, offset & 255, offset >> 8))
    at += length
    literal = at
  }
  flush(plain.length)
  return Buffer.concat(parts)
}

export function varint(value: number | bigint): Buffer {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return Buffer.from([...bytes, Number(rest)])
}
