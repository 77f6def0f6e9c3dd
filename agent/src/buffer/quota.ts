import type { Lane } from '@eyenet/shared/wire'
import { type OutboxDatabase, usedBytes } from './outbox-file.ts'
import type { Dropped, OutboxRows } from './outbox-rows.ts'

/** The quota proper is `max_page_count`; shedding begins before it and goes a little further. */
const SHED_ABOVE = 0.9
const SHED_DOWN_TO = 0.85
const SHED_ROWS = 16
/** Free pages to give back to the file system at a time, and from how many on. */
const VACUUM_PAGES = 256
const VACUUM_ABOVE = 1_024
/** Oldest raw samples first; events last. */
const SHED_ORDER: readonly Lane[] = ['backfill', 'samples', 'facts', 'events']

export function isOverQuota(database: OutboxDatabase, maxBytes: number): boolean {
  return usedBytes(database) > maxBytes * SHED_ABOVE
}

/** Removes the oldest until the outbox is well below its quota; what went, by lane. Within a transaction. */
export function shedToQuota(database: OutboxDatabase, rows: OutboxRows, maxBytes: number): Dropped[] {
  const target = maxBytes * SHED_DOWN_TO
  return SHED_ORDER.map((lane) => {
    let sum: Dropped = { lane, samples: 0, from: Number.POSITIVE_INFINITY, to: 0 }
    while (usedBytes(database) > target) {
      const gone = rows.removeOldest(lane, SHED_ROWS)
      if (gone.samples === 0) break
      sum = {
        lane,
        samples: sum.samples + gone.samples,
        from: Math.min(sum.from, gone.from),
        to: Math.max(sum.to, gone.to),
      }
    }
    return sum
  })
}

/** Makes the file smaller where most of it is free. */
export function giveBackSpace(database: OutboxDatabase): void {
  const free = Number(database.pragma('freelist_count', { simple: true }))
  const pages = Number(database.pragma('page_count', { simple: true }))
  if (free > VACUUM_ABOVE && free * 2 > pages) database.pragma(`incremental_vacuum(${VACUUM_PAGES})`)
}
