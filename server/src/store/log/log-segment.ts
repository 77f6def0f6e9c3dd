import { crc32 } from 'node:zlib'

/** Bytes before a segment's first record. */
export const SEGMENT_HEADER_BYTES = 20

const MAGIC = Buffer.from('EYLG\u0001\u0000\u0000\u0000', 'latin1')
const NAME = /^([0-9]{10})\.log$/

export function segmentName(number: number): string {
  return `${String(number).padStart(10, '0')}.log`
}

/** The number in a segment's file name; undefined for other files. */
export function segmentNumber(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/**
 * A segment begins with a magic number and the length of the one before it up to which everything was acknowledged:
 * what lies behind that there was refused, and what is missing there was damaged.
 */
export function segmentHeader(lengthBefore: number): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES)
  MAGIC.copy(header)
  header.writeDoubleLE(lengthBefore, 8)
  header.writeUInt32LE(crc32(header.subarray(0, 16)), 16)
  return header
}

/** The length that a header states; undefined when it is no whole header. */
export function lengthBefore(bytes: Buffer): number | undefined {
  if (bytes.length < SEGMENT_HEADER_BYTES || !bytes.subarray(0, 8).equals(MAGIC)) return undefined
  return bytes.readUInt32LE(16) === crc32(bytes.subarray(0, 16)) ? bytes.readDoubleLE(8) : undefined
}
