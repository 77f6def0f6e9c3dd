import { stat } from 'node:fs/promises'
import {
  type Compacting,
  chunksFileOf,
  compactChunks,
  openEmbeddedStore,
  type StoreOptions,
} from './embedded/embedded.ts'

export type Compaction = {
  /** Of the file of chunks. */
  readonly bytesBefore: number
  readonly bytesAfter: number
  /** Chunks and rows of tiers that were damaged and removed. */
  readonly dropped: number
}

/**
 * Writes what is in the log of a stopped server into chunks, merges these and rewrites the file without gaps. EyeNetError
 * `unavailable` while a server uses the store.
 */
export async function compactStore(options: Compacting & Pick<StoreOptions, 'logger' | 'clock'>): Promise<Compaction> {
  const { folder, progress } = options
  const path = chunksFileOf(folder)
  const bytesBefore = (await stat(path)).size
  progress('the log goes into chunks')
  const store = await openEmbeddedStore({ ...options, maintainEveryMs: 0 })
  try {
    await store.flush()
  } finally {
    await store.close()
  }
  const dropped = compactChunks(options)
  return { bytesBefore, bytesAfter: (await stat(path)).size, dropped }
}
