import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LinkEnd } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { type DeviceId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { DeviceRole } from '@eyenet/shared/roles'
import type { LinksReport, Peer } from '@eyenet/shared/wire'
import type { ControlDb } from '../db/db.ts'
import type { MetricStore } from '../store/store.ts'
import { type DeviceFacts, readFacts } from './device-facts.ts'
import type { Sighting } from './endpoints/endpoints.ts'
import { plain, type Watched } from './history/history.ts'
import { type DeviceView, Inference, type LinkParts } from './infer/infer.ts'
import { PortStates } from './port-states.ts'
import { NOTHING_TOLD, PARTS, type ToldLinks, toldAfter } from './told-links.ts'
import { ToldRecords } from './told-records.ts'
import type { Addressed } from './trace/trace.ts'
import type { WatchClock } from './watch-clock.ts'

export type EvidenceOptions = {
  readonly db: ControlDb
  readonly store: Pick<MetricStore, 'query'>
  readonly now: () => EpochMs
  readonly watch: WatchClock
  readonly roleOf: (device: DeviceId) => DeviceRole
}

/** Devices that are read, and set, between two turns of the event loop. */
const PER_READ = 100
const PER_TURN = 20
/** A merge follows a removal at once. */
const MAX_DEPARTED = 100

/** What is known of the devices, brought into the shape that inference takes; only what changed is set anew. */
export class EvidenceDesk {
  readonly #options: EvidenceOptions
  readonly #records: ToldRecords
  readonly #ports: PortStates
  readonly #inference = new Inference()
  readonly #told = new Map<DeviceId, ToldLinks>()
  readonly #facts = new Map<DeviceId, DeviceFacts>()
  /** Devices of which facts have to be read, samples have come, or anything has changed; with why. */
  readonly #stale = new Map<DeviceId, string>()
  /** Devices whose facts are being read: one that leaves meanwhile is not put back by them. */
  readonly #reading = new Set<DeviceId>()
  readonly #sampled = new Map<DeviceId, EpochMs>()
  readonly #changed = new Map<DeviceId, string>()
  readonly #heardAt = new Map<DeviceId, EpochMs>()
  /** By the watch clock. */
  readonly #firstToldAt = new Map<DeviceId, EpochMs>()
  readonly #merged = new Map<string, string>()
  /** What devices told that have left the inventory: one of them may turn out to be another. */
  readonly #departed = new Map<DeviceId, ToldLinks>()

  constructor(options: EvidenceOptions) {
    this.#options = options
    this.#records = new ToldRecords(options.db)
    this.#ports = new PortStates(options.store)
  }

  /** Goes on with what is stored; with when the server looked last before it was away. */
  async load(devices: readonly DeviceId[], { watched, lookedAt }: Watched): Promise<void> {
    const { now, watch } = this.#options
    const first = await this.#records.firstTold()
    watch.begin(epochMs(Math.max(watched === 0 ? now() : watched, ...first.values())))
    for await (const some of this.#records.all()) {
      for (const [id, told] of some) {
        this.#told.set(id, told)
        this.#firstToldAt.set(id, this.#beganWith(told))
      }
    }
    for (const [id, at] of first) this.#firstToldAt.set(id, at)
    for (const device of devices) this.#stale.set(device, 'the start of the server')
    // A port that came up meanwhile is one that was touched.
    if (lookedAt > 0) await this.#ports.refresh(devices, lookedAt, watch.now())
    await this.#ports.refresh(devices, now(), watch.now())
  }

  /** Whether something is known now that inference has not seen. */
  get isBehind(): boolean {
    return this.#stale.size + this.#changed.size + this.#sampled.size + this.#merged.size > 0
  }

  /** On disk when it answers; false for a device that is not in the inventory. */
  async receive(peer: Peer, report: LinksReport): Promise<boolean> {
    const { device } = report
    const site = await this.#records.siteOf(device)
    if (site === undefined) return false
    if (site !== peer.site) {
      throw new EyeNetError(
        'conflict',
        `the device ${device} belongs to the site ${site}; ${peer.site} cannot tell of it`,
      )
    }
    const { told, changed } = toldAfter(this.#told.get(device) ?? NOTHING_TOLD, report, this.#options.now())
    const parts = PARTS.filter((part) => report[part] !== undefined && (changed.includes(part) || part === 'neighbors'))
    const firstAt = this.#firstToldAt.has(device) ? undefined : this.#options.watch.now()
    await this.#records.save(device, told, { parts, firstAt })
    this.#told.set(device, told)
    if (firstAt !== undefined) this.#firstToldAt.set(device, firstAt)
    this.#heard(device, epochMs(Math.min(report.at, this.#options.now())))
    this.#changed.set(device, `links of ${this.#nameOf(device)}`)
    return true
  }

  factsChanged(device: DeviceId): void {
    this.#stale.set(device, 'facts')
  }

  samplesStored(devices: readonly DeviceId[], at: EpochMs): void {
    for (const device of devices) {
      this.#heard(device, at)
      if (this.#facts.has(device) || this.#stale.has(device)) this.#sampled.set(device, at)
    }
  }

  /** What it told is kept: it may be restored. */
  deviceRetired(device: DeviceId): void {
    const facts = this.#facts.get(device)
    this.#stale.delete(device)
    this.#reading.delete(device)
    if (facts === undefined) return
    this.#facts.delete(device)
    this.#inference.remove(device)
    this.#changed.set(device, `${plain(facts.name)} was retired`)
  }

  deviceRemoved(device: DeviceId): void {
    const name = this.#nameOf(device)
    const told = this.#told.get(device)
    if (told !== undefined) this.#depart(device, told)
    this.#facts.delete(device)
    this.#told.delete(device)
    this.#stale.delete(device)
    this.#reading.delete(device)
    this.#sampled.delete(device)
    this.#heardAt.delete(device)
    this.#firstToldAt.delete(device)
    this.#ports.forget(device)
    this.#inference.remove(device)
    this.#changed.set(device, `${name} was removed from the inventory`)
  }

  /** At once: what is worked out next must know it. */
  deviceIs(from: DeviceId, into: DeviceId): void {
    if (this.#facts.has(from)) this.deviceRemoved(from)
    this.#merged.set(from, into)
    this.#changed.set(from, `${this.#nameOf(into)} is the same device`)
    this.#stale.set(into, 'facts')
  }

  /** What `from` told goes on as told by `into`, as far as that one has not told it itself. */
  async toldByOther(from: DeviceId, into: DeviceId): Promise<void> {
    const [moved, own] = [this.#departed.get(from), this.#told.get(into) ?? NOTHING_TOLD]
    this.#departed.delete(from)
    if (moved === undefined || (await this.#records.siteOf(into)) === undefined) return
    const missing = PARTS.filter((part) => moved.parts[part] !== undefined && own.parts[part] === undefined)
    if (missing.length === 0) return
    const told = {
      parts: { ...moved.parts, ...own.parts },
      at: { ...moved.at, ...own.at },
      since: missing.includes('neighbors') ? moved.since : own.since,
    }
    const firstAt = this.#firstOf(into, told)
    await this.#records.save(into, told, { parts: missing, firstAt })
    this.#told.set(into, told)
    this.#firstToldAt.set(into, firstAt)
    this.#changed.set(into, `links of ${this.#nameOf(into)}`)
  }

  /** Two that were one device have told again what they told before. */
  async toldAgain(devices: readonly DeviceId[]): Promise<void> {
    for (const [device, told] of await this.#records.of(devices)) {
      this.#told.set(device, told)
      this.#firstToldAt.set(device, this.#firstOf(device, told))
      this.#changed.set(device, `${this.#facts.get(device)?.name ?? device} is a device of its own`)
    }
  }

  /** Brings inference up to date; answers why which device may look different, and who has become whom. */
  async settle(): Promise<{
    readonly causes: ReadonlyMap<DeviceId, string>
    readonly mergedInto: ReadonlyMap<string, string>
  }> {
    await this.#readStale()
    await this.#readPorts()
    const causes = new Map(this.#changed)
    this.#changed.clear()
    let set = 0
    for (const device of causes.keys()) {
      const view = this.#viewOf(device)
      if (view === undefined) continue
      this.#inference.set(view)
      set += 1
      if (set % PER_TURN === 0) await nextTurn()
    }
    // Taken last: whoever left meanwhile is not in the graph any more.
    const mergedInto = new Map(this.#merged)
    this.#merged.clear()
    return { causes, mergedInto }
  }

  #depart(device: DeviceId, told: ToldLinks): void {
    this.#departed.set(device, told)
    const [oldest] = this.#departed.keys()
    if (this.#departed.size > MAX_DEPARTED && oldest !== undefined) this.#departed.delete(oldest)
  }

  graph(): ReturnType<Inference['graph']> {
    return this.#inference.graph()
  }

  /** Stations that are no devices of the inventory. */
  endpoints(): readonly Sighting[] {
    return this.#inference.endpoints()
  }

  /** What each device tells of addresses. */
  addressed(): readonly Addressed[] {
    return [...this.#facts.values()].map(({ device, name, site, address, interfaces, surveyed }) => {
      const { addresses = [], arp = [], identifiers = [], bridge } = linksOf(this.#told.get(device)?.parts, surveyed)
      const macs = [...interfaces.map(({ mac }) => mac), ...identifiers, bridge?.address ?? '']
      return { device, name, site, arp, macs, ips: [address, ...addresses.map(({ ip }) => ip)] }
    })
  }

  /** The roots of spanning trees that bridges tell of. */
  roots(): ReadonlyMap<DeviceId, string> {
    const roots = new Map<DeviceId, string>()
    for (const [device, { parts }] of this.#told) {
      const root = parts.bridge?.root
      if (root !== undefined && this.#facts.has(device)) roots.set(device, root)
    }
    return roots
  }

  /** The name of the bridge that has this root's address, else the root as it is told. */
  bridgeName(root: string): string {
    const address = root.slice(root.indexOf('-') + 1)
    for (const [device, { parts }] of this.#told) {
      const isIt = parts.bridge?.address === address || (parts.identifiers ?? []).includes(address)
      if (isIt) return this.#facts.get(device)?.name ?? root
    }
    return root
  }

  isPortUp({ node, port }: LinkEnd): boolean | undefined {
    return port === undefined ? undefined : this.#ports.get(node, port)?.isUp
  }

  firstToldAt(device: DeviceId): EpochMs | undefined {
    return this.#firstToldAt.get(device)
  }

  cameUp(): ReadonlyMap<string, EpochMs> {
    return this.#ports.cameUp()
  }

  /** When what a device tells was true last: at its newest report, or its newest samples. */
  heardAt(device: DeviceId): EpochMs {
    return this.#heardAt.get(device) ?? this.#linksAt(device)
  }

  #heard(device: DeviceId, at: EpochMs): void {
    if (at > (this.#heardAt.get(device) ?? 0)) this.#heardAt.set(device, at)
  }

  /** What was told before counts as told when the oldest of it was; by the watch clock. */
  #beganWith({ at }: ToldLinks): EpochMs {
    const { now, watch } = this.#options
    const agoMs = now() - Math.min(now(), ...Object.values(at))
    return epochMs(watch.now() - agoMs)
  }

  /** What is known of a device's first word stays: all of its parts may have been told anew since. */
  #firstOf(device: DeviceId, told: ToldLinks): EpochMs {
    const known = this.#firstToldAt.get(device) ?? Number.MAX_SAFE_INTEGER
    return epochMs(Math.min(known, this.#beganWith(told)))
  }

  async #readStale(): Promise<void> {
    const stale = [...this.#stale]
    this.#stale.clear()
    for (let from = 0; from < stale.length; from += PER_READ) {
      const some = stale.slice(from, from + PER_READ)
      const ids = some.map(([id]) => id)
      const causes = new Map(some)
      for (const id of ids) this.#reading.add(id)
      for (const facts of await readFacts(this.#options.db, ids, this.#options.roleOf)) {
        if (!this.#reading.delete(facts.device)) continue
        const before = this.#facts.get(facts.device)
        this.#facts.set(facts.device, facts)
        this.#ports.keepOnly(facts.device, new Set(facts.interfaces.map((one) => one.interface)))
        if (before !== undefined && isSame(before, facts)) continue
        const cause = causes.get(facts.device)
        if (this.#changed.has(facts.device)) {
          // It told of its links before it had a name here.
          if (before === undefined) this.#changed.set(facts.device, `links of ${this.#nameOf(facts.device)}`)
          continue
        }
        this.#changed.set(facts.device, cause === 'facts' ? `facts of ${this.#nameOf(facts.device)}` : (cause ?? ''))
      }
      await nextTurn()
    }
  }

  async #readPorts(): Promise<void> {
    const sampled = [...this.#sampled.keys()]
    if (sampled.length === 0) return
    this.#sampled.clear()
    for (const device of await this.#ports.refresh(sampled, this.#options.now(), this.#options.watch.now())) {
      if (!this.#facts.has(device) || this.#changed.has(device)) continue
      this.#changed.set(device, `ports of ${this.#nameOf(device)}`)
    }
  }

  /** In a sentence: what a device calls itself steers no terminal. */
  #nameOf(device: DeviceId): string {
    return plain(this.#facts.get(device)?.name ?? device)
  }

  #viewOf(device: DeviceId): DeviceView | undefined {
    const facts = this.#facts.get(device)
    if (facts === undefined) return undefined
    const { surveyed, factsAt: _factsAt, interfaces, ...rest } = facts
    const told = this.#told.get(device)?.parts
    const ports = interfaces.map(({ interface: port, mtu: _mtu, speedBps, ...one }) => ({
      ...{ port, ...one, ...this.#ports.get(device, port) },
      ...(speedBps !== undefined && { speedBps }),
    }))
    return { ...rest, interfaces: ports, links: linksOf(told, surveyed), linksAt: this.#linksAt(device) }
  }

  #linksAt(device: DeviceId): EpochMs {
    const at = Object.values(this.#told.get(device)?.at ?? {})
    return epochMs(Math.max(0, ...(at.length > 0 ? at : [this.#facts.get(device)?.factsAt ?? 0])))
  }
}

/** A report of links is newer than a survey, and has all that a survey has. */
function linksOf(told: LinkParts | undefined, surveyed: LinkParts): LinkParts {
  return { ...surveyed, ...told }
}

/** Facts are told daily, and mostly say the same. */
function isSame(before: DeviceFacts, now: DeviceFacts): boolean {
  return JSON.stringify({ ...before, factsAt: 0 }) === JSON.stringify({ ...now, factsAt: 0 })
}
