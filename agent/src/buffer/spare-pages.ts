import type { OutboxDatabase } from './outbox-file.ts'

/** Free pages to give back to the file system at a time, and from how many on. */
const VACUUM_PAGES = 256
const VACUUM_ABOVE = 1_024

/** Makes the file smaller where most of it is free. */
export function giveBackSpace(database: OutboxDatabase): void {
  const free = Number(database.pragma('freelist_count', { simple: true }))
  const pages = Number(database.pragma('page_count', { simple: true }))
  if (free > VACUUM_ABOVE && free * 2 > pages) database.pragma(`incremental_vacuum(${VACUUM_PAGES})`)
}
