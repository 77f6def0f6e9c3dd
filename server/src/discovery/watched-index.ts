import { type DeviceId, type EpochMs, epochMs, type SiteName } from '@eyenet/shared/identity'
import { sql } from 'kysely'
import { z } from 'zod'
import type { ControlDb } from '../db/db.ts'
import {
  addressesOf,
  addressKey,
  canonicalAddress,
  devicesOf,
  type InboxEntry,
  macKey,
  macsOf,
  stationMac,
} from './inbox-entry.ts'

/** Interfaces of all devices are read no more often than this. */
const READ_EVERY_MS = 60_000

const Network = z.object({ addresses: z.array(z.object({ ip: z.string() })).optional() })

export type WatchedIndexOptions = {
  readonly db: ControlDb
  readonly now: () => EpochMs
  /** The device that an id stands for since it was merged. */
  readonly resolve: (device: DeviceId) => DeviceId
}

type Place = { readonly site: SiteName; readonly address: string }

/** Which devices are watched, and where they are: by identity, by every address and by the MACs of their interfaces. */
export class WatchedIndex {
  readonly #db: ControlDb
  readonly #now: () => EpochMs
  readonly #resolve: (device: DeviceId) => DeviceId
  /** At most one per device. */
  readonly #devices = new Map<DeviceId, Place>()
  /** By site and key; undefined where two devices claim it. */
  #places: ReadonlyMap<string, DeviceId | undefined> = new Map()
  #readAt = Number.NEGATIVE_INFINITY
  #isStale = true

  constructor({ db, now, resolve }: WatchedIndexOptions) {
    this.#db = db
    this.#now = now
    this.#resolve = resolve
  }

  /** A device is there or has changed: answers whether that is news here. */
  changed(device: DeviceId, { site, address }: Place): boolean {
    const known = this.#devices.get(device)
    if (known?.address === address && known.site === site) return false
    this.#devices.set(device, { site, address })
    this.#isStale = true
    return true
  }

  removed(device: DeviceId): void {
    this.#devices.delete(device)
    this.#isStale = true
  }

  /** Reads what has changed, at most once a minute. */
  async refresh(): Promise<void> {
    const now = this.#now()
    if (!this.#isStale || (now >= this.#readAt && now - this.#readAt < READ_EVERY_MS)) return
    this.#isStale = false
    this.#readAt = epochMs(now)
    const devices = await this.#db.selectFrom('devices').select(['id', 'site', 'address']).execute()
    this.#devices.clear()
    const places = new Map<string, DeviceId | undefined>()
    const add = (site: SiteName, key: string, device: DeviceId): void => {
      const text = placeOf(site, key)
      places.set(text, places.has(text) && places.get(text) !== device ? undefined : device)
    }
    for (const { id, site, address } of devices) this.#devices.set(id, { site, address })
    for (const { device, network } of await this.#details()) {
      const site = this.#devices.get(device)?.site
      if (site === undefined) continue
      for (const address of addressesIn(network)) add(site, addressKey(address), device)
    }
    for (const { device, mac } of await this.#macs()) {
      const site = this.#devices.get(device)?.site
      const station = stationMac(mac ?? '')
      if (site !== undefined && station !== undefined) add(site, macKey(station), device)
    }
    // Where it is polled it is, whatever else says so.
    for (const { id, site, address } of devices) {
      const canonical = canonicalAddress(address)
      if (canonical !== undefined) places.set(placeOf(site, addressKey(canonical)), id)
    }
    this.#places = places
  }

  /** Where a device is watched; undefined for one that is not in the inventory. */
  siteOf(device: DeviceId): SiteName | undefined {
    return this.#devices.get(this.#resolve(device))?.site
  }

  /** The device that this is; undefined for what nobody watches. An agent speaks for no device of another site. */
  find(entry: InboxEntry): DeviceId | undefined {
    const named = devicesOf(entry)
      .map(this.#resolve)
      .find((device) => this.#devices.get(device)?.site === entry.site)
    if (named !== undefined) return named
    const keys = [...addressesOf(entry).map(({ address }) => addressKey(address)), ...macsOf(entry).map(macKey)]
    for (const key of keys) {
      const device = this.#places.get(placeOf(entry.site, key))
      if (device !== undefined && this.#devices.has(device)) return device
    }
    return undefined
  }

  #details() {
    return this.#db.selectFrom('device_details').select(['device', 'network']).execute()
  }

  #macs() {
    const mac = sql<string | null>`json_extract(facts, '$.mac')`.as('mac')
    return this.#db.selectFrom('interfaces').select(['device', mac]).execute()
  }
}

const placeOf = (site: SiteName, key: string): string => `${site} ${key}`

function addressesIn(network: string): readonly string[] {
  const parsed = Network.safeParse(JSON.parse(network))
  return (parsed.data?.addresses ?? []).flatMap(({ ip }) => canonicalAddress(ip) ?? [])
}
