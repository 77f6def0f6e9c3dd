import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { LogPlace } from '../log/append-log.ts'
import { type LogRecord, RECORD_BYTES_MAX, readRecords } from '../log/log-record.ts'
import { segmentName } from '../log/log-segment.ts'

/** Length and checksum before a record's body. */
const FRAME_BYTES = 8

/** The whole records at the beginning of a piece, and the byte behind them; `damaged` when the first is not whole. */
export type LogPiece =
  | { readonly kind: 'records'; readonly records: readonly LogRecord[]; readonly to: number }
  | { readonly kind: 'damaged' }

/**
 * Reads records that were written, at least one: of a piece that ends within its first record that whole record. Throws
 * what the disk refuses for now: it may be read later.
 */
export async function readLogPiece(folder: string, { segment, from, to }: LogPlace): Promise<LogPiece> {
  const file = await opened(join(folder, segmentName(segment)))
  if (file === undefined) return { kind: 'damaged' }
  try {
    const bytes = await readAt(from, to - from)
    const first = bytes.length < FRAME_BYTES ? bytes : await firstWhole(bytes)
    const records: LogRecord[] = []
    let end = 0
    for (const { record, end: behind } of readRecords(first, 0)) {
      records.push(record)
      end = behind
    }
    return end === 0 ? { kind: 'damaged' } : { kind: 'records', records, to: from + end }
  } finally {
    await file.close()
  }

  async function readAt(position: number, length: number): Promise<Buffer> {
    const buffer = Buffer.alloc(length)
    const read = await file?.read(buffer, 0, length, position)
    return buffer.subarray(0, read?.bytesRead ?? 0)
  }

  async function firstWhole(bytes: Buffer): Promise<Buffer> {
    const length = FRAME_BYTES + bytes.readUInt32LE(0)
    return length <= bytes.length || length > RECORD_BYTES_MAX ? bytes : readAt(from, length)
  }
}

/** Undefined for a file that is not there. */
async function opened(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
