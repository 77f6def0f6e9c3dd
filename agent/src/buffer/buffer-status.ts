import { existsSync } from 'node:fs'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { type EpochMs, epochMs, type OutboxEpoch } from '@eyenet/shared/identity'
import { type DropReason, LANES, type Lane } from '@eyenet/shared/wire'
import { z } from 'zod'
import { Database, type SqliteDatabase } from '../sqlite/sqlite.ts'
import { lossTotals } from './loss-book.ts'
import { epochOf } from './outbox-epoch.ts'
import { usedBytes } from './outbox-file.ts'
import { readMeta } from './outbox-meta.ts'
import { OutboxRows } from './outbox-rows.ts'
import { SHED_ABOVE } from './shedder.ts'

export type LaneStatus = { readonly messages: number; readonly samples: number; readonly dropped: number }

export type BufferStatus = {
  readonly epoch: OutboxEpoch
  /** Samples that the server has not acknowledged. */
  readonly samples: number
  /** Size of the file. */
  readonly bytes: number
  /** Time of the oldest sample; absent when there is none. */
  readonly oldest?: EpochMs
  readonly droppedSamples: number
  readonly lanes: Readonly<Record<Lane, LaneStatus>>
}

const Quota = z.object({ maxBytes: z.number(), maxAgeMs: z.number() })
export type Quota = z.infer<typeof Quota>

/** What takes a look at the whole file to say. */
export type BufferDetails = BufferStatus & {
  /** Bytes of it that hold something. */
  readonly usedBytes: number
  /** Absent in a file that no agent of this version has opened. */
  readonly quota?: Quota
  /** Samples of the backlog of which one in five minutes was kept. */
  readonly thinnedSamples: number
  /** Samples lost since the file was made, by reason. */
  readonly dropped: Partial<Record<DropReason, number>>
  /** Until the quota is reached and old samples are thinned, at the rate of what waits; absent where it cannot be told. */
  readonly secondsUntilFull?: number
}

/** Less than this says too little of the rate. */
const RATE_OVER_MS = 600_000

/** What lies in an outbox file, read beside an agent that may be running. */
export function readBufferStatus(file: string): BufferDetails {
  if (!existsSync(file)) {
    const message = `there is no outbox at ${file}: name the agent's data folder with --data; it is made when the agent first runs`
    throw new EyeNetError('not_found', message)
  }
  let database: SqliteDatabase | undefined
  try {
    database = new Database(file, { readonly: true, fileMustExist: true })
    return detailsOf(database)
  } catch (cause) {
    throw new EyeNetError('not_found', `cannot read an outbox in ${file}: ${messageOf(cause)}`, { cause })
  } finally {
    database?.close()
  }
}

export function statusOf(database: SqliteDatabase, rows: OutboxRows, epoch: OutboxEpoch): BufferStatus {
  const pages = Number(database.pragma('page_count', { simple: true }))
  const pageBytes = Number(database.pragma('page_size', { simple: true }))
  const oldest = LANES.map((lane) => (rows.lanes[lane].samples > 0 ? rows.oldest(lane) : undefined))
  const least = Math.min(...oldest.filter((time) => time !== undefined))
  const { samples, backfill } = rows.lanes
  return {
    epoch,
    samples: samples.samples + backfill.samples,
    bytes: pages * pageBytes,
    ...(Number.isFinite(least) ? { oldest: epochMs(least) } : {}),
    droppedSamples: samples.dropped + backfill.dropped,
    lanes: rows.lanes,
  }
}

function detailsOf(database: SqliteDatabase): BufferDetails {
  const rows = new OutboxRows(database)
  const status = statusOf(database, rows, epochOf(database))
  const used = usedBytes(database)
  const kept = readMeta(database, 'quota')
  const quota = kept === undefined ? undefined : Quota.parse(JSON.parse(kept))
  const newest = rows.newest('backfill')
  const spanMs = status.oldest === undefined || newest === undefined ? 0 : newest - status.oldest
  const left = quota === undefined ? undefined : secondsLeft({ used, spanMs }, quota)
  return {
    ...status,
    usedBytes: used,
    thinnedSamples: rows.thinned('backfill').samples,
    dropped: lossTotals(database),
    ...(quota === undefined ? {} : { quota }),
    ...(left === undefined ? {} : { secondsUntilFull: left }),
  }
}

/** At the rate at which the backlog grew so far. */
function secondsLeft(
  grown: { readonly used: number; readonly spanMs: number },
  { maxBytes }: Quota,
): number | undefined {
  if (grown.spanMs < RATE_OVER_MS) return undefined
  const room = Math.max(0, maxBytes * SHED_ABOVE - grown.used)
  return Math.round((room * grown.spanMs) / grown.used / 1000)
}
