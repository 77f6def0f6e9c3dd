import { randomFillSync } from 'node:crypto'

/** Random ids in 2^30 .. 2^31 - 1: not to be guessed by someone who forges answers, and always four octets long. */
export function messageIds(): () => number {
  const pool = new Uint32Array(256)
  let used = pool.length
  return () => {
    if (used === pool.length) {
      randomFillSync(pool)
      used = 0
    }
    return ((pool[used++] ?? 0) >>> 2) | 0x4000_0000
  }
}
