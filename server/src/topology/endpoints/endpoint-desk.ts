import type { Endpoint, TopologyEvent } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import type { DeviceId, EpochMs, SiteName } from '@eyenet/shared/identity'
import type { Discovered } from '@eyenet/shared/wire'
import type { ControlDb } from '../../db/db.ts'
import { adapterWords } from '../../makers/makers.ts'
import { plain } from '../history/history.ts'
import {
  EndpointBook,
  type EndpointChange,
  type EndpointStats,
  type KnownEndpoint,
  type Sighting,
} from './endpoint-book.ts'
import { EndpointRecords } from './endpoint-records.ts'
import { type EndpointQuery, findEndpoints } from './find-endpoints.ts'
import { StationNames } from './station-names.ts'

/** Of the devices that stations are behind. */
export type DeviceWords = {
  readonly nameOf: (device: DeviceId) => string | undefined
  readonly siteOf: (device: DeviceId) => SiteName | undefined
}
type Page = { readonly items: readonly Endpoint[]; readonly total: number; readonly next?: string }

/** The stations that are known, and their rows. */
export class EndpointDesk {
  readonly #db: ControlDb
  readonly #records: EndpointRecords
  readonly #devices: DeviceWords
  readonly #names = new StationNames()
  #book = new EndpointBook()
  /** Not on disk yet: at most as many as are known. */
  readonly #unsaved = new Map<string, KnownEndpoint>()
  /** Went and are on disk yet. */
  readonly #gone = new Set<string>()

  constructor(db: ControlDb, devices: DeviceWords) {
    this.#db = db
    this.#records = new EndpointRecords(db)
    this.#devices = devices
  }

  async load(): Promise<void> {
    this.#book = new EndpointBook(await this.#records.all())
  }

  stats(): EndpointStats {
    return this.#book.stats()
  }

  /** What is new or has moved; it goes to disk with what is told of it. */
  take(
    sightings: readonly Sighting[],
    seenAt: (device: DeviceId) => EpochMs,
    now: EpochMs,
  ): readonly Omit<TopologyEvent, 'seq' | 'at' | 'cause'>[] {
    const { changed, events, gone } = this.#book.take(sightings, seenAt, now)
    this.#leave(gone)
    for (const one of changed) this.#unsaved.set(one.mac, one)
    for (const { mac, name, device } of changed) {
      const site = name === '' && device !== undefined ? this.#devices.siteOf(device) : undefined
      const heard = site && this.#names.of(site, mac)
      if (heard !== undefined) this.#name(mac, heard)
    }
    return events.map((change) => this.#told(change))
  }

  /** What an agent of this site heard stations call themselves; `save` writes it down. */
  named(site: SiteName, items: readonly Pick<Discovered, 'mac' | 'hostname'>[]): void {
    for (const { mac, name } of this.#names.take(site, items)) {
      const { device } = this.#book.get(mac) ?? {}
      if (device !== undefined && this.#devices.siteOf(device) === site) this.#name(mac, name)
    }
  }

  /** Whether all is on disk. */
  get isSaved(): boolean {
    return this.#gone.size + this.#unsaved.size === 0
  }

  /** Writes what is not on disk yet; once the transaction is through, `saved` says so. */
  async write(trx: ControlDb): Promise<void> {
    await this.#records.remove(trx, [...this.#gone])
    await this.#records.save(trx, [...this.#unsaved.values()])
  }

  saved(): void {
    this.#gone.clear()
    this.#unsaved.clear()
  }

  /** Writes all of it down by itself, where none of it is an event that is not. */
  async save(): Promise<void> {
    if (this.isSaved) return
    await this.#db.transaction().execute((trx) => this.write(trx))
    this.saved()
  }

  /** EyeNetError `invalid` for a cursor that no page gave. */
  find({ limit, cursor, ...wanted }: EndpointQuery): Page {
    const found = findEndpoints(this.#book.all(), wanted, this.#devices.nameOf)
    const begin = cursor === undefined ? 0 : Number(cursor)
    if (!Number.isSafeInteger(begin) || begin < 0) {
      throw new EyeNetError('invalid', 'the cursor is not one that a page of this list gave')
    }
    const end = begin + limit
    const items = found.slice(begin, end).map((one) => this.#resource(one))
    return { items, total: found.length, ...(end < found.length && { next: String(end) }) }
  }

  /** Its stations are the other's; `save` writes it down. */
  deviceMerged(from: DeviceId, into: DeviceId): void {
    for (const one of this.#book.deviceMerged(from, into)) this.#unsaved.set(one.mac, one)
  }

  async expire(now: EpochMs): Promise<void> {
    this.#leave(this.#book.expire(now))
    await this.save()
  }

  #leave(macs: readonly string[]): void {
    for (const mac of macs) {
      this.#unsaved.delete(mac)
      this.#gone.add(mac)
    }
  }

  #name(mac: string, name: string): void {
    const named = this.#book.named(mac, name)
    if (named !== undefined) this.#unsaved.set(mac, named)
  }

  #told({ kind, endpoint }: EndpointChange): Omit<TopologyEvent, 'seq' | 'at' | 'cause'> {
    const { device, port, mac, before } = endpoint
    const [was] = before
    const place = (id: DeviceId, at: string) => `${plain(this.#devices.nameOf(id) ?? id)} ${plain(at)}`
    const here = device === undefined || port === undefined ? 'nowhere' : place(device, port)
    const who = endpoint.ips[0] === undefined ? mac : `${mac} (${plain(endpoint.ips[0])})`
    const isMoved = kind === 'endpoint-moved' && was !== undefined
    return {
      kind,
      text: isMoved ? `${who} moved from ${place(was.device, was.port)} to ${here}` : `${who} is new at ${here}`,
      devices: [...new Set([...(device === undefined ? [] : [device]), ...(isMoved ? [was.device] : [])])],
      ...(device !== undefined && { port: { node: device, ...(port !== undefined && { port }) } }),
      mac,
    }
  }

  #resource({ placedAt: _placedAt, ...one }: KnownEndpoint): Endpoint {
    const name = one.device === undefined ? undefined : this.#devices.nameOf(one.device)
    return {
      ...one,
      vendor: adapterWords(one.mac),
      ips: [...one.ips],
      before: [...one.before],
      ...(name !== undefined && { deviceName: name }),
    }
  }
}
