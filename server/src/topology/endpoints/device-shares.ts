import type { DeviceId, EpochMs } from '@eyenet/shared/identity'

/** Where a station is, and when it was seen there last. */
type Placed = { readonly mac: string; readonly device?: DeviceId | undefined; readonly lastSeenAt: EpochMs }

/** Stations of one device: as many as a report has, and a tenth of all that are known. */
export const MAX_ENDPOINTS_OF_DEVICE = 20_000

/** How many stations are known of each device: one that makes them up takes nobody else's place. */
export class DeviceShares {
  readonly #counts = new Map<DeviceId, number>()

  /** One station was there, and is here now; undefined: nowhere. */
  move(from: DeviceId | undefined, to: DeviceId | undefined): void {
    if (from === to) return
    if (from !== undefined) this.#count(from, -1)
    if (to !== undefined) this.#count(to, 1)
  }

  isFull(device: DeviceId): boolean {
    return (this.#counts.get(device) ?? 0) >= MAX_ENDPOINTS_OF_DEVICE
  }

  #count(device: DeviceId, by: 1 | -1): void {
    const count = (this.#counts.get(device) ?? 0) + by
    if (count > 0) this.#counts.set(device, count)
    else this.#counts.delete(device)
  }
}

/** Stations of each device that are not seen now, the one not seen for longest first; each is given once. */
export class Leaving {
  readonly #known: ReadonlyMap<string, Placed>
  readonly #sightings: readonly { readonly mac: string }[]
  #seen: ReadonlySet<string> | undefined
  /** The next one last. */
  readonly #of = new Map<DeviceId, Placed[]>()

  constructor(known: ReadonlyMap<string, Placed>, sightings: readonly { readonly mac: string }[]) {
    this.#known = known
    this.#sightings = sightings
  }

  next(device: DeviceId): Placed | undefined {
    const known = this.#of.get(device)
    if (known !== undefined) return known.pop()
    this.#seen ??= new Set(this.#sightings.map(({ mac }) => mac))
    const open: Placed[] = []
    for (const one of this.#known.values()) if (one.device === device && !this.#seen.has(one.mac)) open.push(one)
    open.sort((a, b) => b.lastSeenAt - a.lastSeenAt)
    this.#of.set(device, open)
    return open.pop()
  }
}
