import { decodeChunkInto } from './chunk.ts'
import { type ChunkReader, isCorrupt, type StoredChunk } from './chunk-reader.ts'
import { type Columns, clipColumns, mergePieces, NO_SAMPLES, sliceColumns } from './columns.ts'
import { keptTimes, timesRoom } from './shared-times.ts'

export type ReadRequest = {
  readonly reader: ChunkReader
  readonly ref: number
  /** The samples in memory. They must be taken before the file is read: a flush in between moves them there. */
  readonly head: Columns | undefined
  readonly from: number
  readonly to: number
  /** Called for each chunk that is left out because its bytes are damaged. */
  readonly damaged: () => void
}

/** One series' samples with from <= time <= to, in columns of their own. Decodes only chunks that overlap. */
export function readSeries({ reader, ref, head, from, to, damaged }: ReadRequest): Columns {
  const chunks = chunksOf({ reader, ref, from, to, damaged })
  const newest = head === undefined ? NO_SAMPLES : clipColumns(head, from, to)
  if (areApart(chunks, newest)) return readInOrder(chunks, newest, { from, to, damaged })
  chunks.sort((a, b) => a.id - b.id)
  const pieces = chunks.map((chunk) => clipColumns(decodeOne(chunk, damaged), from, to))
  return mergePieces([...pieces, newest])
}

/** None, and told, where the file is damaged. */
function chunksOf({ damaged, from, reader, ref, to }: Omit<ReadRequest, 'head'>): StoredChunk[] {
  try {
    return reader.chunks(ref, from, to)
  } catch (error) {
    if (!isCorrupt(error)) throw error
    damaged()
    return []
  }
}

/** The samples of one chunk; none, and told, when it is damaged. */
export function decodeOne({ data, samples }: StoredChunk, damaged: () => void): Columns {
  const columns = { times: new Float64Array(samples), values: new Float64Array(samples) }
  if (decodeChunkInto(data, columns, 0) === samples) return columns
  damaged()
  return NO_SAMPLES
}

/** Whether each chunk, and then the head, begins after the one before has ended. */
function areApart(chunks: readonly StoredChunk[], newest: Columns): boolean {
  let end = -1
  for (const { first, last } of chunks) {
    if (first <= end) return false
    end = last
  }
  return newest.times.length === 0 || (newest.times[0] ?? 0) > end
}

type Clip = { readonly from: number; readonly to: number; readonly damaged: () => void }

function readInOrder(chunks: readonly StoredChunk[], newest: Columns, { from, to, damaged }: Clip): Columns {
  let room = newest.times.length
  for (const { samples } of chunks) room += samples
  const all = { times: timesRoom(room), values: new Float64Array(room) }
  let length = 0
  for (const { data, samples } of chunks) {
    const count = decodeChunkInto(data, all, length)
    if (count === samples) length += count
    else damaged()
  }
  all.times.set(newest.times, length)
  all.values.set(newest.values, length)
  length += newest.times.length
  const kept = clipColumns(sliceColumns(all, 0, length), from, to)
  const times = keptTimes(kept.times)
  // A view would keep all that was decoded: many series with short ranges would hold much more than was asked for.
  return { times, values: times.length * 2 > room ? kept.values : kept.values.slice() }
}
