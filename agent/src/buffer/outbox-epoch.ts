import { randomBytes } from 'node:crypto'
import { OutboxEpoch } from '@eyenet/shared/identity'
import type { OutboxDatabase } from './outbox-file.ts'
import { readMeta, writeMeta } from './outbox-meta.ts'

/** The epoch of the file; a new random one where it has none. */
export function epochOf(database: OutboxDatabase): OutboxEpoch {
  const kept = readMeta(database, 'epoch')
  return kept === undefined ? newEpoch(database) : OutboxEpoch.parse(kept)
}

/**
 * Begins a new epoch in a file that has rows of an older one: the server then takes every number for new. Both marks or
 * neither: with the epoch alone, rows would be sent under their old one for ever.
 */
export function succeedEpoch(database: OutboxDatabase): OutboxEpoch {
  return database.transaction(() => {
    writeMeta(database, 'mixed', '1')
    return newEpoch(database)
  })()
}

/** Whether rows may carry an older epoch in their body. */
export function hasOlderEpochs(database: OutboxDatabase): boolean {
  return readMeta(database, 'mixed') !== undefined
}

function newEpoch(database: OutboxDatabase): OutboxEpoch {
  const epoch = OutboxEpoch.parse(randomBytes(8).toString('hex'))
  writeMeta(database, 'epoch', epoch)
  return epoch
}
