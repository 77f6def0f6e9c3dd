import { AgentId, DeviceId, type EpochMs, epochMs, type Labels, OutboxEpoch, SiteName } from '@eyenet/shared/identity'
import type { LinksReport, Peer } from '@eyenet/shared/wire'
import { pino } from 'pino'
import { type ControlDb, openDatabase } from '../db/db.ts'
import type { InventoryChange, SamplesStored } from '../inventory/inventory.ts'
import type { AppendBatch, Ask } from '../store/store.ts'
import { openTopology, type TopologyOptions, type TopologyRoom } from './topology.ts'

export const MINUTE = 60_000
export const START = Date.UTC(2026, 5, 1)
export const AGENT = AgentId.parse('0190aaaa-0000-7000-8000-000000000001')
export const SITE = SiteName.parse('lab')
export const PEER: Peer = { agent: AGENT, site: SITE }

/** The id of a made device by its name. */
export function idOf(name: string): DeviceId {
  const hex = Buffer.from(name.padStart(6, '_').slice(-6)).toString('hex')
  return DeviceId.parse(`0190bbbb-0000-7000-8000-${hex}`)
}

/** A store that knows ports that are down, and keeps what is appended. */
export class FakeStore {
  readonly down = new Set<string>()
  readonly series: Labels[] = []
  readonly points: { readonly labels: Labels; readonly at: number; readonly value: number }[] = []
  readonly ports = new Map<DeviceId, readonly string[]>()

  query = async ({ expr: _expr, end }: Ask) => {
    const samples = [...this.ports].flatMap(([device, ports]) =>
      ports.map((port) => ({
        labels: { __name__: 'ifOperStatus', site: SITE, device, interface: port },
        value: this.down.has(`${device}|${port}`) ? 2 : 1,
      })),
    )
    return { result: { kind: 'vector' as const, time: end, samples }, warnings: [], infos: [] }
  }
  intern = async (labels: readonly Labels[]) => Int32Array.from(labels, (one) => this.series.push(one) - 1)
  append = async ({ refs, times, values }: AppendBatch) => {
    for (const [n, ref] of refs.entries()) {
      const at = typeof times === 'number' ? times : (times[n] ?? 0)
      this.points.push({ labels: this.series[ref] ?? {}, at, value: values[n] ?? 0 })
    }
    return { kind: 'stored' as const, samples: refs.length, rejected: 0 }
  }
  /** The last value of each series of this name, with the labels that are asked for. */
  last(name: string, label = 'device'): readonly (readonly [string, number])[] {
    const found = new Map<string, readonly [string, number]>()
    for (const { labels, value } of this.points) {
      if (labels.__name__ === name) found.set(JSON.stringify(labels), [labels[label] ?? '', value])
    }
    return [...found.values()]
  }
}

/** The part of an inventory that the topology asks. */
export class FakeInventory {
  readonly names = new Map<DeviceId, string>()
  readonly #changes = new Set<(change: InventoryChange) => void>()
  readonly #samples = new Set<(stored: SamplesStored) => void>()
  list: TopologyOptions['inventory']['list'] = async () =>
    [...this.names].map(([id, name]) => ({
      ...{
        id,
        name,
        address: '',
        site: SITE,
        agent: AGENT,
        kind: 'snmp',
        intervalSeconds: 60,
        state: 'ok',
        role: 'switch' as const,
        lifecycle: 'active',
      },
      ...{ since: epochMs(0), reach: { snmp: 'up', icmp: 'up', problem: '' }, vendor: '', os: '', model: '' },
      ...{ version: '', interfaces: 0, openAlerts: 0, role: 'switch', lifecycle: 'active' },
    }))
  nameOf = (device: DeviceId) => this.names.get(device)
  onChange = (listener: (change: InventoryChange) => void) => {
    this.#changes.add(listener)
    return () => this.#changes.delete(listener)
  }
  onSamples = (listener: (stored: SamplesStored) => void) => {
    this.#samples.add(listener)
    return () => this.#samples.delete(listener)
  }
  tell(change: InventoryChange): void {
    for (const listener of this.#changes) listener(change)
  }
  sampled(device: DeviceId, at: EpochMs): void {
    for (const listener of this.#samples) listener({ devices: [device], agents: [AGENT], at })
  }
}

/** A room over a database in memory with devices of four ports each, by a clock that the test moves. */
export async function topologyWorld(names: readonly string[]) {
  const db = await openDatabase(':memory:')
  const clock = { now: epochMs(START) }
  const store = new FakeStore()
  const inventory = new FakeInventory()
  for (const name of names) await addDevice(db, { name, store, inventory })
  const open = () =>
    openTopology({
      db,
      store,
      now: () => clock.now,
      monotonicMs: () => clock.now,
      logger: pino({ level: 'silent' }),
      inventory,
      workByItself: false,
    })
  return { db, clock, store, inventory, open, topology: await open() }
}

export const PORTS = ['p1', 'p2', 'p3', 'p4']

export async function addDevice(
  db: ControlDb,
  { name, store, inventory }: { name: string; store: FakeStore; inventory: FakeInventory },
): Promise<void> {
  const id = idOf(name)
  const texts = { sysName: name, sysDescr: '', sysObjectId: '', sysLocation: '', sysContact: '', vendor: '', os: '' }
  const identity = { ...texts, model: '', version: '', serial: '', engineId: '' }
  await db
    .insertInto('devices')
    .values({
      ...{ id, agent: AGENT, site: SITE, name, address: '192.0.2.1', kind: 'snmp', interval_seconds: 60 },
      ...{ identity_rank: 'address', identity: JSON.stringify(identity), reach: '{}', reach_at: epochMs(START) },
      ...{ state: 'ok', state_since: epochMs(START), first_seen_at: epochMs(START), facts_at: epochMs(START) },
    })
    .execute()
  for (const [n, port] of PORTS.entries()) {
    const facts = { interface: port, ifIndex: n + 1, ifName: port, ifDescr: port, ifAlias: '', ifType: 6, mac: '' }
    await db
      .insertInto('interfaces')
      .values({ device: id, interface: port, facts: JSON.stringify(facts) })
      .execute()
  }
  inventory.names.set(id, name)
  store.ports.set(id, PORTS)
}

/** One end hears the other by LLDP. */
export const hears = (port: string, remoteSysName: string, remotePort: string) =>
  ({ protocol: 'lldp', port, remoteSysName, remotePort }) as const

let seq = 0

export function linksOf(name: string, at: EpochMs, parts: Partial<LinksReport>): LinksReport {
  seq += 1
  const epoch = OutboxEpoch.parse('00000000000000aa')
  return { kind: 'links', epoch, seq, at, device: idOf(name), truncated: [], ...parts }
}

/** What was told so far, oldest first. */
export const kindsOf = async (topology: TopologyRoom) =>
  (await topology.events({ limit: 1_000 })).items.map(({ kind }) => kind).reverse()

/** Ends of the links of now, by the names of devices. */
export function linksNow(topology: TopologyRoom): readonly string[] {
  const { nodes, links } = topology.current()
  const names = new Map(nodes.map(({ id, name }) => [id, name]))
  return links
    .map(
      ({ a, b, state }) =>
        `${[a, b]
          .map(({ node, port }) => `${names.get(node)} ${port}`)
          .sort()
          .join(' - ')} ${state}`,
    )
    .sort()
}
