import { crc32 } from 'node:zlib'
import { ByteWriter } from '../../log/byte-writer.ts'
import { ChunkBytes } from '../chunks/chunk-bytes.ts'
import { readFloats, writeFloats } from '../chunks/float-codec.ts'
import { readIntegers, writeIntegers } from '../chunks/integer-codec.ts'
import { readBlocks } from '../chunks/number-blocks.ts'
import { BUCKET_COLUMNS, type BucketColumn, type Buckets, mapColumns, type Tier } from './tier-buckets.ts'

const FORMAT = 1
const CRC_BYTES = 4

// First byte of a column: how it is made of others, which most columns of a counter or a constant are.
const OWN = 0
const AS_LAST = 1
const LAST_TIMES_COUNT = 2
const STEPS_OF_LAST = 3
const ALL_NAN = 4

const out = new ByteWriter()
const part = new ByteWriter()
const source = new ChunkBytes()

/** The columns of a row, of which only those that are asked for are decoded. */
export interface BucketRow {
  readonly count: number
  column(name: BucketColumn): Float64Array
}

/**
 * Buckets as bytes: format, count, length and bytes of each column, CRC-32 of all before. Ends in units of the tier,
 * times as distances from the ends.
 */
export function encodeBuckets(buckets: Buckets, tier: Tier): Buffer {
  out.reset()
  out.u8(FORMAT)
  out.varint(buckets.ends.length)
  for (const column of BUCKET_COLUMNS) {
    part.reset()
    writeColumn(column, buckets, tier)
    out.varint(part.length)
    out.bytes(part.written())
  }
  out.u32(crc32(out.written()))
  return Buffer.from(out.written())
}

/** Undefined when the bytes are not what encodeBuckets wrote. */
export function openBuckets(bytes: Buffer, tier: Tier): BucketRow | undefined {
  const length = bytes.length - CRC_BYTES
  if (length < 2 || bytes.readUInt32LE(length) !== crc32(bytes.subarray(0, length))) return undefined
  source.load(bytes.subarray(0, length))
  if (source.u8() !== FORMAT) return undefined
  const count = source.varint()
  const places = new Map<BucketColumn, Buffer>()
  for (const column of BUCKET_COLUMNS) {
    const size = source.varint()
    places.set(column, bytes.subarray(source.position, source.position + size))
    source.skip(size)
  }
  const read = new Map<BucketColumn, Float64Array>()
  const row: BucketRow = {
    count,
    column: (name) => {
      const known = read.get(name)
      if (known !== undefined) return known
      const values = readColumn(name, places.get(name) ?? Buffer.alloc(0), { row, tier })
      read.set(name, values)
      return values
    },
  }
  return row
}

export function decodeBuckets(bytes: Buffer, tier: Tier): Buckets | undefined {
  const row = openBuckets(bytes, tier)
  return row && mapColumns((column) => row.column(column))
}

function writeColumn(column: BucketColumn, buckets: Buckets, tier: Tier): void {
  const { ends, times } = buckets
  if (column === 'ends') {
    const first = (ends[0] ?? 0) / tier
    part.varint(first)
    writeIntegers(
      part,
      Float64Array.from(ends, (end) => end / tier - first),
      ends.length,
    )
    return
  }
  const values = column === 'times' ? times.map((time, i) => (ends[i] ?? 0) - time) : buckets[column]
  const made = howMade(column, values, buckets)
  part.u8(made)
  if (made === OWN) writeFloats(part, values)
  else if (made === STEPS_OF_LAST) writeFloats(part, values.subarray(0, 1))
}

function howMade(column: BucketColumn, values: Float64Array, { count, last }: Buckets): number {
  if ((column === 'min' || column === 'max') && isEvery(values, (i) => last[i] ?? 0)) return AS_LAST
  if (column === 'sum' && isEvery(values, (i) => (last[i] ?? 0) * (count[i] ?? 0))) return LAST_TIMES_COUNT
  if (column !== 'increase') return OWN
  if (isEvery(values, () => Number.NaN)) return ALL_NAN
  return isEvery(values.subarray(1), (i) => stepOf(last, i + 1)) ? STEPS_OF_LAST : OWN
}

function isEvery(values: Float64Array, expected: (i: number) => number): boolean {
  for (let i = 0; i < values.length; i++) if (!Object.is(values[i], expected(i))) return false
  return true
}

function stepOf(last: Float64Array, i: number): number {
  return (last[i] ?? 0) - (last[i - 1] ?? 0)
}

type Context = { readonly row: BucketRow; readonly tier: Tier }

function readColumn(column: BucketColumn, bytes: Buffer, { row, tier }: Context): Float64Array {
  const values = new Float64Array(row.count)
  source.load(bytes)
  if (column === 'ends') {
    const first = source.varint()
    readIntegers(source, values, readBlocks)
    return values.map((offset) => (first + offset) * tier)
  }
  const made = source.u8()
  if (made === OWN) readFloats(source, values, readBlocks)
  else if (made === STEPS_OF_LAST) readFloats(source, values.subarray(0, 1), readBlocks)
  if (made === AS_LAST) return row.column('last')
  if (made === ALL_NAN) return values.fill(Number.NaN)
  if (made === LAST_TIMES_COUNT) {
    const count = row.column('count')
    return row.column('last').map((value, i) => value * (count[i] ?? 0))
  }
  if (made === STEPS_OF_LAST) {
    const last = row.column('last')
    for (let i = 1; i < values.length; i++) values[i] = stepOf(last, i)
  }
  if (column !== 'times') return values
  return row.column('ends').map((end, i) => end - (values[i] ?? 0))
}
