import { EyeNetError } from '../errors/errors.ts'
import type { Labels } from '../identity/identity.ts'
import { OutboxEpoch } from '../identity/identity.ts'
import { ByteReader, ByteWriter, malformed } from './byte-cursor.ts'
import type { SamplesBatch, SeriesDefinition } from './samples-batch.ts'
import { readValues, ValuesEncoder } from './values-column.ts'

/** Bounds one message: some 2 MiB of columns after decoding. */
export const MAX_BATCH_SAMPLES = 100_000
/** Bounds one series: the Prometheus default limits are of this size. */
export const MAX_SERIES_LABELS = 64
export const MAX_LABEL_BYTES = 4096
/** Bounds the time that definitions take: the agent puts 20,000 series in a message, with some ten labels each. */
export const MAX_BATCH_LABELS = 300_000

const VERSION = 1
const MAX_SERIES_ID = 0x7fff_ffff
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/

/**
 * One message of samples as bytes: head, definitions with a shared table of texts, table of times, runs of series ids,
 * presence by runs of equal patterns, head bytes, values. Wants ids ascending and times ascending within an id; throws
 * `invalid` otherwise. Compress the result with `frame`.
 */
export function encodeSamples(batch: SamplesBatch): Uint8Array {
  const starts = seriesStarts(batch)
  const out = new ByteWriter()
  out.byte(VERSION)
  for (let at = 0; at < 16; at += 2) out.byte(Number.parseInt(batch.epoch.slice(at, at + 2), 16))
  out.varint(batch.first)
  out.varint(batch.last - batch.first)
  writeDefinitions(batch.definitions, out)
  out.varint(batch.ids.length)
  if (batch.ids.length === 0) return out.bytes().slice()
  writeIds(batch.ids, starts, out)
  writeTimes(batch.times, starts, out)
  const heads = new ByteWriter()
  const body = new ByteWriter()
  const encoder = new ValuesEncoder(batch.values)
  for (let series = 0; series + 1 < starts.length; series++) {
    encoder.write({ from: starts[series] ?? 0, to: starts[series + 1] ?? 0 }, heads, body)
  }
  out.raw(heads.bytes())
  out.raw(body.bytes())
  return out.bytes().slice()
}

/** Reads what encodeSamples wrote. Throws `invalid` on anything malformed; claims some 2 MiB at most. */
export function decodeSamples(bytes: Uint8Array): SamplesBatch {
  const reader = new ByteReader(bytes)
  const version = reader.byte()
  if (version !== VERSION) throw malformed(`its version is ${version}, this program reads ${VERSION}`)
  const epoch = OutboxEpoch.parse(Array.from(reader.raw(8), (one) => one.toString(16).padStart(2, '0')).join(''))
  const first = reader.varint()
  const last = first + reader.varint()
  if (!Number.isSafeInteger(last)) throw malformed('a sequence number is out of range')
  const definitions = readDefinitions(reader)
  const count = reader.count(MAX_BATCH_SAMPLES, 'number of samples')
  const columns = {
    ids: new Int32Array(count),
    times: new Float64Array(count),
    values: new Float64Array(count),
  }
  if (count > 0) {
    const seriesIds = readIds(reader, count)
    const starts = readTimes(reader, seriesIds.length, columns.times)
    const heads = reader.raw(seriesIds.length)
    for (let series = 0; series < seriesIds.length; series++) {
      const range = { from: starts[series] ?? 0, to: starts[series + 1] ?? 0 }
      columns.ids.fill(seriesIds[series] ?? 0, range.from, range.to)
      readValues(heads[series] ?? 0, reader, { values: columns.values, range })
    }
  }
  if (reader.left > 0) throw malformed('bytes follow its end')
  return { epoch, first, last, definitions, ...columns }
}

/** Index of each series' first sample, and the number of samples behind the last. */
function seriesStarts({ epoch, first, last, ids, times, values }: SamplesBatch): number[] {
  if (ids.length > MAX_BATCH_SAMPLES) throw notEncodable(`${ids.length} samples, ${MAX_BATCH_SAMPLES} at most`)
  if (times.length !== ids.length || values.length !== ids.length) throw notEncodable('columns of different length')
  if (!OutboxEpoch.safeParse(epoch).success) throw notEncodable('an epoch that is not 16 hex digits')
  if (!(Number.isSafeInteger(first) && Number.isSafeInteger(last) && first >= 0 && last >= first)) {
    throw notEncodable('sequence numbers out of order')
  }
  const starts: number[] = []
  for (let at = 0; at < ids.length; at++) {
    const id = ids[at] ?? 0
    const before = at === 0 ? -1 : (ids[at - 1] ?? 0)
    if (id < before || id < 0) throw notEncodable('series ids that do not ascend')
    if (id !== before) starts.push(at)
    else if ((times[at] ?? 0) < (times[at - 1] ?? 0)) throw notEncodable('times that do not ascend')
    if (!Number.isSafeInteger(times[at])) throw notEncodable('a time that is not whole milliseconds')
  }
  starts.push(ids.length)
  return starts
}

function writeDefinitions(definitions: readonly SeriesDefinition[], out: ByteWriter): void {
  const texts = new Map<string, number>()
  const indexOf = (text: string): number => {
    const index = texts.get(text) ?? texts.size
    texts.set(text, index)
    return index
  }
  const body = new ByteWriter()
  let before = 0
  for (const { id, labels } of definitions) {
    body.signed(id - before)
    before = id
    const pairs = Object.entries(labels)
    if (pairs.length > MAX_SERIES_LABELS) throw notEncodable(`${pairs.length} labels on a series`)
    body.varint(pairs.length)
    for (const [name, value] of pairs) {
      body.varint(indexOf(name))
      body.varint(indexOf(value))
    }
  }
  out.varint(definitions.length)
  if (definitions.length === 0) return
  out.varint(texts.size)
  for (const text of texts.keys()) out.text(text)
  out.raw(body.bytes())
}

function readDefinitions(reader: ByteReader): SeriesDefinition[] {
  const count = reader.count(MAX_BATCH_SAMPLES, 'number of definitions')
  if (count === 0) return []
  const tableSize = reader.count(reader.left, 'number of texts')
  const texts: string[] = []
  for (let at = 0; at < tableSize; at++) texts.push(reader.text(MAX_LABEL_BYTES))
  const table: TextTable = { texts, usedBy: new Int32Array(tableSize).fill(NOT_YET_A_NAME) }
  const definitions: SeriesDefinition[] = []
  let id = 0
  let left = MAX_BATCH_LABELS
  for (let at = 0; at < count; at++) {
    id += reader.signed()
    if (id < 0 || id > MAX_SERIES_ID) throw malformed('a series id is out of range')
    const labelCount = reader.count(MAX_SERIES_LABELS, 'number of labels')
    left -= labelCount
    if (left < 0) throw malformed(`it has more than ${MAX_BATCH_LABELS} labels`)
    definitions.push({ id, labels: readLabels(reader, table, { at, labelCount }) })
  }
  return definitions
}

type TextTable = {
  readonly texts: readonly string[]
  /** Of each text the last definition that it was a name in. */
  readonly usedBy: Int32Array
}
const NOT_YET_A_NAME = -2
const UNUSED_NAME = -1

function readLabels(reader: ByteReader, { texts, usedBy }: TextTable, one: { at: number; labelCount: number }): Labels {
  const labels: Record<string, string> = {}
  for (let label = 0; label < one.labelCount; label++) {
    const index = reader.varint()
    const name = texts[index]
    const value = texts[reader.varint()]
    if (name === undefined || value === undefined) throw malformed('a label is not in the table')
    if (usedBy[index] === NOT_YET_A_NAME) {
      if (!LABEL_NAME.test(name) || name === '__proto__') throw malformed('a label has a name that is not allowed')
      usedBy[index] = UNUSED_NAME
    }
    if (usedBy[index] === one.at || Object.hasOwn(labels, name)) throw malformed('a label occurs twice in a series')
    usedBy[index] = one.at
    labels[name] = value
  }
  return labels
}

/** Runs of ids that follow each other: gap to the run, its length less one. */
function writeIds(ids: Int32Array, starts: readonly number[], out: ByteWriter): void {
  const series = starts.length - 1
  out.varint(series)
  let next = 0
  for (let at = 0; at < series; ) {
    const first = ids[starts[at] ?? 0] ?? 0
    let length = 1
    while (at + length < series && ids[starts[at + length] ?? 0] === first + length) length++
    out.varint(first - next)
    out.varint(length - 1)
    next = first + length
    at += length
  }
}

function readIds(reader: ByteReader, samples: number): Int32Array {
  const ids = new Int32Array(reader.count(samples, 'number of series'))
  let next = 0
  for (let at = 0; at < ids.length; ) {
    const first = next + reader.varint()
    const length = 1 + reader.count(ids.length - at - 1, 'length of a run')
    if (first + length - 1 > MAX_SERIES_ID) throw malformed('a series id is out of range')
    for (let one = 0; one < length; one++) ids[at++] = first + one
    next = first + length
  }
  return ids
}

/** The distinct times, then runs of series that have samples at the same ones: run length, count, steps in the table. */
function writeTimes(times: Float64Array, starts: readonly number[], out: ByteWriter): void {
  const table = distinctTimes(times)
  out.varint(table.length)
  let before = 0
  for (const time of table) {
    out.signed(time - before)
    before = time
  }
  const indexOf = new Map<number, number>()
  for (const [index, time] of table.entries()) indexOf.set(time, index)
  for (let at = 0; at + 1 < starts.length; ) {
    const from = starts[at] ?? 0
    const length = (starts[at + 1] ?? 0) - from
    let run = 1
    while (at + run + 1 < starts.length && (starts[at + run + 1] ?? 0) - (starts[at + run] ?? 0) === length) {
      if (!areSameTimes(times, { from, other: starts[at + run] ?? 0, length })) break
      run++
    }
    out.varint(run - 1)
    out.varint(length - 1)
    let last = 0
    for (let place = from; place < from + length; place++) {
      const index = indexOf.get(times[place] ?? 0) ?? 0
      out.varint(index - last)
      last = index
    }
    at += run
  }
}

/** Samples of one poll share their time, so that most are like the one before. */
function distinctTimes(times: Float64Array): Float64Array {
  const found = new Set<number>()
  let before = Number.NaN
  for (let at = 0; at < times.length; at++) {
    const time = times[at] ?? 0
    if (time !== before) found.add(time)
    before = time
  }
  return Float64Array.from(found).sort()
}

/** Fills `times`; gives each series' first sample, and the number of samples behind the last. */
function readTimes(reader: ByteReader, series: number, times: Float64Array): number[] {
  const table = new Float64Array(reader.count(times.length, 'number of times'))
  let time = 0
  for (let at = 0; at < table.length; at++) {
    time += reader.signed()
    if (!Number.isSafeInteger(time)) throw malformed('a time is out of range')
    table[at] = time
  }
  const starts = [0]
  let end = 0
  while (starts.length <= series) {
    const run = 1 + reader.count(series - starts.length, 'length of a run')
    const length = 1 + reader.count(times.length - end - 1, 'number of samples of a series')
    if (run * length > times.length - end) throw malformed('it has more samples than it says')
    let index = 0
    for (let at = 0; at < length; at++) {
      index += reader.varint()
      const one = table[index]
      if (one === undefined) throw malformed('a time is not in the table')
      for (let copy = 0; copy < run; copy++) times[end + copy * length + at] = one
    }
    for (let copy = 0; copy < run; copy++) {
      end += length
      starts.push(end)
    }
  }
  if (end !== times.length) throw malformed('it has fewer samples than it says')
  return starts
}

type TwoRuns = { readonly from: number; readonly other: number; readonly length: number }

function areSameTimes(times: Float64Array, { from, other, length }: TwoRuns): boolean {
  for (let at = 0; at < length; at++) if (times[from + at] !== times[other + at]) return false
  return true
}

function notEncodable(what: string): EyeNetError {
  return new EyeNetError('invalid', `cannot encode a samples message with ${what}`)
}
