import { randomUUID } from 'node:crypto'
import { EyeNetError } from '@eyenet/shared/errors'
import type { DeviceId, EpochMs } from '@eyenet/shared/identity'
import type { Transaction } from 'kysely'
import type {
  ControlDb,
  DeviceDetailsRow,
  DeviceMergeRow,
  DeviceObjectRow,
  DeviceRow,
  InterfaceRow,
  LinksToldRow,
  Tables,
} from '../../db/db.ts'

export type NewMerge = {
  /** As it is from now on. */
  readonly into: DeviceRow
  readonly from: DeviceRow
  /** What surveys found of `from` is newer: `into` takes it over. */
  readonly takesOver: boolean
  readonly evidence: readonly string[]
  /** Empty where the facts alone decided. */
  readonly by: string
  readonly at: EpochMs
}

/** All that is known of one device in rows of its own. */
type Kept = {
  readonly device: DeviceRow
  readonly interfaces: readonly InterfaceRow[]
  readonly details: readonly DeviceDetailsRow[]
  readonly objects: readonly DeviceObjectRow[]
  readonly events: readonly string[]
  /** What it told of its links; absent in what was kept without them. */
  readonly links?: readonly LinksToldRow[]
}

export type Undone = { readonly row: DeviceMergeRow; readonly into: DeviceRow; readonly from: DeviceRow }

/** A chain of merges ends by then. */
const MAX_HOPS = 16
/** Rows of one INSERT; SQLite takes 32,766 variables. */
const ROWS_PER_INSERT = 2_000

/** Which ids stand for which device: rows, and in memory what is asked with each message. */
export class MergeRecords {
  readonly #db: ControlDb
  readonly #standing = new Map<DeviceId, DeviceId>()
  /** Pairs that a person has taken apart: they are not merged by themselves again. */
  readonly #parted = new Set<string>()
  /** When each sighting was written last. */
  readonly #sightings = new Map<string, EpochMs>()

  constructor(db: ControlDb) {
    this.#db = db
  }

  async load(): Promise<void> {
    for (const row of await this.#db.selectFrom('device_merges').select(['device', 'merged', 'undone_at']).execute()) {
      if (row.undone_at === null) this.#standing.set(row.merged, row.device)
      else this.#parted.add(pairOf(row.device, row.merged))
    }
  }

  /** The device that an id stands for; itself where it was not merged. */
  resolve(id: DeviceId): DeviceId {
    let device = id
    for (let hop = 0; hop < MAX_HOPS; hop += 1) {
      const next = this.#standing.get(device)
      if (next === undefined) return device
      device = next
    }
    return device
  }

  /** Ids that stand for this device. */
  aliasesOf(device: DeviceId): readonly DeviceId[] {
    return [...this.#standing.keys()].filter((id) => this.resolve(id) === device)
  }

  isParted(a: DeviceId, b: DeviceId): boolean {
    return this.#parted.has(pairOf(a, b))
  }

  /** In one transaction: the row of `from` goes, what happened to it is `into`'s, and all of it can be put back. */
  async save({ into, from, takesOver, evidence, by, at }: NewMerge): Promise<DeviceMergeRow> {
    const merge = await this.#db.transaction().execute(async (trx) => {
      const kept = { from: await keptOf(trx, from.id), into: await keptOf(trx, into.id) }
      const row: DeviceMergeRow = {
        ...{ id: randomUUID(), device: into.id, merged: from.id, merged_name: from.name, merged_address: from.address },
        ...{ evidence: JSON.stringify(evidence), by, at, undone_at: null, undone_by: null },
        ...{ kept: JSON.stringify(kept), history: 'waiting', copied_samples: 0 },
      }
      await trx.insertInto('device_merges').values(row).execute()
      await trx.updateTable('device_events').set({ device: into.id }).where('device', '=', from.id).execute()
      const moved = await trx.selectFrom('device_sightings').selectAll().where('device', '=', from.id).execute()
      for (const one of moved) {
        await trx
          .insertInto('device_sightings')
          .values({ ...one, device: into.id })
          .onConflict((conflict) => conflict.doNothing())
          .execute()
      }
      await trx.deleteFrom('devices').where('id', '=', from.id).execute()
      if (takesOver) await replaceParts(trx, into.id, kept.from)
      await putDevice(trx, into)
      return row
    })
    this.#standing.set(from.id, into.id)
    return merge
  }

  /** Both devices as they were before; what came since stays with the one that it came to. EyeNetError `not_found`, `conflict`. */
  async undo(id: string, by: string, at: EpochMs): Promise<Undone> {
    const row = await this.#db.selectFrom('device_merges').selectAll().where('id', '=', id).executeTakeFirst()
    if (row === undefined) throw new EyeNetError('not_found', `there is no merge ${id}`)
    if (row.undone_at !== null) throw new EyeNetError('conflict', 'this merge was undone before')
    if (this.#standing.has(row.device)) {
      throw new EyeNetError('conflict', 'the device was merged into another one since: undo that merge first')
    }
    const kept: { readonly from: Kept; readonly into: Kept } = JSON.parse(row.kept)
    await this.#db.transaction().execute(async (trx) => {
      await trx
        .updateTable('device_merges')
        .set({ undone_at: at, undone_by: by, history: 'done' })
        .where('id', '=', id)
        .execute()
      for (const one of [kept.from, kept.into]) {
        await putDevice(trx, one.device)
        await replaceParts(trx, one.device.id, one)
        if (one.links !== undefined) await replaceLinks(trx, one.device.id, one.links)
      }
      for (let from = 0; from < kept.from.events.length; from += ROWS_PER_INSERT) {
        const keys = kept.from.events.slice(from, from + ROWS_PER_INSERT)
        await trx.updateTable('device_events').set({ device: row.merged }).where('key', 'in', keys).execute()
      }
    })
    this.#standing.delete(row.merged)
    this.#parted.add(pairOf(row.device, row.merged))
    const undone = { undone_at: at, undone_by: by, history: 'done' as const }
    return { row: { ...row, ...undone }, into: kept.into.device, from: kept.from.device }
  }

  /** Ids that stood for a device that is removed are their own again; answers them. */
  async forget(device: DeviceId): Promise<readonly DeviceId[]> {
    const aliases = this.aliasesOf(device)
    const gone = [device, ...aliases]
    for (let from = 0; from < gone.length; from += ROWS_PER_INSERT) {
      const some = gone.slice(from, from + ROWS_PER_INSERT)
      const standing = this.#db.deleteFrom('device_merges').where('undone_at', 'is', null)
      await standing.where('device', 'in', some).execute()
    }
    for (const id of aliases) this.#standing.delete(id)
    return aliases
  }

  /** Newest first; of one device, or of all. */
  async list(device?: DeviceId): Promise<readonly DeviceMergeRow[]> {
    const query = this.#db.selectFrom('device_merges').selectAll().orderBy('at', 'desc').limit(MAX_LISTED)
    return device === undefined ? query.execute() : query.where('device', '=', device).execute()
  }

  /** The next merge whose samples are to be copied. */
  waiting(): Promise<DeviceMergeRow | undefined> {
    const query = this.#db.selectFrom('device_merges').selectAll().where('history', '=', 'waiting').orderBy('at')
    return query.executeTakeFirst()
  }

  async copied(id: string, samples: number): Promise<void> {
    await this.#db
      .updateTable('device_merges')
      .set({ history: 'done', copied_samples: samples })
      .where('id', '=', id)
      .execute()
  }

  /** Written once in so long. */
  async sighted(device: DeviceId, seen: { agent: DeviceRow['agent']; address: string; at: EpochMs }): Promise<void> {
    const { agent, address, at } = seen
    const key = `${device} ${agent} ${address}`
    if (at - (this.#sightings.get(key) ?? Number.NEGATIVE_INFINITY) < SIGHTING_EVERY_MS) return
    if (this.#sightings.size >= MAX_SIGHTINGS) this.#sightings.clear()
    this.#sightings.set(key, at)
    await this.#db
      .insertInto('device_sightings')
      .values({ device, agent, address, first_seen_at: at, last_seen_at: at })
      .onConflict((one) => one.columns(['device', 'agent', 'address']).doUpdateSet({ last_seen_at: at }))
      .execute()
  }

  sightings(device: DeviceId) {
    const query = this.#db.selectFrom('device_sightings').selectAll().where('device', '=', device)
    return query.orderBy('last_seen_at', 'desc').limit(MAX_LISTED).execute()
  }
}

const MAX_LISTED = 500
const SIGHTING_EVERY_MS = 3_600_000
/** Beyond it some are written more often. */
const MAX_SIGHTINGS = 50_000

async function keptOf(trx: Transaction<Tables>, id: DeviceId): Promise<Kept> {
  const events = await trx.selectFrom('device_events').select('key').where('device', '=', id).execute()
  return {
    device: await trx.selectFrom('devices').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    interfaces: await trx.selectFrom('interfaces').selectAll().where('device', '=', id).execute(),
    details: await trx.selectFrom('device_details').selectAll().where('device', '=', id).execute(),
    objects: await trx.selectFrom('device_objects').selectAll().where('device', '=', id).execute(),
    events: events.map(({ key }) => key),
    links: await trx.selectFrom('links_told').selectAll().where('device', '=', id).execute(),
  }
}

async function putDevice(trx: Transaction<Tables>, row: DeviceRow): Promise<void> {
  const { id: _id, ...changed } = row
  await trx
    .insertInto('devices')
    .values(row)
    .onConflict((one) => one.column('id').doUpdateSet(changed))
    .execute()
}

/** Interfaces and what surveys found, as they are in `kept`. */
async function replaceParts(trx: Transaction<Tables>, device: DeviceId, kept: Kept): Promise<void> {
  for (const table of ['interfaces', 'device_details', 'device_objects'] as const) {
    await trx.deleteFrom(table).where('device', '=', device).execute()
  }
  for (let at = 0; at < kept.interfaces.length; at += ROWS_PER_INSERT) {
    const rows = kept.interfaces.slice(at, at + ROWS_PER_INSERT)
    await trx
      .insertInto('interfaces')
      .values(rows.map((row) => ({ ...row, device })))
      .execute()
  }
  for (const row of kept.details)
    await trx
      .insertInto('device_details')
      .values({ ...row, device })
      .execute()
  for (const row of kept.objects)
    await trx
      .insertInto('device_objects')
      .values({ ...row, device })
      .execute()
}

async function replaceLinks(trx: Transaction<Tables>, device: DeviceId, links: readonly LinksToldRow[]): Promise<void> {
  await trx.deleteFrom('links_told').where('device', '=', device).execute()
  for (const row of links) await trx.insertInto('links_told').values(row).execute()
}

function pairOf(a: DeviceId, b: DeviceId): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`
}
