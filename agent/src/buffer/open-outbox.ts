import { heldIn } from './damaged-outbox.ts'
import { Outbox, type OutboxOptions } from './outbox.ts'
import { isDamage, openOutboxFile, putAside } from './outbox-file.ts'

/** Opens or makes the outbox. Where the file is damaged it is put aside, and what is lost with it is told. */
export function openOutbox(options: OutboxOptions): Outbox {
  let { database, damaged } = openOutboxFile(options)
  let outbox: Outbox
  try {
    outbox = new Outbox(database, options)
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown
    database.close()
    ;({ database, damaged } = putAside(options))
    outbox = new Outbox(database, options)
  }
  if (damaged !== undefined) {
    options.logger.error({ file: options.file, movedTo: damaged }, 'the outbox was damaged; a new one is in its place')
    outbox.notice('outbox-damaged', 'The outbox on disk was damaged; what it held is put aside, a new one was begun.')
    outbox.recordLost(heldIn(damaged))
  }
  return outbox
}
