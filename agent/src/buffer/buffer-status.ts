import { existsSync } from 'node:fs'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { type EpochMs, epochMs, type OutboxEpoch } from '@eyenet/shared/identity'
import { LANES, type Lane } from '@eyenet/shared/wire'
import { Database, type SqliteDatabase } from '../sqlite/sqlite.ts'
import { epochOf } from './outbox-file.ts'
import { OutboxRows } from './outbox-rows.ts'

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

/** What lies in an outbox file, read beside an agent that may be running. */
export function readBufferStatus(file: string): BufferStatus {
  if (!existsSync(file)) {
    const message = `there is no outbox at ${file}: name the agent's data folder with --data; it is made when the agent first runs`
    throw new EyeNetError('not_found', message)
  }
  let database: SqliteDatabase | undefined
  try {
    database = new Database(file, { readonly: true, fileMustExist: true })
    return statusOf(database, new OutboxRows(database), epochOf(database))
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
