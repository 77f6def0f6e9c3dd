import { crc32 } from 'node:zlib'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import type { Columns } from './columns.ts'
import { readFloats, writeFloats } from './float-codec.ts'
import { readIntegers, writeIntegers } from './integer-codec.ts'

/** Samples in a full chunk: 16 h at 30 s. */
export const CHUNK_SAMPLES = 1_920

/** A chunk with more bytes, of values that do not pack, is halved: two fit a page of the file. */
export const CHUNK_BYTES_MAX = 8_000

const FORMAT = 1
const CRC_BYTES = 4

const out = new ByteWriter()
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
  const count = chunkSamples(bytes)
  if (count > bytes.length * CHUNK_SAMPLES) return undefined
  const columns = { times: new Float64Array(count), values: new Float64Array(count) }
  return decodeChunkInto(bytes, columns, 0) === undefined ? undefined : columns
}

/**
 * Writes the samples into the columns from position `at` on and answers how many; undefined when the bytes are not what
 * encodeChunk wrote, or there is no room for them.
 */
export function decodeChunkInto(bytes: Buffer, { times, values }: Columns, at: number): number | undefined {
  const body = bytes.subarray(0, Math.max(0, bytes.length - CRC_BYTES))
  if (body.length === 0 || bytes.readUInt32LE(body.length) !== crc32(body)) return undefined
  const reader = new ByteReader(body)
  if (reader.u8() !== FORMAT) return undefined
  const count = reader.varint()
  if (at + count > times.length) return undefined
  const start = reader.varint()
  const into = times.subarray(at, at + count)
  readIntegers(reader, into, count)
  for (let i = 0; i < count; i++) into[i] = start + (into[i] ?? 0)
  values.set(readFloats(reader, count), at)
  return count
}
