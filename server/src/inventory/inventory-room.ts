import type { Device, DeviceSummary, InterfaceResource, Reading } from '@eyenet/shared/api'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { type AgentId, type DeviceId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { DeviceReach, EventReport, FactsReport, Peer } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { ControlDb, DeviceRow } from '../db/db.ts'
import type { MetricStore } from '../store/store.ts'
import { DeviceRecords } from './device-records.ts'
import { type AlertCounts, deviceState, NO_ALERTS } from './device-state.ts'
import type { Inventory, InventoryChange, SamplesStored } from './inventory-interface.ts'
import { LatestValues } from './latest-values.ts'

export type InventoryOptions = {
  readonly db: ControlDb
  readonly store: MetricStore
  readonly now: () => EpochMs
  readonly logger: Logger
  /** What the fleet knows of a device that the server makes an agent watch; undefined for all others. */
  readonly watched: (device: DeviceId) => Promise<{ readonly intervalSeconds?: number } | undefined>
}

/** The inventory, with what ingest and alerting tell it beside what the API asks. */
export interface InventoryRoom extends Inventory {
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

class Devices implements InventoryRoom {
  readonly #options: InventoryOptions
  readonly #records: DeviceRecords
  readonly #latest: LatestValues
  readonly #rows: Map<DeviceId, DeviceRow>
  readonly #seen = new Map<DeviceId, EpochMs>()
  readonly #changeListeners = new Set<(change: InventoryChange) => void>()
  readonly #samplesListeners = new Set<(stored: SamplesStored) => void>()
  readonly #timer: NodeJS.Timeout
  readonly #startedAt: EpochMs
  #alerts: ReadonlyMap<DeviceId, AlertCounts> = new Map()

  constructor(options: InventoryOptions, records: DeviceRecords, rows: readonly DeviceRow[]) {
    this.#options = options
    this.#records = records
    this.#latest = new LatestValues(options.store, options.now)
    this.#rows = new Map(rows.map((row) => [row.id, row]))
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
      this.#latest.ofDevices(),
      this.#latest.uptimeSeconds(id),
      this.#options.watched(id),
    ])
    const { serial, sysName, sysDescr, sysObjectId, sysLocation, sysContact } = identityOf(row)
    return {
      ...this.#summaryOf(row, counts.get(id) ?? 0),
      ...latest.get(id),
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

  async remove(id: DeviceId): Promise<void> {
    if (!this.#rows.delete(id)) {
      throw new EyeNetError('not_found', `there is no device ${id}; it may have been removed already`)
    }
    this.#seen.delete(id)
    await this.#records.remove(id)
    this.#announce({ kind: 'device-removed', id })
  }

  onChange(listener: (change: InventoryChange) => void): () => void {
    this.#changeListeners.add(listener)
    return () => this.#changeListeners.delete(listener)
  }

  onSamples(listener: (stored: SamplesStored) => void): () => void {
    this.#samplesListeners.add(listener)
    return () => this.#samplesListeners.delete(listener)
  }

  async receiveFacts(peer: Peer, report: FactsReport): Promise<void> {
    const before = this.#rows.get(report.device)
    const now = this.#options.now()
    const newer = before === undefined || report.at >= before.reach_at
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
      reach_at: newer ? report.at : before.reach_at,
      state: before?.state ?? 'unknown',
      state_since: before?.state_since ?? now,
      first_seen_at: before?.first_seen_at ?? report.at,
      facts_at: report.at,
    }
    await this.#records.save(row, report.interfaces)
    this.#rows.set(row.id, row)
    await this.#refresh(row)
    this.#changed(row)
  }

  async receiveEvent(peer: Peer, report: EventReport): Promise<void> {
    if (report.kind !== 'reach-changed' && report.kind !== 'discontinuity') return
    await this.#records.addEvent(`${peer.agent}/${report.epoch}/${report.seq}`, report.device, report)
    const row = this.#rows.get(report.device)
    if (report.kind !== 'reach-changed' || row === undefined || report.at < row.reach_at) return
    const reach: DeviceReach = { snmp: report.snmp, icmp: report.icmp, problem: report.problem }
    const next = { ...row, reach: JSON.stringify(reach), reach_at: report.at }
    this.#rows.set(row.id, next)
    await this.#records.saveReach(next)
    await this.#refresh(next)
    this.#changed(next)
  }

  stored({ agent, devices, newest }: { agent: AgentId; devices: readonly DeviceId[]; newest: EpochMs }): void {
    for (const device of devices) {
      if ((this.#seen.get(device) ?? 0) < newest) this.#seen.set(device, newest)
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
  }

  async #refreshAll(): Promise<void> {
    try {
      for (const row of [...this.#rows.values()]) {
        if (await this.#refresh(row)) this.#changed(this.#rows.get(row.id) ?? row)
      }
    } catch (thrown) {
      this.#options.logger.error({ error: messageOf(thrown) }, 'could not refresh the states of devices; trying again')
    }
  }

  /** Whether the device's state is another than before. */
  async #refresh(row: DeviceRow): Promise<boolean> {
    const now = this.#options.now()
    const state = deviceState({
      reach: reachOf(row),
      alerts: this.#alerts.get(row.id) ?? NO_ALERTS,
      // After a start nothing has been heard of anybody: the silence counts from then.
      seenAt: this.#seen.get(row.id) ?? epochMs(Math.max(this.#startedAt, row.facts_at)),
      now,
    })
    if (state === row.state) return false
    const next = { ...row, state, state_since: now }
    this.#rows.set(row.id, next)
    await this.#records.saveState(next)
    return true
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
    const seenAt = this.#seen.get(row.id)
    return {
      id: row.id,
      name: row.name,
      address: row.address,
      site: row.site,
      agent: row.agent,
      kind: row.kind,
      intervalSeconds: row.interval_seconds,
      state: row.state,
      since: row.state_since,
      reach: reachOf(row),
      ...{ vendor, os, model, version, interfaces },
      openAlerts: alerts.critical + alerts.warning + alerts.info,
      ...(seenAt !== undefined && { lastSeenAt: seenAt }),
    }
  }
}

export async function openInventory(options: InventoryOptions): Promise<InventoryRoom> {
  const records = new DeviceRecords(options.db)
  return new Devices(options, records, await records.all())
}

function identityOf(row: DeviceRow): FactsReport['identity'] {
  return JSON.parse(row.identity)
}

function reachOf(row: DeviceRow): DeviceReach {
  return JSON.parse(row.reach)
}
