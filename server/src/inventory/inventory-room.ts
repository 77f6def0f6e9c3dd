import type {
  Device,
  DeviceHardware,
  DeviceNetwork,
  DeviceSensors,
  DeviceSummary,
  InterfaceResource,
  Reading,
} from '@eyenet/shared/api'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { type AgentId, type DeviceId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import { type DeviceReach, type EventReport, type FactsReport, MAX_TARGETS, type Peer } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { ControlDb, DeviceLifecycleRow, DeviceRow } from '../db/db.ts'
import type { MetricStore } from '../store/store.ts'
import { deviceEvents } from './device-events.ts'
import { Identities } from './device-identities.ts'
import type { LifecycleSettings } from './device-lifecycle.ts'
import { DeviceLifecycles, lifecycleRows } from './device-lifecycles.ts'
import { DeviceParts } from './device-parts.ts'
import { DeviceRecords } from './device-records.ts'
import { DeviceStanding } from './device-standing.ts'
import type { AlertCounts } from './device-state.ts'
import { EarlyReach } from './early-reach.ts'
import type { BehindFailure, DeviceAnswer, Inventory, InventoryChange, SamplesStored } from './inventory-interface.ts'
import { LatestValues } from './latest-values.ts'
import { Merging } from './merging/merging.ts'
import { RemovedDevices } from './removed-devices.ts'
import { identityOf, rowRole, storedIdentity } from './row-identity.ts'
import { SeveralAgents } from './several-agents.ts'

export type InventoryOptions = {
  readonly db: ControlDb
  readonly store: MetricStore
  readonly now: () => EpochMs
  readonly logger: Logger
  /** What the fleet knows of a device that the server makes an agent watch; undefined for all others. */
  readonly watched: (device: DeviceId) => Promise<{ readonly intervalSeconds?: number } | undefined>
  /** What people decided about the sensors of a family: by object, whether it is read. */
  readonly choices: (family: string) => Promise<ReadonlyMap<string, boolean>>
  /** When devices that answer no more are stale and retired. */
  readonly lifecycle?: LifecycleSettings
}

/** The inventory, with what ingest and alerting tell it beside what the API asks. */
export interface InventoryRoom extends Inventory {
  readonly lifecycles: Pick<DeviceLifecycles, 'retire' | 'restore' | 'found' | 'onChange' | 'set'>
  receiveFacts(peer: Peer, report: FactsReport): Promise<void>
  receiveEvent(peer: Peer, report: EventReport): Promise<void>
  stored(stored: { readonly agent: AgentId; readonly devices: readonly DeviceId[]; readonly newest: EpochMs }): void
  /** Open alerts by device; devices that are not named have none. */
  alertsChanged(counts: ReadonlyMap<DeviceId, AlertCounts>): void
  /** Devices behind the failure of something else; all others are not. */
  behindChanged(behind: ReadonlyMap<DeviceId, BehindFailure>): void
  /** How every device answers, without a wait. */
  answers(): readonly DeviceAnswer[]
  /** The name of a device for people, without a wait; undefined when it is unknown. */
  nameOf(device: DeviceId): string | undefined
  close(): Promise<void>
}

/** States are looked at that often for devices that fell silent. */
const STATE_INTERVAL_MS = 5_000
/** Bounds what one agent can fill: twice what it can be told to watch, for those its own file names. */
const MAX_DEVICES_PER_AGENT = 2 * MAX_TARGETS
const LIFECYCLE: LifecycleSettings = { staleDays: 7, retireDays: 30 }

class Devices implements InventoryRoom {
  readonly identities: Identities
  readonly lifecycles: DeviceLifecycles
  readonly #merging: Merging
  readonly #agents = new SeveralAgents()
  readonly #early = new EarlyReach()
  readonly #removed: RemovedDevices
  readonly #options: InventoryOptions
  readonly #records: DeviceRecords
  readonly #latest: LatestValues
  readonly #parts: DeviceParts
  readonly #rows: Map<DeviceId, DeviceRow>
  readonly #changeListeners = new Set<(change: InventoryChange) => void>()
  readonly #samplesListeners = new Set<(stored: SamplesStored) => void>()
  readonly #timer: NodeJS.Timeout
  readonly #standing: DeviceStanding
  #turn: Promise<void> = Promise.resolve()
  #isRefreshing = false

  constructor(options: InventoryOptions, records: DeviceRecords, { rows, lifecycles }: Loaded) {
    this.#options = options
    this.#records = records
    this.#latest = new LatestValues(options)
    this.#removed = new RemovedDevices(options.db)
    this.#parts = new DeviceParts({ ...options, records: records.details })
    this.#rows = new Map(rows.map((row) => [row.id, row]))
    this.#merging = new Merging(options)
    this.identities = new Identities(this.#merging, {
      rows: this.#rows,
      inTurn: (work) => this.#inTurn(work),
      put: (row) => this.#put(row),
      drop: (id) => this.#drop(id),
    })
    this.lifecycles = new DeviceLifecycles(
      {
        ...{ db: options.db, now: options.now, settings: options.lifecycle ?? LIFECYCLE },
        rowOf: (id) => this.#rows.get(this.identities.resolve(id)),
        isManaged: async (id) => (await this.#watched(id)) !== undefined,
        inTurn: (work) => this.#inTurn(work),
        addEvent: (key, change) => records.addEvent(key, change.device, { kind: 'lifecycle', ...change }),
        onMoved: (row) => this.#changed(row),
      },
      lifecycles,
    )
    this.#standing = new DeviceStanding({ ...options, lifecycleOf: (id) => this.lifecycles.of(id) })
    this.#timer = setInterval(() => void this.#refreshAll(), STATE_INTERVAL_MS)
    this.#timer.unref()
  }

  load(): Promise<void> {
    return this.#merging.load([...this.#rows.values()])
  }

  async list(): Promise<readonly DeviceSummary[]> {
    const [counts, latest] = await Promise.all([this.#records.interfaceCounts(), this.#latest.ofDevices()])
    return [...this.#rows.values()].map((row) => ({
      ...this.#standing.summaryOf(row, counts.get(row.id) ?? 0),
      ...latest.get(row.id),
    }))
  }

  async get(asked: DeviceId): Promise<Device | undefined> {
    const row = this.#rows.get(this.identities.resolve(asked))
    if (row === undefined) return undefined
    const { id } = row
    const [counts, latest, uptime, watched] = await Promise.all([
      this.#records.interfaceCounts(),
      this.#latest.ofDevice(id),
      this.#latest.uptimeSeconds(id),
      this.#watched(id),
    ])
    const identity = identityOf(row)
    const { serial, sysName, sysDescr, sysObjectId, sysLocation, sysContact } = identity
    return {
      ...this.#standing.summaryOf(row, counts.get(id) ?? 0),
      ...latest,
      ...{ serial, sysName, sysDescr, sysObjectId, sysLocation, sysContact },
      ...rowRole(identity),
      identityRank: row.identity_rank,
      firstSeenAt: row.first_seen_at,
      managed: watched !== undefined,
      ...(uptime !== undefined && { uptimeSeconds: uptime }),
    }
  }

  async #watched(id: DeviceId) {
    for (const name of [id, ...this.identities.aliasesOf(id)]) {
      const watched = await this.#options.watched(name)
      if (watched !== undefined) return watched
    }
    return undefined
  }

  async interfaces(id: DeviceId): Promise<readonly InterfaceResource[]> {
    const [known, latest] = await Promise.all([this.#records.interfacesOf(id), this.#latest.ofInterfaces(id)])
    return known
      .map(({ mtu: _mtu, ...one }) => ({ ...one, ...latest.get(one.interface) }))
      .sort((a, b) => a.ifIndex - b.ifIndex)
  }

  readings(id: DeviceId): Promise<readonly Reading[]> {
    return this.#latest.readings(id)
  }

  sensors(id: DeviceId): Promise<DeviceSensors> {
    return this.#parts.sensors(id)
  }

  hardware(id: DeviceId): Promise<DeviceHardware> {
    return this.#parts.hardware(id)
  }

  network(id: DeviceId): Promise<DeviceNetwork> {
    return this.#parts.network(id)
  }

  events: Inventory['events'] = async (id, page) => {
    const row = this.#rows.get(id)
    return row === undefined ? { items: [], total: 0 } : deviceEvents(this.#options.db, row, page)
  }

  remove(id: DeviceId): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#rows.has(id)) {
        throw new EyeNetError('not_found', `there is no device ${id}; it may have been removed already`)
      }
      await this.#records.remove(id)
      await this.identities.forget(id)
      this.#removed.removed(id, this.#options.now())
      this.#drop(id)
    })
  }

  onChange(listener: (change: InventoryChange) => void): () => void {
    this.#changeListeners.add(listener)
    return () => this.#changeListeners.delete(listener)
  }

  onSamples(listener: (stored: SamplesStored) => void): () => void {
    this.#samplesListeners.add(listener)
    return () => this.#samplesListeners.delete(listener)
  }

  receiveFacts(peer: Peer, report: FactsReport): Promise<void> {
    return this.#inTurn(async () => {
      const id = this.identities.resolve(report.device)
      const before = this.#rows.get(id)
      this.#assertAllowed(peer, id, before)
      if (await this.identities.isOnlySeen(peer, report, before)) return
      const now = this.#options.now()
      const at = notAfter(now, report.at)
      // A report that was held up must not undo what came later.
      if (before !== undefined && at < before.facts_at) return
      if (before === undefined && (await this.#removed.isLeftOver(id, at))) return
      const newer = before === undefined || at >= before.reach_at
      const said = this.#early.newest(id, { agent: peer.agent, reach: report.reach, at })
      const row: DeviceRow = {
        id,
        agent: peer.agent,
        site: peer.site,
        name: report.name,
        address: report.address,
        kind: report.kindOfTarget,
        interval_seconds: report.intervalSeconds,
        identity_rank: report.identityRank,
        identity: storedIdentity(report),
        reach: newer ? JSON.stringify(this.#agents.reachOf(id, said)) : before.reach,
        reach_at: newer ? said.at : before.reach_at,
        state: before?.state ?? 'unknown',
        state_since: before?.state_since ?? now,
        first_seen_at: before?.first_seen_at ?? at,
        facts_at: at,
      }
      const next = { ...row, ...this.#standing.stateOf(row) }
      await this.#records.save(next, report.interfaces)
      // A report without them leaves what is known: an agent that has just started has surveyed nothing yet.
      if (report.details !== undefined) await this.#records.details.save(id, report.details)
      this.#rows.set(next.id, next)
      this.#changed(next)
      await this.identities.facts(peer, next, report)
    })
  }

  receiveEvent(peer: Peer, report: EventReport): Promise<void> {
    return this.#inTurn(async () => {
      if (report.kind !== 'reach-changed' && report.kind !== 'discontinuity') return
      const id = this.identities.resolve(report.device)
      const row = this.#rows.get(id)
      const at = notAfter(this.#options.now(), report.at)
      // What is not known, or not any more, has no history to add to; its facts will come, and may be of before.
      if (row === undefined) return this.#early.tell(id, peer.agent, { report, at })
      this.#assertAllowed(peer, id, row)
      await this.#records.addEvent(`${peer.agent}/${report.epoch}/${report.seq}`, id, report)
      if (report.kind !== 'reach-changed' || at < row.reach_at) return
      const told: DeviceReach = { snmp: report.snmp, icmp: report.icmp, problem: report.problem }
      const reach = this.#agents.reachOf(id, { agent: peer.agent, reach: told, at })
      const heard = { ...row, reach: JSON.stringify(reach), reach_at: at }
      const next = { ...heard, ...this.#standing.stateOf(heard) }
      await this.#records.saveReach(next)
      this.#rows.set(row.id, next)
      this.#changed(next)
    })
  }

  stored({ agent, devices, newest }: { agent: AgentId; devices: readonly DeviceId[]; newest: EpochMs }): void {
    for (const device of devices) {
      const row = this.#rows.get(device)
      if (row !== undefined && this.#standing.heard(row, newest)) this.#agents.heard(device, agent, newest)
    }
    for (const listener of this.#samplesListeners) listener({ devices, agents: [agent], at: newest })
  }

  alertsChanged(counts: ReadonlyMap<DeviceId, AlertCounts>): void {
    this.#standing.alerts = counts
    void this.#refreshAll()
  }

  behindChanged(behind: ReadonlyMap<DeviceId, BehindFailure>): void {
    this.#standing.behind = behind
    void this.#refreshAll()
  }

  answers(): readonly DeviceAnswer[] {
    return [...this.#rows.values()].map((row) => this.#standing.answerOf(row))
  }

  nameOf(device: DeviceId): string | undefined {
    return this.#rows.get(device)?.name
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#merging.close()
    await this.#turn.catch(() => {})
    await this.lifecycles.write()
  }

  /** What changes rows is done one after the other: each sees what the one before has saved. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.then(
      () => {},
      () => {},
    )
    return done
  }

  #put(row: DeviceRow): void {
    this.#records.forget(row.id)
    this.#rows.set(row.id, row)
    this.#changed(row)
  }

  #drop(id: DeviceId): void {
    this.#records.forget(id)
    this.#rows.delete(id)
    this.#agents.forget(id)
    this.#standing.forget(id)
    this.lifecycles.forget(id)
    this.#announce({ kind: 'device-removed', id })
  }

  #assertAllowed(peer: Peer, device: DeviceId, known: DeviceRow | undefined): void {
    if (known !== undefined && known.site !== peer.site) {
      throw new EyeNetError(
        'conflict',
        `the device ${device} belongs to the site ${known.site}; remove it there before ${peer.site} takes it over`,
      )
    }
    if (known !== undefined) return
    let count = 0
    for (const { agent } of this.#rows.values()) if (agent === peer.agent) count += 1
    if (count >= MAX_DEVICES_PER_AGENT) {
      throw new EyeNetError(
        'limit_exceeded',
        `an agent may report ${MAX_DEVICES_PER_AGENT} devices; enrol another agent`,
      )
    }
  }

  async #refreshAll(): Promise<void> {
    if (this.#isRefreshing) return
    this.#isRefreshing = true
    try {
      await this.#inTurn(() => this.#refresh())
    } catch (thrown) {
      this.#options.logger.error({ error: messageOf(thrown) }, 'could not refresh the states of devices; trying again')
    } finally {
      this.#isRefreshing = false
    }
  }

  async #refresh(): Promise<void> {
    const changed: DeviceRow[] = []
    for (const row of this.#rows.values()) {
      const next = this.#standing.stateOf(row)
      if (next.state !== row.state) changed.push({ ...row, ...next })
    }
    if (changed.length > 0) await this.#records.saveStates(changed)
    for (const row of changed) {
      this.#rows.set(row.id, row)
      this.#changed(row)
    }
    await this.lifecycles.look(this.#rows.values(), (row) => this.#standing.askedOf(row))
  }

  #changed(row: DeviceRow): void {
    if (this.#changeListeners.size === 0) return
    this.#records.interfaceCounts().then(
      (counts) => this.#announce({ kind: 'device', device: this.#standing.summaryOf(row, counts.get(row.id) ?? 0) }),
      (thrown) => this.#options.logger.error({ error: messageOf(thrown) }, 'could not announce a device'),
    )
  }

  #announce(change: InventoryChange): void {
    for (const listener of this.#changeListeners) listener(change)
  }
}

export async function openInventory(options: InventoryOptions): Promise<InventoryRoom> {
  const records = new DeviceRecords(options.db)
  const [rows, lifecycles] = await Promise.all([records.all(), lifecycleRows(options.db)])
  const room = new Devices(options, records, { rows, lifecycles })
  await room.load()
  return room
}

type Loaded = { readonly rows: readonly DeviceRow[]; readonly lifecycles: readonly DeviceLifecycleRow[] }

/** A clock that is ahead must not make what comes after it look older. */
function notAfter(now: EpochMs, at: EpochMs): EpochMs {
  return epochMs(Math.min(now, at))
}
