import type {
  NewTopologyPositions,
  TopologyEvent,
  TopologyGraph,
  TopologyLink,
  TopologyPositions,
} from '@eyenet/shared/api'
import { messageOf } from '@eyenet/shared/errors'
import type { DeviceId, EpochMs, SiteName } from '@eyenet/shared/identity'
import type { DeviceRole } from '@eyenet/shared/roles'
import type { DiscoveredReport, LinksReport, Peer } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { ControlDb } from '../db/db.ts'
import type { InventoryRoom } from '../inventory/inventory.ts'
import type { MetricStore } from '../store/store.ts'
import { around } from './around.ts'
import { EndpointDesk } from './endpoints/endpoints.ts'
import { EvidenceDesk } from './evidence-desk.ts'
import {
  type EventQuery,
  graphDiff,
  HistoryRecords,
  NOTHING_REMEMBERED,
  type Remembered,
  remember,
  type SeenGraph,
  topologyGraphOf,
} from './history/history.ts'
import { PositionRecords } from './position-records.ts'
import { earlyText, withEarly, withFreshEvidence } from './shown-graph.ts'
import type { AroundQuery, EndpointPage, TopologyRoom, TopologyStats } from './topology-interface.ts'
import { TopologyMetrics } from './topology-metrics.ts'
import { addressOwners } from './trace/trace.ts'
import { causeOf, Unwritten } from './unwritten.ts'
import { WatchClock } from './watch-clock.ts'

export type TopologyOptions = {
  readonly db: ControlDb
  readonly store: Pick<MetricStore, 'query' | 'intern' | 'append'>
  readonly now: () => EpochMs
  /** Milliseconds of a clock that nobody sets. */
  readonly monotonicMs?: () => number
  readonly logger: Logger
  readonly inventory: Pick<InventoryRoom, 'list' | 'onChange' | 'onSamples' | 'nameOf'>
  /** false: the caller calls `work`; for tests. */
  readonly workByItself?: boolean
}

const LOOK_EVERY_MS = 1_000
/** What working it out costs is a fifth of the time at most. */
const REST_PER_WORK = 4
/** Waiting links and metrics are looked at that often where nothing is told. */
const IDLE_MS = 30_000
/** Tables of stations change all the time; where they are is looked at that often. */
const STATIONS_EVERY_MS = 10_000
const EXPIRE_EVERY_MS = 24 * 3_600_000
/** Of one happening that are told one by one; who has missed some sees it by their numbers. */
const MAX_TOLD_AT_ONCE = 200

class NetworkMemory implements TopologyRoom {
  readonly #options: TopologyOptions
  readonly #watch: WatchClock
  readonly #desk: EvidenceDesk
  readonly #records: HistoryRecords
  readonly #stations: EndpointDesk
  readonly #positions: PositionRecords
  readonly #metrics: TopologyMetrics
  readonly #roles = new Map<DeviceId, DeviceRole>()
  readonly #sites = new Map<DeviceId, SiteName>()
  readonly #eventListeners = new Set<(event: TopologyEvent) => void>()
  readonly #graphListeners = new Set<(graph: TopologyGraph) => void>()
  readonly #ends: (() => void)[] = []
  #remembered: Remembered = NOTHING_REMEMBERED
  #seen: SeenGraph = { nodes: [], links: [], vlans: [] }
  /** Links that are shown already and are no event yet. */
  #early: readonly TopologyLink[] = []
  #current: TopologyGraph | undefined
  #isFirst = true
  #turn: Promise<void> = Promise.resolve()
  #isWorking = false
  #restUntil = 0
  /** What is known and not written down yet; it stays where that fails. */
  readonly #unwritten = new Unwritten()
  /** Stations may be elsewhere than when they were looked at. */
  #areStationsStale = true
  #stationsAt = 0
  #lookedAt = 0
  #rememberedAt = 0
  #expiredAt = 0
  #counts = {
    reports: 0,
    strangers: 0,
    events: 0,
    eventsForgotten: 0,
    recomputes: 0,
    recomputeSeconds: 0,
    neighborsLeftOut: 0,
  }

  constructor(options: TopologyOptions) {
    const { db, store, now } = options
    this.#options = options
    const watch = new WatchClock(options.monotonicMs ?? (() => performance.now()))
    this.#watch = watch
    this.#desk = new EvidenceDesk({ db, store, now, watch, roleOf: (device) => this.#roles.get(device) ?? 'unknown' })
    this.#records = new HistoryRecords(db)
    this.#stations = new EndpointDesk(db, {
      nameOf: (device) => options.inventory.nameOf(device),
      siteOf: (device) => this.#sites.get(device),
    })
    this.#positions = new PositionRecords(db)
    this.#metrics = new TopologyMetrics(store)
  }

  async open(): Promise<void> {
    const { inventory, workByItself } = this.#options
    const devices = await inventory.list()
    for (const { id, role, site } of devices) {
      this.#roles.set(id, role)
      this.#sites.set(id, site)
    }
    this.#ends.push(
      inventory.onChange((change) => {
        if (change.kind === 'device-removed') {
          this.#roles.delete(change.id)
          this.#sites.delete(change.id)
          this.#desk.deviceRemoved(change.id)
          return
        }
        this.#roles.set(change.device.id, change.device.role)
        this.#sites.set(change.device.id, change.device.site)
        if (change.device.lifecycle === 'retired') this.#desk.deviceRetired(change.device.id)
        else this.#desk.factsChanged(change.device.id)
      }),
      inventory.onSamples(({ devices: sampled, at }) => this.#desk.samplesStored(sampled, at)),
    )
    const remembered = await this.#records.load()
    this.#isFirst = remembered === undefined
    this.#remembered = remembered ?? NOTHING_REMEMBERED
    await this.#metrics.load(this.#records, topologyGraphOf(this.#remembered.graph, []), this.#options.now())
    await this.#stations.load()
    const watched = devices.flatMap(({ id, lifecycle }) => (lifecycle === 'retired' ? [] : [id]))
    await this.#desk.load(watched, this.#records.watched)
    if (workByItself === false) return
    const timer = setInterval(() => void this.#tick(), LOOK_EVERY_MS)
    timer.unref()
    this.#ends.push(() => clearInterval(timer))
  }

  current(): TopologyGraph {
    this.#current ??= topologyGraphOf(withEarly(this.#remembered.graph, this.#seen, this.#early), this.#seen.vlans)
    return this.#current
  }

  async graph(at?: EpochMs): Promise<TopologyGraph> {
    if (at === undefined || at >= this.#options.now()) return withFreshEvidence(this.current(), this.#seen)
    return { ...topologyGraphOf(await this.#records.graphAt(at), this.#seen.vlans), at }
  }

  history() {
    return this.#records.span()
  }

  async diff(from: EpochMs, to: EpochMs) {
    const [before, after] = [await this.#records.graphAt(from), await this.#records.graphAt(to)]
    return { from, to, ...graphDiff(before, after), events: Math.max(0, after.seq - before.seq) }
  }

  events(query: EventQuery) {
    return this.#records.events(query)
  }

  around(query: AroundQuery) {
    return around(query, { records: this.#records, graph: this.current(), now: this.#options.now() })
  }

  endpoints(query: Parameters<TopologyRoom['endpoints']>[0]): EndpointPage {
    return this.#stations.find(query)
  }

  addressOwners(addresses: readonly string[], site: SiteName) {
    return addressOwners(addresses, this.#desk.addressed(), site)
  }

  positions(view: string): Promise<TopologyPositions> {
    return this.#positions.get(view)
  }

  savePositions(view: string, positions: NewTopologyPositions): Promise<void> {
    return this.#positions.save(view, positions)
  }

  onEvent(listener: (event: TopologyEvent) => void): () => void {
    this.#eventListeners.add(listener)
    return () => this.#eventListeners.delete(listener)
  }

  onGraph(listener: (graph: TopologyGraph) => void): () => void {
    this.#graphListeners.add(listener)
    return () => this.#graphListeners.delete(listener)
  }

  receiveLinks(peer: Peer, report: LinksReport): Promise<void> {
    return this.#inTurn(async () => {
      const isKnown = await this.#desk.receive(peer, report)
      if (isKnown) this.#counts.reports += 1
      else this.#counts.strangers += 1
    })
  }

  receiveFound({ site }: Peer, { items }: DiscoveredReport): Promise<void> {
    return this.#inTurn(async () => {
      this.#stations.named(site, items)
      await this.#saveStations()
    })
  }

  deviceMerged(from: DeviceId, into: DeviceId): Promise<void> {
    this.#desk.deviceIs(from, into)
    return this.#inTurn(async () => {
      await this.#desk.toldByOther(from, into)
      await this.#positions.renamed(from, into)
      this.#stations.deviceMerged(from, into)
      await this.#saveStations()
    })
  }

  devicesParted(devices: readonly DeviceId[]): Promise<void> {
    return this.#inTurn(() => this.#desk.toldAgain(devices))
  }

  work(): Promise<void> {
    return this.#inTurn(() => this.#recompute())
  }

  stats(): TopologyStats {
    const { endpoints, refused, hushed } = this.#stations.stats()
    const seriesRefused = this.#metrics.refused
    return { ...this.#counts, endpoints, endpointsRefused: refused, endpointsHushed: hushed, seriesRefused }
  }

  async close(): Promise<void> {
    for (const end of this.#ends) end()
    await this.#turn
  }

  /** What is told and what is worked out of it never overlap. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => {})
    return done
  }

  async #tick(): Promise<void> {
    const now = performance.now()
    const isDue = this.#desk.isBehind || now - this.#lookedAt >= IDLE_MS
    if (this.#isWorking || !isDue || now < this.#restUntil) return
    this.#isWorking = true
    try {
      await this.work()
    } catch (thrown) {
      this.#options.logger.error({ error: messageOf(thrown) }, 'could not work out the topology; trying again')
    } finally {
      this.#isWorking = false
      this.#lookedAt = performance.now()
      this.#restUntil = this.#lookedAt + REST_PER_WORK * (this.#lookedAt - now)
    }
  }

  async #recompute(): Promise<void> {
    const begun = performance.now()
    const now = this.#options.now()
    const { causes, mergedInto } = this.#unwritten
    this.#unwritten.settled(await this.#desk.settle())
    const isNews = this.#isFirst || causes.size + mergedInto.size + this.#unwritten.stations.length > 0
    if (!isNews && Math.abs(now - this.#rememberedAt) < IDLE_MS) return
    this.#rememberedAt = now
    if (causes.size > 0 || this.#isFirst) this.#look()
    const { remembered, events, early } = remember(
      this.#remembered,
      {
        ...{ graph: this.#seen, isFirst: this.#isFirst },
        roots: this.#desk.roots(),
        isPortUp: (end) => this.#desk.isPortUp(end),
        watched: this.#watch.now(),
        firstToldAt: (device) => this.#desk.firstToldAt(device),
        cameUp: this.#desk.cameUp(),
        bridgeName: (root) => this.#desk.bridgeName(root),
        causeOf: (devices) => causeOf(causes, devices),
        mergedInto,
      },
      now,
    )
    const isBase = this.#isFirst
    const after = isBase ? { ...remembered, graph: { ...remembered.graph, seq: 0, at: now } } : remembered
    this.#areStationsStale ||= causes.size > 0
    this.#lookAtStations(now)
    const stations = this.#unwritten.stations.map((event, n) => ({ ...event, seq: after.graph.seq + n + 1 }))
    const all = [...(isBase ? [] : events), ...stations]
    const kept = { ...after, graph: { ...after.graph, seq: all.at(-1)?.seq ?? after.graph.seq } }
    const { isSaved } = this.#stations
    const beside = isSaved ? undefined : (trx: ControlDb) => this.#stations.write(trx)
    await this.#records.append(all, kept, beside)
    // At once: what is written once must not be written again.
    this.#stations.saved()
    this.#isFirst = false
    this.#remembered = kept
    this.#unwritten.clear()
    const shown = early.size === 0 ? [] : this.#seen.links.filter(({ id }) => early.has(id))
    const isOther = isBase || events.length > 0 || earlyText(shown) !== earlyText(this.#early)
    this.#early = shown
    if (isOther || all.length > 0) this.#current = undefined
    this.#counts.recomputes += 1
    this.#counts.recomputeSeconds += (performance.now() - begun) / 1000
    this.#announce(all, isOther)
    const graph = early.size === 0 ? this.current() : topologyGraphOf(kept.graph, [])
    await this.#metrics.tell({ graph, events: all, now })
    await this.#expire(now)
  }

  /** No row of a station goes to disk before what is to be told of it. */
  async #saveStations(): Promise<void> {
    if (this.#unwritten.stations.length > 0) await this.#recompute()
    else await this.#stations.save()
  }

  #look(): void {
    const { leftOut, ...graph } = this.#desk.graph()
    this.#seen = graph
    this.#counts.neighborsLeftOut = leftOut
  }

  #lookAtStations(now: EpochMs): void {
    if (!this.#areStationsStale || Math.abs(now - this.#stationsAt) < STATIONS_EVERY_MS) return
    this.#areStationsStale = false
    this.#stationsAt = now
    const sightings = this.#desk.endpoints()
    const told = this.#stations.take(sightings, (device) => this.#desk.heardAt(device), now)
    const { causes } = this.#unwritten
    this.#unwritten.told(told.map((event) => ({ ...event, at: now, cause: causeOf(causes, event.devices) })))
  }

  #announce(events: readonly TopologyEvent[], isOther: boolean): void {
    this.#counts.events += events.length
    for (const event of events.slice(-MAX_TOLD_AT_ONCE)) for (const listener of this.#eventListeners) listener(event)
    if (!isOther || this.#graphListeners.size === 0) return
    const graph = this.current()
    for (const listener of this.#graphListeners) listener(graph)
  }

  async #expire(now: EpochMs): Promise<void> {
    if (Math.abs(now - this.#expiredAt) < EXPIRE_EVERY_MS && !this.#records.isCrowded) return
    this.#expiredAt = now
    this.#counts.eventsForgotten += await this.#records.expire(now)
    await this.#stations.expire(now)
  }
}

export async function openTopology(options: TopologyOptions): Promise<TopologyRoom> {
  const room = new NetworkMemory(options)
  await room.open()
  return room
}
