import type { DeviceId, EpochMs } from '@eyenet/shared/identity'
import type { EventReport, ReportedInterface } from '@eyenet/shared/wire'
import type { ControlDb, DeviceRow } from '../db/db.ts'

/** Kept per device; older ones go. */
const MAX_EVENTS = 500
/** Rows of one INSERT; SQLite takes 32,766 variables. */
const ROWS_PER_INSERT = 2_000

/** Rows of devices, their interfaces and events. */
export class DeviceRecords {
  readonly #db: ControlDb
  /** Kept because lists ask for it at each change. */
  readonly #interfaceCounts = new Map<DeviceId, number>()
  #counted = false

  constructor(db: ControlDb) {
    this.#db = db
  }

  all(): Promise<DeviceRow[]> {
    return this.#db.selectFrom('devices').selectAll().execute()
  }

  async save(row: DeviceRow, interfaces: readonly ReportedInterface[]): Promise<void> {
    const rows = interfaces.map((one) => ({ device: row.id, interface: one.interface, facts: JSON.stringify(one) }))
    await this.#db.transaction().execute(async (trx) => {
      const { id: _id, ...changed } = row
      await trx
        .insertInto('devices')
        .values(row)
        .onConflict((one) => one.column('id').doUpdateSet(changed))
        .execute()
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
  }

  async saveReach(row: DeviceRow): Promise<void> {
    await this.#db
      .updateTable('devices')
      .set({ reach: row.reach, reach_at: row.reach_at })
      .where('id', '=', row.id)
      .execute()
  }

  async saveState(row: DeviceRow): Promise<void> {
    await this.#db
      .updateTable('devices')
      .set({ state: row.state, state_since: row.state_since })
      .where('id', '=', row.id)
      .execute()
  }

  async remove(id: DeviceId): Promise<void> {
    await this.#db.deleteFrom('device_events').where('device', '=', id).execute()
    await this.#db.deleteFrom('devices').where('id', '=', id).execute()
    this.#interfaceCounts.delete(id)
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

  async addEvent(key: string, device: DeviceId, event: EventReport): Promise<void> {
    await this.#db
      .insertInto('device_events')
      .values({ key, device, at: event.at, body: JSON.stringify(event) })
      .onConflict((one) => one.doNothing())
      .execute()
    const oldest = await this.#oldestKept(device)
    if (oldest === undefined) return
    await this.#db.deleteFrom('device_events').where('device', '=', device).where('at', '<=', oldest).execute()
  }

  async #oldestKept(device: DeviceId): Promise<EpochMs | undefined> {
    const row = await this.#db
      .selectFrom('device_events')
      .select('at')
      .where('device', '=', device)
      .orderBy('at', 'desc')
      .offset(MAX_EVENTS)
      .limit(1)
      .executeTakeFirst()
    return row?.at
  }
}
