import { crc32 } from 'node:zlib'

/** CRC-32 of what a row says about itself and of its body: a disk may give back something else than was written. */
export function checksumOf(fields: readonly (string | number)[], body?: Uint8Array): number {
  const head = crc32(fields.join(' '))
  return body === undefined ? head : crc32(body, head)
}
