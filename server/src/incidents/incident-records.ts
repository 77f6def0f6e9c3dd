import { type Incident, momentCursor, parseMomentCursor } from '@eyenet/shared/api'
import { type DeviceId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { ControlDb, IncidentRow } from '../db/db.ts'
import type { Part, Standing } from '../topology/topology.ts'
import type { IncidentPage, IncidentQuery } from './incidents-interface.ts'

/** Incidents are kept as long as alerts. */
const KEEP_MS = 400 * 24 * 3_600_000
/** Rows of one statement; SQLite takes 32,766 variables. */
const ROWS_PER_QUERY = 1_000
/** Incidents that are asked about at once, each by one question to the store. */
const MAX_AMBIGUOUS = 100

type Devices = ReadonlyMap<DeviceId, Part>

/** The rows of incidents, with the devices of each. */
export class IncidentRecords {
  readonly #db: ControlDb

  constructor(db: ControlDb) {
    this.#db = db
  }

  async open(): Promise<readonly Standing[]> {
    const rows = await this.#db.selectFrom('incidents').selectAll().where('ended_at', 'is', null).execute()
    const devices = await this.#devicesOf(rows)
    return rows.map((row) => standingOf(row, devices.get(row.id) ?? new Map()))
  }

  /** Those that ended after the moment, with when. */
  async endedSince(from: EpochMs): Promise<readonly Standing[]> {
    const rows = await this.#db.selectFrom('incidents').selectAll().where('ended_at', '>=', from).execute()
    return rows.map((row) => standingOf(row, new Map()))
  }

  async get(id: string): Promise<Incident | undefined> {
    const rows = await this.#db.selectFrom('incidents').selectAll().where('id', '=', id).execute()
    return (await this.#resources(rows))[0]
  }

  /** Newest first. */
  async list(query: IncidentQuery): Promise<IncidentPage> {
    let found = this.#db.selectFrom('incidents')
    if (query.state === 'open') found = found.where('ended_at', 'is', null)
    if (query.state === 'ended') found = found.where('ended_at', 'is not', null)
    if (query.site !== undefined) found = found.where('site', '=', query.site)
    if (query.device !== undefined) {
      const of = this.#db.selectFrom('incident_devices').select('incident').where('device', '=', query.device)
      found = found.where('id', 'in', of)
    }
    const { total } = await found.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
    const after = parseMomentCursor(query.cursor)
    if (after !== undefined) {
      found = found.where((eb) => eb(eb.refTuple('since', 'id'), '<', eb.tuple(after.at, after.id)))
    }
    const ordered = found.selectAll().orderBy('since', 'desc').orderBy('id', 'desc')
    const rows = await ordered.limit(query.limit + 1).execute()
    const shown = rows.slice(0, query.limit)
    const last = shown.at(-1)
    const isMore = rows.length > shown.length && last !== undefined
    const next = isMore ? { next: momentCursor({ at: last.since, id: last.id }) } : {}
    return { items: await this.#resources(shown), total: Number(total), ...next }
  }

  /** Writes all of it in one transaction: what goes on, what has ended, and what was too short to be kept. */
  async save(changed: {
    readonly open: readonly Standing[]
    readonly ended: readonly { readonly standing: Standing; readonly at: EpochMs }[]
    readonly forgotten: readonly string[]
  }): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      // What ended gives its key free before another takes it.
      for (const { standing, at } of changed.ended) {
        await trx.updateTable('incidents').set({ ended_at: at }).where('id', '=', standing.id).execute()
      }
      for (const id of changed.forgotten) await trx.deleteFrom('incidents').where('id', '=', id).execute()
      for (const standing of changed.open) await saveOne(trx, standing)
    })
  }

  /** Of those that ended after the moment, the ones of a device that looked like something else too, of which nothing was learnt yet. */
  async ambiguousSince(from: EpochMs): Promise<readonly Incident[]> {
    const rows = await this.#db
      .selectFrom('incidents')
      .selectAll()
      .where('ended_at', '>=', from)
      .where('kind', '=', 'device')
      .where('alternatives', '<>', '[]')
      .where('afterwards', 'is', null)
      .limit(MAX_AMBIGUOUS)
      .execute()
    return this.#resources(rows)
  }

  async saveAfterwards(id: string, afterwards: NonNullable<Incident['afterwards']>): Promise<void> {
    const text = JSON.stringify(afterwards)
    await this.#db.updateTable('incidents').set({ afterwards: text }).where('id', '=', id).execute()
  }

  async expire(now: EpochMs): Promise<void> {
    await this.#db
      .deleteFrom('incidents')
      .where('ended_at', '<', epochMs(now - KEEP_MS))
      .execute()
  }

  async #resources(rows: readonly IncidentRow[]): Promise<readonly Incident[]> {
    const devices = await this.#devicesOf(rows)
    return rows.map((row) => ({
      ...incidentOf(standingOf(row, devices.get(row.id) ?? new Map()), row.ended_at ?? undefined),
      ...(row.afterwards !== null && { afterwards: JSON.parse(row.afterwards) }),
    }))
  }

  async #devicesOf(rows: readonly IncidentRow[]): Promise<ReadonlyMap<string, Devices>> {
    const found = new Map<string, Map<DeviceId, Part>>()
    for (let at = 0; at < rows.length; at += ROWS_PER_QUERY) {
      const ids = rows.slice(at, at + ROWS_PER_QUERY).map(({ id }) => id)
      const some = await this.#db.selectFrom('incident_devices').selectAll().where('incident', 'in', ids).execute()
      for (const { incident, device, part } of some) {
        const devices = found.get(incident) ?? new Map<DeviceId, Part>()
        found.set(incident, devices.set(device, part))
      }
    }
    return found
  }
}

/** An incident as the API shows it. */
export function incidentOf(standing: Standing, endedAt?: EpochMs): Incident {
  const { id, site, kind, cause, or, since, evidence, members } = standing
  const of = (wanted: Part): DeviceId[] => [...members].flatMap(([device, part]) => (part === wanted ? [device] : []))
  return {
    ...{ id, site, kind, cause, since },
    ...{ or: [...or], evidence: [...evidence], failed: of('failed'), behind: of('behind') },
    ...(endedAt !== undefined && { endedAt }),
  }
}

async function saveOne(trx: ControlDb, standing: Standing): Promise<void> {
  const { id, key, site, kind, since, members } = standing
  const row: IncidentRow = {
    ...{ id, key, site, kind, since },
    cause: JSON.stringify(standing.cause),
    alternatives: JSON.stringify(standing.or),
    evidence: JSON.stringify(standing.evidence),
    over_at: standing.overAt ?? null,
    ended_at: null,
    afterwards: null,
  }
  const { id: _id, ...changed } = row
  await trx
    .insertInto('incidents')
    .values(row)
    .onConflict((one) => one.column('id').doUpdateSet(changed))
    .execute()
  const devices = [...members].map(([device, part]) => ({ incident: id, device, part }))
  for (let at = 0; at < devices.length; at += ROWS_PER_QUERY) {
    await trx
      .insertInto('incident_devices')
      .values(devices.slice(at, at + ROWS_PER_QUERY))
      .onConflict((one) => one.columns(['incident', 'device']).doUpdateSet((eb) => ({ part: eb.ref('excluded.part') })))
      .execute()
  }
}

function standingOf(row: IncidentRow, members: Devices): Standing {
  return {
    ...{ id: row.id, key: row.key, site: row.site, kind: row.kind, since: row.since, members },
    cause: JSON.parse(row.cause),
    or: JSON.parse(row.alternatives),
    evidence: JSON.parse(row.evidence),
    ...(row.over_at !== null && { overAt: row.over_at }),
  }
}
