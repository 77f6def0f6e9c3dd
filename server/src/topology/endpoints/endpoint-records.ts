import { epochMs } from '@eyenet/shared/identity'
import type { ControlDb, EndpointRow } from '../../db/db.ts'
import type { KnownEndpoint } from './endpoint-book.ts'

/** Read at a time, so that the event loop has turns between. */
const ROWS_PER_READ = 5_000
/** Rows of one INSERT of ten variables each; SQLite takes 32,766. */
const ROWS_PER_INSERT = 1_000

/** Rows of stations. */
export class EndpointRecords {
  readonly #db: ControlDb

  constructor(db: ControlDb) {
    this.#db = db
  }

  async all(): Promise<readonly KnownEndpoint[]> {
    const found: KnownEndpoint[] = []
    let after = ''
    for (;;) {
      const rows = await this.#db
        .selectFrom('endpoints')
        .selectAll()
        .where('mac', '>', after)
        .orderBy('mac')
        .limit(ROWS_PER_READ)
        .execute()
      for (const row of rows) found.push(endpointOf(row))
      const last = rows.at(-1)
      if (last === undefined || rows.length < ROWS_PER_READ) return found
      after = last.mac
    }
  }

  /** In somebody's transaction. */
  async save(trx: ControlDb, endpoints: readonly KnownEndpoint[]): Promise<void> {
    for (let from = 0; from < endpoints.length; from += ROWS_PER_INSERT) {
      await trx
        .insertInto('endpoints')
        .values(endpoints.slice(from, from + ROWS_PER_INSERT).map(rowOf))
        .onConflict((one) =>
          one.column('mac').doUpdateSet((eb) => ({
            vlan: eb.ref('excluded.vlan'),
            device: eb.ref('excluded.device'),
            port: eb.ref('excluded.port'),
            ips: eb.ref('excluded.ips'),
            name: eb.ref('excluded.name'),
            last_seen_at: eb.ref('excluded.last_seen_at'),
            placed_at: eb.ref('excluded.placed_at'),
            before: eb.ref('excluded.before'),
          })),
        )
        .execute()
    }
  }

  async remove(trx: ControlDb, macs: readonly string[]): Promise<void> {
    for (let from = 0; from < macs.length; from += ROWS_PER_INSERT) {
      await trx
        .deleteFrom('endpoints')
        .where('mac', 'in', macs.slice(from, from + ROWS_PER_INSERT))
        .execute()
    }
  }
}

function rowOf(one: KnownEndpoint): EndpointRow {
  return {
    ...{ mac: one.mac, vlan: one.vlan ?? null, device: one.device ?? null, port: one.port ?? null },
    ...{ ips: JSON.stringify(one.ips), name: one.name, before: JSON.stringify(one.before) },
    ...{ first_seen_at: one.firstSeenAt, last_seen_at: one.lastSeenAt, placed_at: one.placedAt },
  }
}

function endpointOf(row: EndpointRow): KnownEndpoint {
  return {
    ...{ mac: row.mac, ips: JSON.parse(row.ips), name: row.name, before: JSON.parse(row.before) },
    ...(row.vlan !== null && { vlan: row.vlan }),
    ...(row.device !== null && { device: row.device }),
    ...(row.port !== null && { port: row.port }),
    firstSeenAt: epochMs(row.first_seen_at),
    lastSeenAt: epochMs(row.last_seen_at),
    placedAt: epochMs(row.placed_at),
  }
}
