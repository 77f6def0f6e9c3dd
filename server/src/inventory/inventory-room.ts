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
import type { LifecycleSettings } from './device-lifecycle.ts'
import { DeviceLifecycles, lifecycleRows } from './device-lifecycles.ts'
import { DeviceParts } from './device-parts.ts'
import { DeviceRecords } from './device-records.ts'
import { type AlertCounts, deviceState, isHeard, NO_ALERTS } from './device-state.ts'
import type { Inventory, InventoryChange, SamplesStored } from './inventory-interface.ts'
import { LatestValues } from './latest-values.ts'

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
  readonly lifecycles: DeviceLifecycles
  readonly #options: InventoryOptions
  readonly #records: DeviceRecords
  readonly #latest: LatestValues
  readonly #parts: DeviceParts
  readonly #rows: Map<DeviceId, DeviceRow>
  /** Newest sample: a device that is down has some too. */
  readonly #seen = new Map<DeviceId, EpochMs>()
  /** Newest sample of a time when it answered. */
  readonly #answered = new Map<DeviceId, EpochMs>()
  readonly #changeListeners = new Set<(change: InventoryChange) => void>()
  readonly #samplesListeners = new Set<(stored: SamplesStored) => void>()
  readonly #timer: NodeJS.Timeout
  readonly #startedAt: EpochMs
  #alerts: ReadonlyMap<DeviceId, AlertCounts> = new Map()
  #turn: Promise<void> = Promise.resolve()
  #isRefreshing = false

  constructor(options: InventoryOptions, records: DeviceRecords, { rows, lifecycles }: Loaded) {
    this.#options = options
    this.#records = records
    this.#latest = new LatestValues(options)
    this.#parts = new DeviceParts({ ...options, records: records.details })
    this.#rows = new Map(rows.map((row) => [row.id, row]))
    this.lifecycles = new DeviceLifecycles(
      {
        ...{ db: options.db, now: options.now, settings: options.lifecycle ?? LIFECYCLE },
        rowOf: (id) => this.#rows.get(id),
        isManaged: async (id) => (await options.watched(id)) !== undefined,
        inTurn: (work) => this.#inTurn(work),
        addEvent: (key, change) => records.addEvent(key, change.device, { kind: 'lifecycle', ...change }),
        onMoved: (row) => this.#changed(row),
      },
      lifecycles,
    )
    this.#startedAt = options.now()
    this.#timer = setInterval(() => void this.#refreshAll(), STATE_INTERVAL_MS)
    this.#timer.unref()
  }

  async list(): Promise<readonly DeviceSummary[]> {
    const [counts, latest] = await Promise.all([this.#records.interfaceCounts(), this.#latest.ofDevices()])
    return [...this.#rows.values()].map((row) => ({
      ...this.#summaryOf(row, counts.get(row.id) ?? 0),
      ...latest.get(row.id),
    }))
  }

  async get(id: DeviceId): Promise<Device | undefined> {
    const row = this.#rows.get(id)
    if (row === undefined) return undefined
    const [counts, latest, uptime, watched] = await Promise.all([
      this.#records.interfaceCounts(),
      this.#latest.ofDevice(id),
      this.#latest.uptimeSeconds(id),
      this.#options.watched(id),
    ])
    const { serial, sysName, sysDescr, sysObjectId, sysLocation, sysContact } = identityOf(row)
    return {
      ...this.#summaryOf(row, counts.get(id) ?? 0),
      ...latest,
      ...{ serial, sysName, sysDescr, sysObjectId, sysLocation, sysContact },
      identityRank: row.identity_rank,
      firstSeenAt: row.first_seen_at,
      managed: watched !== undefined,
      ...(uptime !== undefined && { uptimeSeconds: uptime }),
    }
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

  remove(id: DeviceId): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#rows.has(id)) {
        throw new EyeNetError('not_found', `there is no device ${id}; it may have been removed already`)
      }
      await this.#records.remove(id)
      this.#rows.delete(id)
      this.#seen.delete(id)
      this.#answered.delete(id)
      this.lifecycles.forget(id)
      this.#announce({ kind: 'device-removed', id })
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
      const before = this.#rows.get(report.device)
      this.#assertAllowed(peer, report.device, before)
      const now = this.#options.now()
      const at = notAfter(now, report.at)
      // A report that was held up must not undo what came later.
      if (before !== undefined && at < before.facts_at) return
      const newer = before === undefined || at >= before.reach_at
      const row: DeviceRow = {
        id: report.device,
        agent: peer.agent,
        site: peer.site,
        name: report.name,
        address: report.address,
        kind: report.kindOfTarget,
        interval_seconds: report.intervalSeconds,
        identity_rank: report.identityRank,
        identity: JSON.stringify(report.identity),
        reach: newer ? JSON.stringify(report.reach) : before.reach,
        reach_at: newer ? at : before.reach_at,
        state: before?.state ?? 'unknown',
        state_since: before?.state_since ?? now,
        first_seen_at: before?.first_seen_at ?? at,
        facts_at: at,
      }
      const next = { ...row, ...this.#stateOf(row) }
      await this.#records.save(next, report.interfaces)
      // A report without them leaves what is known: an agent that has just started has surveyed nothing yet.
      if (report.details !== undefined) await this.#records.details.save(report.device, report.details)
      this.#rows.set(next.id, next)
      this.#changed(next)
    })
  }

  receiveEvent(peer: Peer, report: EventReport): Promise<void> {
    return this.#inTurn(async () => {
      if (report.kind !== 'reach-changed' && report.kind !== 'discontinuity') return
      const row = this.#rows.get(report.device)
      // What is not known, or not any more, has no history to add to; its facts will tell how it answers.
      if (row === undefined) return
      this.#assertAllowed(peer, report.device, row)
      await this.#records.addEvent(`${peer.agent}/${report.epoch}/${report.seq}`, report.device, report)
      const at = notAfter(this.#options.now(), report.at)
      if (report.kind !== 'reach-changed' || at < row.reach_at) return
      const reach: DeviceReach = { snmp: report.snmp, icmp: report.icmp, problem: report.problem }
      const heard = { ...row, reach: JSON.stringify(reach), reach_at: at }
      const next = { ...heard, ...this.#stateOf(heard) }
      await this.#records.saveReach(next)
      this.#rows.set(row.id, next)
      this.#changed(next)
    })
  }

  stored({ agent, devices, newest }: { agent: AgentId; devices: readonly DeviceId[]; newest: EpochMs }): void {
    for (const device of devices) {
      const row = this.#rows.get(device)
      if (row === undefined || (this.#seen.get(device) ?? 0) >= newest) continue
      this.#seen.set(device, newest)
      if (!hasAnswered(row)) continue
      this.#answered.set(device, newest)
      this.lifecycles.answered(row, newest)
    }
    for (const listener of this.#samplesListeners) listener({ devices, agents: [agent], at: newest })
  }

  alertsChanged(counts: ReadonlyMap<DeviceId, AlertCounts>): void {
    this.#alerts = counts
    void this.#refreshAll()
  }

  nameOf(device: DeviceId): string | undefined {
    return this.#rows.get(device)?.name
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#turn.catch(() => {})
    await this.lifecycles.write()
  }

  /** What changes rows is done one after the other: each sees what the one before has saved. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => {})
    return done
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
      const next = this.#stateOf(row)
      if (next.state !== row.state) changed.push({ ...row, ...next })
    }
    if (changed.length > 0) await this.#records.saveStates(changed)
    for (const row of changed) {
      this.#rows.set(row.id, row)
      this.#changed(row)
    }
    const now = this.#options.now()
    await this.lifecycles.look(this.#rows.values(), (row) => ({
      isHeard: isHeard({ seenAt: this.#seen.get(row.id), intervalSeconds: row.interval_seconds }, now),
      hasAnswered: hasAnswered(row),
    }))
  }

  #stateOf(row: DeviceRow): Pick<DeviceRow, 'state' | 'state_since'> {
    const now = this.#options.now()
    const state = deviceState({
      reach: reachOf(row),
      alerts: this.#alerts.get(row.id) ?? NO_ALERTS,
      // After a start nothing has been heard of anybody: the silence counts from then.
      seenAt: this.#seen.get(row.id) ?? epochMs(Math.max(this.#startedAt, row.facts_at)),
      intervalSeconds: row.interval_seconds,
      now,
    })
    return state === row.state ? { state, state_since: row.state_since } : { state, state_since: now }
  }

  #changed(row: DeviceRow): void {
    if (this.#changeListeners.size === 0) return
    this.#records.interfaceCounts().then(
      (counts) => this.#announce({ kind: 'device', device: this.#summaryOf(row, counts.get(row.id) ?? 0) }),
      (thrown) => this.#options.logger.error({ error: messageOf(thrown) }, 'could not announce a device'),
    )
  }

  #announce(change: InventoryChange): void {
    for (const listener of this.#changeListeners) listener(change)
  }

  #summaryOf(row: DeviceRow, interfaces: number): DeviceSummary {
    const { vendor, os, model, version } = identityOf(row)
    const alerts = this.#alerts.get(row.id) ?? NO_ALERTS
    const answeredAt = this.#answered.get(row.id)
    return {
      id: row.id,
      name: row.name,
      address: row.address,
      site: row.site,
      agent: row.agent,
      kind: row.kind,
      intervalSeconds: row.interval_seconds,
      state: row.state,
      lifecycle: this.lifecycles.of(row.id),
      since: row.state_since,
      reach: reachOf(row),
      ...{ vendor, os, model, version, interfaces },
      openAlerts: alerts.critical + alerts.warning + alerts.info,
      ...(answeredAt !== undefined && { lastSeenAt: answeredAt }),
    }
  }
}

export async function openInventory(options: InventoryOptions): Promise<InventoryRoom> {
  const records = new DeviceRecords(options.db)
  return new Devices(options, records, { rows: await records.all(), lifecycles: await lifecycleRows(options.db) })
}

type Loaded = { readonly rows: readonly DeviceRow[]; readonly lifecycles: readonly DeviceLifecycleRow[] }

function identityOf(row: DeviceRow): FactsReport['identity'] {
  return JSON.parse(row.identity)
}

function reachOf(row: DeviceRow): DeviceReach {
  return JSON.parse(row.reach)
}

/** Whether it answers by what was last said of it; an agent's own machine is asked nothing, and it speaks. */
function hasAnswered(row: DeviceRow): boolean {
  const { snmp, icmp } = reachOf(row)
  return row.kind === 'host' || snmp === 'up' || icmp === 'up'
}

/** A clock that is ahead must not make what comes after it look older. */
function notAfter(now: EpochMs, at: EpochMs): EpochMs {
  return epochMs(Math.min(now, at))
}
