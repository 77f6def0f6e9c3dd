import { crc32 } from 'node:zlib'
import { ByteReader } from '../../log/byte-reader.ts'
import { ByteWriter } from '../../log/byte-writer.ts'
import { ChunkBytes } from './chunk-bytes.ts'
import type { Columns } from './columns.ts'
import { readFloats, writeFloats } from './float-codec.ts'
import { readIntegers, writeIntegers } from './integer-codec.ts'
import { readBlocks, readBlocksOfFormat1 } from './number-blocks.ts'

/** Samples in a full chunk: 16 h at 30 s. */
export const CHUNK_SAMPLES = 1_920

/** A chunk with more bytes, of values that do not pack, is cut: four fit a page of the file. */
export const CHUNK_BYTES_MAX = 8_000

// 1 packed numbers in blocks of one width only.
const FORMAT = 2
const CRC_BYTES = 4

const out = new ByteWriter()
const source = new ChunkBytes()
let offsets = new Float64Array(CHUNK_SAMPLES)

/**
 * One chunk as bytes: format, count, first time, times, values, CRC-32 of all before. At least one sample; times are
 * whole milliseconds within 2^50 of each other.
 */
export function encodeChunk({ times, values }: Columns): Buffer {
  const count = times.length
  const start = times[0] ?? 0
  if (offsets.length < count) offsets = new Float64Array(count)
  for (let i = 0; i < count; i++) offsets[i] = (times[i] ?? 0) - start
  out.reset()
  out.u8(FORMAT)
  out.varint(count)
  out.varint(start)
  writeIntegers(out, offsets, count)
  writeFloats(out, values)
  out.u32(crc32(out.written()))
  return Buffer.from(out.written())
}

/** How many samples a chunk says it has; 0 for bytes that say nothing. Its checksum is not looked at. */
export function chunkSamples(bytes: Buffer): number {
  return bytes.length < 2 + CRC_BYTES ? 0 : new ByteReader(bytes, 1).varint()
}

/** The samples, bit for bit; undefined when the bytes are not what encodeChunk wrote. */
export function decodeChunk(bytes: Buffer): Columns | undefined {
  if (!isWhole(bytes)) return undefined
  const count = chunkSamples(bytes)
  const columns = { times: new Float64Array(count), values: new Float64Array(count) }
  return decodeChunkInto(bytes, columns, 0) === undefined ? undefined : columns
}

/**
 * Writes the samples into the columns from position `at` on and answers how many; undefined when the bytes are not what
 * encodeChunk wrote, or there is no room for them.
 */
export function decodeChunkInto(bytes: Buffer, { times, values }: Columns, at: number): number | undefined {
  if (!isWhole(bytes)) return undefined
  source.load(bytes)
  try {
    const format = source.u8()
    if (format !== FORMAT && format !== 1) return undefined
    const readNumbers = format === 1 ? readBlocksOfFormat1 : readBlocks
    const count = source.varint()
    if (at + count > times.length) return undefined
    const start = source.varint()
    const into = times.subarray(at, at + count)
    readIntegers(source, into, readNumbers)
    for (let i = 0; i < count; i++) into[i] = start + (into[i] ?? 0)
    readFloats(source, values.subarray(at, at + count), readNumbers)
    return count
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function isWhole(bytes: Buffer): boolean {
  const length = bytes.length - CRC_BYTES
  return length > 0 && bytes.readUInt32LE(length) === crc32(bytes.subarray(0, length))
}
