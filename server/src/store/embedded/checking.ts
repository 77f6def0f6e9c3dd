import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readRecords } from '../log/log-record.ts'
import { lengthBefore, SEGMENT_HEADER_BYTES, segmentNumber } from '../log/log-segment.ts'
import { decodeChunk } from './chunks/chunk.ts'
import { ChunkReader, isCorrupt, type StoredChunk, type StoredTierRow } from './chunks/chunk-reader.ts'
import { chunksFileOf } from './chunks/chunks-file.ts'
import { TIERS } from './tiers/tier-buckets.ts'
import { decodeBuckets } from './tiers/tier-codec.ts'

/** Places that are named; all are counted. */
const NAMED_MAX = 100

export type Checked = { readonly checked: number; readonly damaged: number }

export type StoreReport = {
  readonly chunks: Checked
  readonly tierRows: Checked
  /** Bytes of whole segments, and of those that were acknowledged and cannot be read. */
  readonly log: Checked & { readonly records: number; readonly damagedBytes: number }
  /** What SQLite says of the file itself. */
  readonly fileFaults: readonly string[]
  /** The first of the damaged places, in words. */
  readonly places: readonly string[]
}

export type Progress = (text: string) => void

export function isSound({ chunks, fileFaults, log, tierRows }: StoreReport): boolean {
  return chunks.damaged + tierRows.damaged + log.damaged + fileFaults.length === 0
}

/**
 * Reads everything in a store's folder, of a running server or a stopped one, and changes nothing. EyeNetError
 * `unavailable` when the file of chunks cannot be opened.
 */
export async function checkStore(folder: string, progress: Progress): Promise<StoreReport> {
  const reader = ChunkReader.open(chunksFileOf(folder))
  const places: string[] = []
  const tell = (text: string) => {
    if (places.length < NAMED_MAX) places.push(text)
  }
  try {
    progress('the file of the database')
    const fileFaults = reader.fileFaults()
    progress('chunks')
    const chunks = walk(
      (after) => reader.chunksAfter(after),
      (chunk) => {
        const isWhole = isWholeChunk(chunk)
        if (!isWhole) tell(`chunk ${chunk.id} of series ${chunk.series}`)
        return isWhole
      },
    )
    progress('tiers')
    const tierRows = walk(
      (after) => reader.tierRowsAfter(after),
      (row) => {
        const isWhole = isWholeRow(row)
        if (!isWhole) tell(`row ${row.id} of tier ${row.tier} ms of series ${row.series}`)
        return isWhole
      },
    )
    progress('log')
    return { chunks, tierRows, log: await checkLog(join(folder, 'log'), tell), fileFaults, places }
  } finally {
    reader.close()
  }
}

export function isWholeChunk({ data, first, last, samples }: StoredChunk): boolean {
  const times = decodeChunk(data)?.times
  return times !== undefined && times.length === samples && (times[0] ?? -1) >= first && times.at(-1) === last
}

export function isWholeRow({ buckets, data, tier }: StoredTierRow & { readonly tier: number }): boolean {
  const known = TIERS.find((one) => one === tier)
  return known !== undefined && decodeBuckets(data, known)?.ends.length === buckets
}

function walk<Row extends { readonly id: number }>(
  next: (after: number) => readonly Row[],
  isWhole: (row: Row) => boolean,
): Checked {
  let checked = 0
  let damaged = 0
  try {
    for (let rows = next(0); rows.length > 0; rows = next(rows.at(-1)?.id ?? 0)) {
      for (const row of rows) {
        checked++
        if (!isWhole(row)) damaged++
      }
    }
  } catch (error) {
    // What follows cannot be reached; the fault of the file is told too.
    if (!isCorrupt(error)) throw error
    damaged++
  }
  return { checked, damaged }
}

/** What follows the last whole record of the last segment may be on its way; of others the next one says what is certain. */
async function checkLog(folder: string, tell: (text: string) => void): Promise<StoreReport['log']> {
  const names = (await readdir(folder)).filter((name) => segmentNumber(name) !== undefined).sort()
  const found = { checked: 0, damaged: 0, records: 0, damagedBytes: 0 }
  let before: { readonly name: string; readonly end: number } | undefined
  for (const name of names) {
    const bytes = await readIfThere(join(folder, name))
    // Written to the chunks and cut while we looked.
    if (bytes === undefined) continue
    found.checked++
    const certain = lengthBefore(bytes)
    const missing = before === undefined || certain === undefined ? 0 : Math.max(0, certain - before.end)
    if (missing > 0) {
      found.damaged++
      found.damagedBytes += missing
      tell(`log segment ${before?.name} from byte ${before?.end} on`)
    }
    let end = SEGMENT_HEADER_BYTES
    if (certain === undefined && bytes.length >= SEGMENT_HEADER_BYTES) {
      found.damaged++
      found.damagedBytes += bytes.length
      tell(`log segment ${name}: its header`)
    } else {
      for (const record of readRecords(bytes, SEGMENT_HEADER_BYTES)) {
        found.records++
        end = record.end
      }
    }
    before = { name, end }
  }
  return found
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
