import { createHash } from 'node:crypto'
import type { DeviceId } from '@eyenet/shared/identity'
import type { DeviceDetails } from '@eyenet/shared/wire'
import type { ControlDb, DeviceDetailsRow } from '../db/db.ts'

export type Sensors = DeviceDetails['sensors']
export type Hardware = Pick<DeviceDetails, 'processors' | 'memory' | 'storage' | 'parts' | 'supplies'>
export type Network = Pick<DeviceDetails, 'neighbors' | 'addresses' | 'vlans' | 'bgpPeers' | 'ospfNeighbors'>

/** One part of what a survey found, with what belongs to all of it. */
export type Section<T> = { readonly family: string; readonly truncated: boolean; readonly content: T }

/** What surveys found: a row per device, and which objects its family is read by. */
export class DetailsRecords {
  readonly #db: ControlDb
  /** Of what is stored; at most one per device. */
  readonly #digests = new Map<DeviceId, string>()

  constructor(db: ControlDb) {
    this.#db = db
  }

  /** Writes nothing where the same is stored. Its device must be there. */
  async save(device: DeviceId, details: DeviceDetails): Promise<void> {
    const row = rowOf(device, details)
    if ((await this.#digestOf(device)) === row.digest) return
    const objects = [...new Set(details.sensors.map((one) => one.object))]
    const { device: _device, ...changed } = row
    await this.#db.transaction().execute(async (trx) => {
      await trx
        .insertInto('device_details')
        .values(row)
        .onConflict((one) => one.column('device').doUpdateSet(changed))
        .execute()
      await trx.deleteFrom('device_objects').where('device', '=', device).execute()
      if (objects.length === 0) return
      // At most MAX_REPORTED.sensors rows of three variables: well below SQLite's 32,766.
      await trx
        .insertInto('device_objects')
        .values(objects.map((object) => ({ device, family: details.family, object })))
        .execute()
    })
    this.#digests.set(device, row.digest)
  }

  forget(device: DeviceId): void {
    this.#digests.delete(device)
  }

  sensors(device: DeviceId): Promise<Section<Sensors> | undefined> {
    return this.#section(device, 'sensors')
  }

  hardware(device: DeviceId): Promise<Section<Hardware> | undefined> {
    return this.#section(device, 'hardware')
  }

  network(device: DeviceId): Promise<Section<Network> | undefined> {
    return this.#section(device, 'network')
  }

  async #section<T>(device: DeviceId, name: 'sensors' | 'hardware' | 'network'): Promise<Section<T> | undefined> {
    const row = await this.#db
      .selectFrom('device_details')
      .select((eb) => ['family', 'truncated', eb.ref(name).as('content')])
      .where('device', '=', device)
      .executeTakeFirst()
    return row && { family: row.family, truncated: row.truncated === 1, content: JSON.parse(row.content) }
  }

  async #digestOf(device: DeviceId): Promise<string | undefined> {
    const known = this.#digests.get(device)
    if (known !== undefined) return known
    const query = this.#db.selectFrom('device_details').select('digest').where('device', '=', device)
    return (await query.executeTakeFirst())?.digest
  }
}

function rowOf(device: DeviceId, details: DeviceDetails): DeviceDetailsRow {
  const { processors, memory, storage, parts, supplies } = details
  const { neighbors, addresses, vlans, bgpPeers, ospfNeighbors } = details
  return {
    device,
    digest: createHash('sha256').update(JSON.stringify(details)).digest('base64'),
    family: details.family,
    truncated: details.truncated ? 1 : 0,
    sensors: JSON.stringify(details.sensors),
    hardware: JSON.stringify({ processors, memory, storage, parts, supplies } satisfies Hardware),
    network: JSON.stringify({ neighbors, addresses, vlans, bgpPeers, ospfNeighbors } satisfies Network),
  }
}
