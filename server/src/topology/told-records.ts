import { type DeviceId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { ControlDb, LinksToldRow } from '../db/db.ts'
import { NOTHING_TOLD, PARTS, type Part, type Since, type ToldLinks } from './told-links.ts'

/** Read at a time, so that the database and the event loop have turns between. */
const DEVICES_AT_ONCE = 100

type Saved = { readonly parts: readonly Part[]; readonly firstAt: EpochMs | undefined }

/** Rows of what devices told of their links. */
export class ToldRecords {
  readonly #db: ControlDb

  constructor(db: ControlDb) {
    this.#db = db
  }

  /** All that was told, a hundred devices at a time. */
  async *all(): AsyncGenerator<ReadonlyMap<DeviceId, ToldLinks>> {
    const devices = await this.#db.selectFrom('links_told').select('device').distinct().orderBy('device').execute()
    for (let from = 0; from < devices.length; from += DEVICES_AT_ONCE) {
      yield await this.of(devices.slice(from, from + DEVICES_AT_ONCE).map(({ device }) => device))
    }
  }

  /** What each of these told; a hundred at most. */
  async of(ids: readonly DeviceId[]): Promise<ReadonlyMap<DeviceId, ToldLinks>> {
    const rows = await this.#db.selectFrom('links_told').selectAll().where('device', 'in', ids).execute()
    const byDevice = new Map<DeviceId, LinksToldRow[]>(ids.map((id) => [id, []]))
    for (const row of rows) byDevice.get(row.device)?.push(row)
    return new Map([...byDevice].map(([id, some]) => [id, toldOf(some)]))
  }

  /** The site of a device of the inventory. */
  async siteOf(device: DeviceId): Promise<string | undefined> {
    const row = await this.#db.selectFrom('devices').select('site').where('id', '=', device).executeTakeFirst()
    return row?.site
  }

  /** When each device told for the first time, by the watch clock. */
  async firstTold(): Promise<ReadonlyMap<DeviceId, EpochMs>> {
    const rows = await this.#db.selectFrom('links_first_told').selectAll().execute()
    return new Map(rows.map(({ device, at }) => [device, epochMs(at)]))
  }

  /** On disk when it answers. Its device must be there; `firstAt` where it told for the first time. */
  async save(device: DeviceId, told: ToldLinks, { parts, firstAt }: Saved): Promise<void> {
    const rows = parts.flatMap((part) => rowOf(device, told, part) ?? [])
    if (rows.length === 0 && firstAt === undefined) return
    await this.#db.transaction().execute(async (trx) => {
      if (firstAt !== undefined) {
        await trx
          .insertInto('links_first_told')
          .values({ device, at: firstAt })
          .onConflict((one) => one.column('device').doUpdateSet({ at: firstAt }))
          .execute()
      }
      for (const { device: _device, part, ...changed } of rows) {
        await trx
          .insertInto('links_told')
          .values({ device, part, ...changed })
          .onConflict((one) => one.columns(['device', 'part']).doUpdateSet(changed))
          .execute()
      }
    })
  }
}

function rowOf(device: DeviceId, told: ToldLinks, part: Part): LinksToldRow | undefined {
  const [content, at] = [told.parts[part], told.at[part]]
  if (content === undefined || at === undefined) return undefined
  const since = part === 'neighbors' ? JSON.stringify(sinceText(told.since)) : '{}'
  return { device, part, told: JSON.stringify(content), since, at }
}

/** Keys are what devices say: in pairs they are no names of members. */
type SinceText = { readonly told: [string, EpochMs][]; readonly gone: [string, EpochMs, EpochMs][] }

function sinceText({ told, gone }: Since): SinceText {
  return { told: [...told], gone: [...gone].map(([key, { since, until }]) => [key, since, until]) }
}

function toldOf(rows: readonly LinksToldRow[]): ToldLinks {
  const parts: Record<string, unknown> = {}
  const at: Partial<Record<Part, EpochMs>> = {}
  let since = NOTHING_TOLD.since
  for (const row of rows) {
    const part = PARTS.find((one) => one === row.part)
    if (part === undefined) continue
    parts[part] = JSON.parse(row.told)
    at[part] = epochMs(row.at)
    if (part !== 'neighbors') continue
    const kept: SinceText = JSON.parse(row.since)
    since = {
      told: new Map(kept.told),
      gone: new Map(kept.gone.map(([key, from, until]) => [key, { since: from, until }])),
    }
    parts.neighborsSince = since.told
  }
  return { parts, at, since }
}
