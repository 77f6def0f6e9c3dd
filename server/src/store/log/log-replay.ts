import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { type LogRecord, readRecords } from './log-record.ts'
import { lengthBefore, SEGMENT_HEADER_BYTES, segmentName, segmentNumber } from './log-segment.ts'

/** Where the log ends, and how it got there. */
export type LogEnd = {
  readonly segments: ReadonlyMap<number, number>
  readonly next: number
  /** Length of segment `next - 1`. */
  readonly lastLength: number
  /** Acknowledged bytes that could not be read; the files are kept as *.damaged. */
  readonly damagedBytes: number
  /** Bytes behind the last whole record, which a crash in mid-write leaves. */
  readonly cutBytes: number
}

export type ReplayStart = {
  /** Records from this segment on are applied. */
  readonly from: number
  /** Segments from this one on stay on disk, older ones are removed. As `from` when it is left out. */
  readonly keepFrom?: number
}

/**
 * Applies every record from segment `from` on, in order, and stops at the first that is not whole: the rest is cut off
 * when it is the end of the last segment, and put aside as *.damaged when acknowledged records follow.
 */
export async function replayLog(
  folder: string,
  { from, keepFrom = from }: ReplayStart,
  apply: (record: LogRecord) => void,
): Promise<LogEnd> {
  await mkdir(folder, { recursive: true })
  const kept = await liveSegments(folder, keepFrom)
  const numbers = kept.filter((number) => number >= from)
  const segments = new Map<number, number>()
  for (const number of kept) {
    if (number < from) segments.set(number, (await stat(join(folder, segmentName(number)))).size)
  }
  let next = Math.max(1, from)
  let lastLength = 0
  let cutBytes = 0
  for (const [i, number] of numbers.entries()) {
    const following = numbers[i + 1]
    const path = join(folder, segmentName(number))
    const bytes = await readFile(path)
    const isWhole = lengthBefore(bytes) !== undefined && (i === 0 || number === next)
    const acknowledged = following === undefined ? undefined : await statedLength(join(folder, segmentName(following)))
    const length = isWhole ? applySegment(bytes, acknowledged ?? bytes.length, apply) : 0
    const isDamaged = (acknowledged ?? 0) > length || (!isWhole && following !== undefined)
    if (isDamaged) await copyFile(path, `${path}.damaged`)
    if (isWhole) {
      segments.set(number, length)
      next = number + 1
      lastLength = length
      if (length < bytes.length) await truncate(path, length)
    } else await rm(path)
    cutBytes = bytes.length - length
    if (isDamaged) {
      const lost = bytes.length - length + (await putAside(folder, numbers.slice(i + 1)))
      return { segments, next, lastLength, damagedBytes: lost, cutBytes: 0 }
    }
  }
  return { segments, next, lastLength, damagedBytes: 0, cutBytes }
}

/** Applies the records that end at or before `limit`; returns where the last one ends. */
function applySegment(bytes: Buffer, limit: number, apply: (record: LogRecord) => void): number {
  let length = SEGMENT_HEADER_BYTES
  for (const { record, end } of readRecords(bytes, SEGMENT_HEADER_BYTES)) {
    if (end > limit) break
    apply(record)
    length = end
  }
  return length
}

/** Ascending numbers of the segments still needed; older ones, left over from a cut, are removed. */
async function liveSegments(folder: string, from: number): Promise<readonly number[]> {
  const live: number[] = []
  for (const name of await readdir(folder)) {
    const number = segmentNumber(name)
    if (number === undefined) continue
    if (number >= from) live.push(number)
    else await rm(join(folder, name))
  }
  return live.sort((a, b) => a - b)
}

async function statedLength(path: string): Promise<number | undefined> {
  const handle = await open(path, 'r')
  try {
    const header = Buffer.alloc(SEGMENT_HEADER_BYTES)
    const { bytesRead } = await handle.read(header, 0, header.length, 0)
    return lengthBefore(header.subarray(0, bytesRead))
  } finally {
    await handle.close()
  }
}

async function putAside(folder: string, numbers: readonly number[]): Promise<number> {
  let bytes = 0
  for (const number of numbers) {
    const path = join(folder, segmentName(number))
    bytes += (await readFile(path)).length
    await rename(path, `${path}.damaged`)
  }
  return bytes
}
