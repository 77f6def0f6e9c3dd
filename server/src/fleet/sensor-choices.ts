import type { SensorChoiceResource } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import { MAX_SENSOR_CHOICES, type SensorChoice } from '@eyenet/shared/wire'
import type { ControlDb } from '../db/db.ts'
import { bumpAllRevisions } from './revisions.ts'

/** What a choice is about: a column or scalar of a family of devices. */
export type ChoiceKey = Pick<SensorChoice, 'family' | 'object'>

/** What people decided about sensors, once for all devices of a family. */
export interface SensorChoices {
  /** Newest first, each with the number of known devices that it is about. */
  list(): Promise<readonly SensorChoiceResource[]>
  /** By object, whether it is read. */
  ofFamily(family: string): Promise<ReadonlyMap<string, boolean>>
  /** EyeNetError `limit_exceeded` when there are too many. */
  set(choice: SensorChoice, by: string): Promise<SensorChoiceResource>
  /** False when there is no such choice. */
  remove(key: ChoiceKey): Promise<boolean>
}

export class ChoiceRecords implements SensorChoices {
  readonly #db: ControlDb
  readonly #now: () => EpochMs
  readonly #onChange: () => void

  constructor({ db, now, onChange }: { db: ControlDb; now: () => EpochMs; onChange: () => void }) {
    this.#db = db
    this.#now = now
    this.#onChange = onChange
  }

  async list(): Promise<readonly SensorChoiceResource[]> {
    const rows = await this.#withDevices().orderBy('at', 'desc').orderBy('family').orderBy('object').execute()
    return rows.map(resourceOf)
  }

  async ofFamily(family: string): Promise<ReadonlyMap<string, boolean>> {
    const rows = await this.#db
      .selectFrom('sensor_choices')
      .select(['object', 'enabled'])
      .where('family', '=', family)
      .execute()
    return new Map(rows.map(({ object, enabled }) => [object, enabled === 1]))
  }

  async set({ family, object, enabled }: SensorChoice, by: string): Promise<SensorChoiceResource> {
    const wanted = { enabled: enabled ? 1 : 0, by, at: this.#now() } as const
    const isNews = await this.#db.transaction().execute(async (trx) => {
      const known = await choiceOf(trx, { family, object })
      if (known?.enabled === wanted.enabled) return false
      if (known === undefined) await assertRoom(trx)
      await trx
        .insertInto('sensor_choices')
        .values({ family, object, ...wanted })
        .onConflict((one) => one.columns(['family', 'object']).doUpdateSet(wanted))
        .execute()
      await bumpAllRevisions(trx)
      return true
    })
    if (isNews) this.#onChange()
    const made = this.#withDevices().where('family', '=', family).where('object', '=', object)
    return resourceOf(await made.executeTakeFirstOrThrow())
  }

  async remove({ family, object }: ChoiceKey): Promise<boolean> {
    const isRemoved = await this.#db.transaction().execute(async (trx) => {
      const query = trx.deleteFrom('sensor_choices').where('family', '=', family).where('object', '=', object)
      if ((await query.executeTakeFirst()).numDeletedRows === 0n) return false
      await bumpAllRevisions(trx)
      return true
    })
    if (isRemoved) this.#onChange()
    return isRemoved
  }

  #withDevices() {
    return this.#db
      .selectFrom('sensor_choices')
      .selectAll()
      .select((eb) =>
        eb
          .selectFrom('device_objects')
          .select((of) => of.fn.countAll<number>().as('count'))
          .whereRef('device_objects.family', '=', 'sensor_choices.family')
          .whereRef('device_objects.object', '=', 'sensor_choices.object')
          .as('devices'),
      )
  }
}

/** All of them, as agents are told; in a fixed order. */
export async function allChoices(db: ControlDb): Promise<readonly SensorChoice[]> {
  const query = db.selectFrom('sensor_choices').select(['family', 'object', 'enabled'])
  const rows = await query.orderBy('family').orderBy('object').execute()
  return rows.map(({ family, object, enabled }) => ({ family, object, enabled: enabled === 1 }))
}

function choiceOf(db: ControlDb, { family, object }: ChoiceKey) {
  const query = db.selectFrom('sensor_choices').select('enabled')
  return query.where('family', '=', family).where('object', '=', object).executeTakeFirst()
}

async function assertRoom(db: ControlDb): Promise<void> {
  const query = db.selectFrom('sensor_choices').select((eb) => eb.fn.countAll<number>().as('count'))
  if ((await query.executeTakeFirstOrThrow()).count < MAX_SENSOR_CHOICES) return
  const message = `there are ${MAX_SENSOR_CHOICES} choices about sensors, which is all there may be: take back some that are not needed any more`
  throw new EyeNetError('limit_exceeded', message)
}

type Row = { family: string; object: string; enabled: 0 | 1; by: string; at: number; devices: number | null }

function resourceOf({ enabled, at, devices, ...row }: Row): SensorChoiceResource {
  return { ...row, enabled: enabled === 1, at: epochMs(at), devices: devices ?? 0 }
}
