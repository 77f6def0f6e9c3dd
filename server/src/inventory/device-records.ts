import { createHash } from 'node:crypto'
import type { DeviceId, EpochMs } from '@eyenet/shared/identity'
import type { ReportedInterface } from '@eyenet/shared/wire'
import type { ControlDb, DeviceRow } from '../db/db.ts'
import { DetailsRecords } from './details-records.ts'

/** Kept per device; older ones go. */
const MAX_EVENTS = 500
/** Rows of one INSERT; SQLite takes 32,766 variables. */
const ROWS_PER_INSERT = 2_000

/** Rows of devices, their interfaces and events. */
export class DeviceRecords {
  readonly details: DetailsRecords
  readonly #db: ControlDb
  /** Kept because lists ask for it at each change. */
  readonly #interfaceCounts = new Map<DeviceId, number>()
  /** Of what was saved since the start, at most one per device. */
  readonly #interfaceDigests = new Map<DeviceId, string>()
  #counted = false

  constructor(db: ControlDb) {
    this.#db = db
    this.details = new DetailsRecords(db)
  }

  all(): Promise<DeviceRow[]> {
    return this.#db.selectFrom('devices').selectAll().execute()
  }

  async save(row: DeviceRow, interfaces: readonly ReportedInterface[]): Promise<void> {
    // By name: a device that gives two of its interfaces one name has one of them.
    const byName = new Map(interfaces.map((one) => [one.interface, JSON.stringify(one)]))
    const rows = [...byName].map(([name, facts]) => ({ device: row.id, interface: name, facts }))
    const digest = digestOf(rows.map(({ facts }) => facts))
    // Most reports repeat what is known.
    const isKnown = this.#interfaceDigests.get(row.id) === digest
    await this.#db.transaction().execute(async (trx) => {
      const { id: _id, ...changed } = row
      await trx
        .insertInto('devices')
        .values(row)
        .onConflict((one) => one.column('id').doUpdateSet(changed))
        .execute()
      if (isKnown) return
      await trx.deleteFrom('interfaces').where('device', '=', row.id).execute()
      for (let at = 0; at < rows.length; at += ROWS_PER_INSERT) {
        await trx
          .insertInto('interfaces')
          .values(rows.slice(at, at + ROWS_PER_INSERT))
          .onConflict((one) => one.doNothing())
          .execute()
      }
    })
    this.#interfaceCounts.set(row.id, rows.length)
    this.#interfaceDigests.set(row.id, digest)
  }

  async saveReach(row: DeviceRow): Promise<void> {
    await this.#db
      .updateTable('devices')
      .set({ reach: row.reach, reach_at: row.reach_at })
      .where('id', '=', row.id)
      .execute()
  }

  /** In one transaction: when a site goes dark, all its devices change at once. */
  async saveStates(rows: readonly DeviceRow[]): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      for (const { id, state, state_since } of rows) {
        await trx.updateTable('devices').set({ state, state_since }).where('id', '=', id).execute()
      }
    })
  }

  async remove(id: DeviceId): Promise<void> {
    await this.#db.deleteFrom('device_events').where('device', '=', id).execute()
    await this.#db.deleteFrom('devices').where('id', '=', id).execute()
    this.forget(id)
  }

  /** Its rows were changed by somebody else: what is kept in memory of them is not true any more. */
  forget(id: DeviceId): void {
    this.#interfaceCounts.delete(id)
    this.#interfaceDigests.delete(id)
    this.details.forget(id)
    this.#counted = false
  }

  async interfacesOf(id: DeviceId): Promise<readonly ReportedInterface[]> {
    const rows = await this.#db.selectFrom('interfaces').select('facts').where('device', '=', id).execute()
    return rows.map((row): ReportedInterface => JSON.parse(row.facts))
  }

  /** Number of interfaces of each device. */
  async interfaceCounts(): Promise<ReadonlyMap<DeviceId, number>> {
    if (!this.#counted) {
      const rows = await this.#db
        .selectFrom('interfaces')
        .select((eb) => ['device', eb.fn.countAll<number>().as('count')])
        .groupBy('device')
        .execute()
      for (const row of rows) this.#interfaceCounts.set(row.device, row.count)
      this.#counted = true
    }
    return this.#interfaceCounts
  }

  async addEvent(key: string, device: DeviceId, event: { readonly kind: string; readonly at: EpochMs }): Promise<void> {
    await this.#db
      .insertInto('device_events')
      .values({ key, device, at: event.at, body: JSON.stringify(event) })
      .onConflict((one) => one.doNothing())
      .execute()
    await this.#db
      .deleteFrom('device_events')
      .where('key', 'in', (eb) =>
        eb
          .selectFrom('device_events')
          .select('key')
          .where('device', '=', device)
          .orderBy('at', 'desc')
          .orderBy('key')
          // SQLite takes an offset with a limit only; -1 is none.
          .limit(-1)
          .offset(MAX_EVENTS),
      )
      .execute()
  }
}

function digestOf(texts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(text).update('\n')
  return hash.digest('base64')
}
