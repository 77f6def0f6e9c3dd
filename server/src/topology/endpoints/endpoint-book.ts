import type { Endpoint } from '@eyenet/shared/api'
import { type DeviceId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import { DeviceShares, Leaving } from './device-shares.ts'

/** A station where inference has it now. */
export type Sighting = {
  readonly mac: string
  readonly vlan?: number
  readonly device: DeviceId
  readonly port: string
  readonly ips: readonly string[]
}

export type KnownEndpoint = Omit<Endpoint, 'deviceName' | 'vendor' | 'ips' | 'before'> & {
  readonly ips: readonly string[]
  readonly before: readonly Endpoint['before'][number][]
  /** Since when it is at its port. */
  readonly placedAt: EpochMs
}

export type EndpointChange = { readonly kind: 'endpoint-new' | 'endpoint-moved'; readonly endpoint: KnownEndpoint }

/** What must be saved, what is an event, and the addresses of those that went. */
export type Taken = {
  readonly changed: readonly KnownEndpoint[]
  readonly events: readonly EndpointChange[]
  readonly gone: readonly string[]
}

export type EndpointStats = {
  readonly endpoints: number
  /** Stations that were not taken, or went for a newer one: too many, too many of one device, or new at one port. */
  readonly refused: number
  /** Changes that are in the list and were no event: too many of one device, or of one station. */
  readonly hushed: number
}

/** Stations that are known at a time: some 100 MB. */
export const MAX_ENDPOINTS = 200_000
/** New stations at one port in an hour: more is a flood of made-up addresses. The first table of a device is no flood. */
const MAX_NEW_AT_PORT = 500
/** Events of one device in an hour. */
const MAX_EVENTS_OF_DEVICE = 200
const HOUR_MS = 3_600_000
/** A station that roams all the time is an event that often. */
const MOVED_EVERY_MS = 10 * 60_000
const MAX_BEFORE = 20
/** When it was seen last is written down that often. */
const SAVED_EVERY_MS = HOUR_MS
const FORGOTTEN_MS = 90 * 24 * HOUR_MS
/** Forgotten at a time, the longest unseen first: a clock that jumps a year ahead does not empty the book. */
const MAX_FORGOTTEN_AT_ONCE = 5_000

type Adding = {
  readonly at: EpochMs
  /** Whether it is in the first table of its device. */
  readonly isFirst: boolean
  readonly leaving: Leaving
  /** Addresses of those that go for it are added here. */
  readonly gone: string[]
}

/** Which station is behind which port, and where it was before. */
export class EndpointBook {
  readonly #known = new Map<string, KnownEndpoint>()
  readonly #shares = new DeviceShares()
  readonly #savedAt = new Map<string, EpochMs>()
  /** Devices that told of stations before. */
  readonly #devices = new Set<DeviceId>()
  /** Of this hour, by port and by device. */
  #newAtPort = new Map<string, number>()
  #eventsOf = new Map<DeviceId, number>()
  #hour = 0
  #refused = 0
  #hushed = 0

  constructor(known: Iterable<KnownEndpoint> = []) {
    for (const one of known) {
      this.#put(one)
      this.#savedAt.set(one.mac, one.lastSeenAt)
      if (one.device !== undefined) this.#devices.add(one.device)
      for (const { device } of one.before) this.#devices.add(device)
    }
  }

  all(): Iterable<KnownEndpoint> {
    return this.#known.values()
  }

  get(mac: string): KnownEndpoint | undefined {
    return this.#known.get(mac)
  }

  stats(): EndpointStats {
    return { endpoints: this.#known.size, refused: this.#refused, hushed: this.#hushed }
  }

  /** `seenAt`: when the device's tables were true last. */
  take(sightings: readonly Sighting[], seenAt: (device: DeviceId) => EpochMs, now: EpochMs): Taken {
    this.#beginHour(now)
    const leaving = new Leaving(this.#known, sightings)
    const gone: string[] = []
    const changed: KnownEndpoint[] = []
    const events: EndpointChange[] = []
    const first = new Set<DeviceId>()
    for (const sighting of sightings) {
      const { device } = sighting
      if (!this.#devices.has(device)) first.add(device)
      const before = this.#known.get(sighting.mac)
      const at = epochMs(Math.min(now, seenAt(device)))
      const isFirst = first.has(device)
      const after =
        before === undefined
          ? this.#added(sighting, { at, isFirst, leaving, gone })
          : moved(before, sighting, { at, now })
      if (after === undefined) continue
      this.#put(after)
      const saved = this.#savedAt.get(after.mac)
      const isFresh = saved !== undefined && Math.abs(at - saved) < SAVED_EVERY_MS
      if (before !== undefined && isSameRow(before, after) && isFresh) continue
      this.#savedAt.set(after.mac, at)
      changed.push(after)
      const change = first.has(device) ? undefined : this.#eventOf(before, after)
      if (change !== undefined) events.push(change)
    }
    for (const device of first) this.#devices.add(device)
    return { changed, events, gone }
  }

  /** Answers the station with its name where that is news. */
  named(mac: string, name: string): KnownEndpoint | undefined {
    const known = this.#known.get(mac)
    if (known === undefined || known.name === name) return undefined
    const after = { ...known, name }
    this.#known.set(mac, after)
    return after
  }

  /** Stations of a device that is another one's by now are there. */
  deviceMerged(from: DeviceId, into: DeviceId): readonly KnownEndpoint[] {
    const changed: KnownEndpoint[] = []
    const here = (device: DeviceId) => (device === from ? into : device)
    for (const one of this.#known.values()) {
      if (one.device !== from && !one.before.some(({ device }) => device === from)) continue
      const before = one.before.map((place) => ({ ...place, device: here(place.device) }))
      const after = { ...one, before, ...(one.device !== undefined && { device: here(one.device) }) }
      this.#put(after)
      changed.push(after)
    }
    if (this.#devices.delete(from)) this.#devices.add(into)
    return changed
  }

  /** Forgets stations that were not seen for 90 days, some of them at a time; answers their addresses. */
  expire(now: EpochMs): readonly string[] {
    const old = [...this.#known.values()].filter((one) => now - one.lastSeenAt > FORGOTTEN_MS)
    const gone = old.sort((a, b) => a.lastSeenAt - b.lastSeenAt).slice(0, MAX_FORGOTTEN_AT_ONCE)
    for (const one of gone) this.#forget(one)
    return gone.map(({ mac }) => mac)
  }

  #put(one: KnownEndpoint): void {
    this.#shares.move(this.#known.get(one.mac)?.device, one.device)
    this.#known.set(one.mac, one)
  }

  #forget({ mac, device }: { readonly mac: string; readonly device?: DeviceId | undefined }): void {
    this.#shares.move(device, undefined)
    this.#known.delete(mac)
    this.#savedAt.delete(mac)
  }

  /** Of a device that has its share already, the one that it has not seen for longest goes; answers its address. */
  #makeRoom(device: DeviceId, leaving: Leaving): readonly string[] {
    if (!this.#shares.isFull(device)) return []
    const oldest = leaving.next(device)
    if (oldest === undefined) return []
    this.#forget(oldest)
    this.#refused += 1
    return [oldest.mac]
  }

  #added(
    { mac, device, port, ips, vlan }: Sighting,
    { at, isFirst, leaving, gone }: Adding,
  ): KnownEndpoint | undefined {
    const key = `${device}|${port}`
    const count = this.#newAtPort.get(key) ?? 0
    const isFlood = !isFirst && count >= MAX_NEW_AT_PORT
    if (!isFlood && this.#shares.isFull(device)) gone.push(...this.#makeRoom(device, leaving))
    if (isFlood || this.#shares.isFull(device) || this.#known.size >= MAX_ENDPOINTS) {
      this.#refused += 1
      return undefined
    }
    if (!isFirst) this.#newAtPort.set(key, count + 1)
    const place = { device, port, ...(vlan !== undefined && { vlan }) }
    return { mac, ips, name: '', ...place, firstSeenAt: at, lastSeenAt: at, placedAt: at, before: [] }
  }

  #eventOf(before: KnownEndpoint | undefined, after: KnownEndpoint): EndpointChange | undefined {
    const isMoved = before !== undefined && (before.device !== after.device || before.port !== after.port)
    if (before !== undefined && !isMoved) return undefined
    const count = after.device === undefined ? 0 : (this.#eventsOf.get(after.device) ?? 0)
    const isRoaming = before !== undefined && Math.abs(after.placedAt - before.placedAt) < MOVED_EVERY_MS
    if (isRoaming || count >= MAX_EVENTS_OF_DEVICE) {
      this.#hushed += 1
      return undefined
    }
    if (after.device !== undefined) this.#eventsOf.set(after.device, count + 1)
    return { kind: isMoved ? 'endpoint-moved' : 'endpoint-new', endpoint: after }
  }

  #beginHour(now: EpochMs): void {
    const hour = Math.floor(now / HOUR_MS)
    if (hour === this.#hour) return
    this.#hour = hour
    this.#newAtPort = new Map()
    this.#eventsOf = new Map()
  }
}

function moved(
  before: KnownEndpoint,
  { device, port, ips, vlan }: Sighting,
  { at, now }: { readonly at: EpochMs; readonly now: EpochMs },
): KnownEndpoint {
  // A time that is still to come is one of a clock that was wrong.
  const last = before.lastSeenAt > now ? at : epochMs(Math.max(before.lastSeenAt, at))
  const seen = { lastSeenAt: last, ips: ips.length > 0 ? ips : before.ips }
  const place = { device, port, ...(vlan !== undefined && { vlan }) }
  if (before.device === device && before.port === port) return { ...before, ...place, ...seen }
  const was =
    before.device === undefined || before.port === undefined
      ? []
      : [{ device: before.device, port: before.port, from: before.placedAt, to: before.lastSeenAt }]
  return { ...before, ...place, ...seen, placedAt: at, before: [...was, ...before.before].slice(0, MAX_BEFORE) }
}

function isSameRow(a: KnownEndpoint, b: KnownEndpoint): boolean {
  return a.device === b.device && a.port === b.port && a.vlan === b.vlan && a.ips.join() === b.ips.join()
}
