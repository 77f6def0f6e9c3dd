/**
 * The embedded engine: an append log (../log), samples in memory and who they belong to (heads), packed samples in SQLite
 * (chunks), and buckets of those that are older (tiers). Nothing outside the store imports this.
 */

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { AppendLog, type Prelude } from '../log/append-log.ts'
import { createLogFile } from '../log/log-file.ts'
import { encodeRecord } from '../log/log-record.ts'
import { replayLog } from '../log/log-replay.ts'
import { ChunkDatabase } from './chunks/chunk-database.ts'
import { chunksFileOf } from './chunks/chunks-file.ts'
import { EmbeddedStore } from './embedded-store.ts'
import { HeadState } from './heads/head-state.ts'
import { NOTHING_ON_DISK, type Series } from './heads/series.ts'
import { lockStore, type StoreLock } from './store-lock.ts'
import type { StoreOptions } from './store-options.ts'

export { checkStore, isSound, type StoreReport } from './checking.ts'
export { chunksFileOf } from './chunks/chunks-file.ts'
export { type Compacting, compactChunks } from './compacting.ts'
export { EmbeddedStore } from './embedded-store.ts'
export { type FinderCalls, FoundReader } from './found-reader.ts'
export type { FoundSeries } from './found-series.ts'
export { type StoreStatistics, storeStatistics } from './statistics.ts'
export type { StoreLogger, StoreOptions } from './store-options.ts'

/** Opens the store in its folder and replays the log. EyeNetError `unavailable` when that cannot be done. */
export async function openEmbeddedStore(options: StoreOptions): Promise<EmbeddedStore> {
  const logFolder = join(options.folder, 'log')
  try {
    await mkdir(logFolder, { recursive: true })
  } catch (cause) {
    const sentence = `cannot make the folder ${logFolder}: ${messageOf(cause)}; check its rights`
    throw new EyeNetError('unavailable', sentence, { cause })
  }
  const lock = lockStore(options.folder)
  let database: ChunkDatabase | undefined
  try {
    database = ChunkDatabase.open(chunksFileOf(options.folder))
    return await openLocked(options, { database, lock, logFolder })
  } catch (error) {
    database?.close()
    lock.release()
    throw error
  }
}

type Opened = { readonly database: ChunkDatabase; readonly lock: StoreLock; readonly logFolder: string }

async function openLocked(options: StoreOptions, { database, lock, logFolder }: Opened): Promise<EmbeddedStore> {
  const state = new HeadState()
  const extents = database.extents()
  const add = (ref: number, labels: Series['labels']): Series => {
    const series = state.index.add(ref, labels)
    series.extent = extents.get(ref) ?? NOTHING_ON_DISK
    return series
  }
  for (const { ref, labels } of database.allSeries()) add(ref, labels)
  for (const mark of database.marks()) state.ledger.add(mark)
  state.ledger.takeChanged()
  const end = await replayLog(logFolder, { from: database.logFrom }, (record) => {
    if (record.kind === 'samples') state.apply(record)
    else if (record.kind === 'delete') dropReplayed(record.refs, state, database)
    else if (state.index.get(record.ref) === undefined) state.unsaved.add(add(record.ref, record.labels))
  })
  if (end.damagedBytes > 0) {
    options.logger.error({ folder: logFolder, bytes: end.damagedBytes }, 'metric log damaged; kept as *.damaged')
  }
  if (end.cutBytes > 0) {
    options.logger.warn(
      { folder: logFolder, bytes: end.cutBytes },
      'the end of the metric log was not whole and is cut',
    )
  }
  forgetEmpty(state, database)
  const log = new AppendLog({
    folder: logFolder,
    end,
    create: options.createLogFile ?? createLogFile,
    prelude: () => namesOf(state.unlogged),
  })
  return new EmbeddedStore({ options, state, database, lock, log, damagedLogBytes: end.damagedBytes })
}

/** Records of the series that the log does not name yet. */
function namesOf(unlogged: Set<Series>): Prelude {
  const series = [...unlogged]
  return {
    parts: series.map(({ ref, labels }) => encodeRecord({ kind: 'series', ref, labels })),
    written: () => {
      for (const one of series) unlogged.delete(one)
    },
  }
}

function dropReplayed(refs: Int32Array, state: HeadState, database: ChunkDatabase): void {
  database.transaction('later', () => {
    for (const ref of refs) database.dropSamples(ref)
  })
  for (const ref of refs) {
    const series = state.index.get(ref)
    if (series === undefined) continue
    state.dropHead(series)
    series.extent = NOTHING_ON_DISK
  }
}

/** Series whose samples are all gone are left out of memory from the next start on. */
function forgetEmpty(state: HeadState, database: ChunkDatabase): void {
  const empty = state.index.all().filter((series) => !series.mayHave(0, Number.MAX_SAFE_INTEGER))
  database.transaction('later', () => {
    for (const { ref } of empty) database.dropSeries(ref)
  })
  for (const series of empty) state.forget(series)
}
