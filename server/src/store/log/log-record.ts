import { crc32 } from 'node:zlib'
import { EyeNetError } from '@eyenet/shared/errors'
import { epochMs, type Labels } from '@eyenet/shared/identity'
import type { AppendBatch, Mark } from '../metric-store.ts'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'

/** One entry of the append log. */
export type LogRecord =
  | { readonly kind: 'series'; readonly ref: number; readonly labels: Labels }
  | ({ readonly kind: 'samples' } & AppendBatch)
  | { readonly kind: 'delete'; readonly refs: Int32Array }

/** A record larger than this is refused: 5 million samples, far above any message. */
export const RECORD_BYTES_MAX = 1 << 26

const FRAME_BYTES = 8
// 2 has runs of times, and is written only where there are some.
const FORMAT = 1
const FORMAT_OF_RUNS = 2
const KINDS = { series: 1, samples: 2, delete: 3 } as const
const HAS_MARK = 1
const ONE_TIME = 2
const TIME_RUNS = 4
/** Where samples of one time follow each other, a time is written once with a count: from so many samples a run on. */
const SAMPLES_PER_RUN = 8

const out = new ByteWriter()

/** Frame (length and CRC-32 of the body), then the body: format, kind, content. Columns as they lie in memory. */
export function encodeRecord(record: LogRecord): Buffer {
  out.reset()
  out.u32(0)
  out.u32(0)
  out.u8(record.kind === 'samples' && isInRuns(record.times) ? FORMAT_OF_RUNS : FORMAT)
  out.u8(KINDS[record.kind])
  if (record.kind === 'series') writeSeries(record)
  else if (record.kind === 'samples') writeSamples(record)
  else {
    out.varint(record.refs.length)
    out.bytes(rawBytes(record.refs))
  }
  if (out.length > RECORD_BYTES_MAX) {
    throw new EyeNetError('too_large', `a batch of ${out.length} bytes is too large; send at most ${RECORD_BYTES_MAX}`)
  }
  const whole = Buffer.from(out.written())
  const body = whole.subarray(FRAME_BYTES)
  whole.writeUInt32LE(body.length, 0)
  whole.writeUInt32LE(crc32(body), 4)
  return whole
}

/** The records in `bytes` from `start` on, each with the position after it; ends before the first that is not whole. */
export function* readRecords(bytes: Buffer, start: number): Generator<{ record: LogRecord; end: number }> {
  for (let at = start; at + FRAME_BYTES <= bytes.length; ) {
    const length = bytes.readUInt32LE(at)
    const end = at + FRAME_BYTES + length
    if (length < 2 || length > RECORD_BYTES_MAX || end > bytes.length) return
    const body = bytes.subarray(at + FRAME_BYTES, end)
    if (crc32(body) !== bytes.readUInt32LE(at + 4)) return
    yield { record: decodeBody(body), end }
    at = end
  }
}

function decodeBody(body: Buffer): LogRecord {
  const reader = new ByteReader(body)
  const format = reader.u8()
  const kind = reader.u8()
  if (format === FORMAT && kind === KINDS.series) return readSeries(reader)
  if ((format === FORMAT || format === FORMAT_OF_RUNS) && kind === KINDS.samples) return readSamples(reader)
  if (format === FORMAT && kind === KINDS.delete) {
    return { kind: 'delete', refs: new Int32Array(copied(reader, 4 * reader.varint())) }
  }
  throw new EyeNetError(
    'unavailable',
    `the metric log has a record of format ${format}, kind ${kind}: it was written by a newer version; run that one`,
  )
}

function writeSeries({ ref, labels }: LogRecord & { kind: 'series' }): void {
  out.varint(ref)
  const entries = Object.entries(labels)
  out.varint(entries.length)
  for (const [name, value] of entries) {
    writeText(name)
    writeText(value)
  }
}

function readSeries(reader: ByteReader): LogRecord {
  const ref = reader.varint()
  const entries: [string, string][] = []
  for (let left = reader.varint(); left > 0; left--) entries.push([readText(reader), readText(reader)])
  return { kind: 'series', ref, labels: Object.fromEntries(entries) }
}

function writeSamples({ mark, refs, times, values }: AppendBatch): void {
  const oneTime = typeof times === 'number'
  const inRuns = isInRuns(times)
  out.u8((mark === undefined ? 0 : HAS_MARK) + (oneTime ? ONE_TIME : 0) + (inRuns ? TIME_RUNS : 0))
  if (mark !== undefined) {
    writeText(mark.source)
    out.varint(mark.first)
    out.varint(mark.last)
  }
  out.varint(values.length)
  if (oneTime) out.f64(times)
  else if (inRuns) writeRuns(times)
  else out.bytes(rawBytes(times))
  out.bytes(rawBytes(refs))
  out.bytes(rawBytes(values))
}

function readSamples(reader: ByteReader): LogRecord {
  const flags = reader.u8()
  const mark = flags & HAS_MARK ? readMark(reader) : undefined
  const count = reader.varint()
  const times = flags & ONE_TIME ? epochMs(reader.f64()) : readTimes(reader, count, (flags & TIME_RUNS) !== 0)
  const refs = new Int32Array(copied(reader, count * 4))
  const values = new Float64Array(copied(reader, count * 8))
  return { kind: 'samples', ...(mark && { mark }), refs, times, values }
}

function isInRuns(times: AppendBatch['times']): boolean {
  return typeof times !== 'number' && runsIn(times) * SAMPLES_PER_RUN <= times.length
}

function runsIn(times: Float64Array): number {
  let runs = 0
  for (let i = 0; i < times.length; i++) if (i === 0 || times[i] !== times[i - 1]) runs++
  return runs
}

/** Each time with the number of samples that have it. */
function writeRuns(times: Float64Array): void {
  for (let from = 0; from < times.length; ) {
    let to = from + 1
    while (to < times.length && times[to] === times[from]) to++
    out.f64(times[from] ?? 0)
    out.varint(to - from)
    from = to
  }
}

function readTimes(reader: ByteReader, count: number, inRuns: boolean): Float64Array {
  if (!inRuns) return new Float64Array(copied(reader, count * 8))
  const times = new Float64Array(count)
  for (let at = 0; at < count; ) {
    const time = reader.f64()
    const end = at + reader.varint()
    if (end <= at || end > count) throw new RangeError('runs of times that are not those of the samples')
    times.fill(time, at, end)
    at = end
  }
  return times
}

function readMark(reader: ByteReader): Mark {
  const source = readText(reader)
  const first = reader.varint()
  return { source, first, last: reader.varint() }
}

function writeText(text: string): void {
  const bytes = Buffer.from(text)
  out.varint(bytes.length)
  out.bytes(bytes)
}

function readText(reader: ByteReader): string {
  return reader.take(reader.varint()).toString()
}

function rawBytes(column: Float64Array | Int32Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength)
}

/** The next bytes in a buffer of their own, aligned for a typed array. */
function copied(reader: ByteReader, length: number): ArrayBuffer {
  const copy = new Uint8Array(length)
  copy.set(reader.take(length))
  return copy.buffer
}
