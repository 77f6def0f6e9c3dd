import { randomUUID } from 'node:crypto'
import type { AgentResource } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { AgentId, DeviceId, type EpochMs, epochMs, OutboxEpoch, SiteName } from '@eyenet/shared/identity'
import { Birth, type Discovered, DiscoveredReport, type Peer, type Target, type TaskReply } from '@eyenet/shared/wire'
import type { Insertable } from 'kysely'
import { pino } from 'pino'
import { type AgentRow, type ControlDb, type DeviceRow, openDatabase } from '../db/db.ts'
import { vaultOf } from '../vault/vault.ts'
import { type DiscoveryOptions, openDiscovery } from './discovery.ts'

export const START = epochMs(Date.UTC(2026, 5, 1))
export const DAY_MS = 24 * 3_600_000
export const HOME = SiteName.parse('home')
export const BRANCH = SiteName.parse('branch')
const agentId = (last: number) => AgentId.parse(`0190aaaa-0000-7000-8000-${String(last).padStart(12, '0')}`)
export const EDGE: Peer = { site: HOME, agent: agentId(1) }
/** Another agent of the same site, and one of another. */
export const ATTIC: Peer = { site: HOME, agent: agentId(2) }
export const FAR: Peer = { site: BRANCH, agent: agentId(3) }
export const deviceOf = (last: number) => DeviceId.parse(`0190bbbb-0000-4000-8000-${String(last).padStart(12, '0')}`)

/** A host that a sweep found. */
export const found = (address: string, more: Partial<Discovered> = {}): Discovered => ({
  address,
  how: 'sweep',
  ...more,
})

/** What a device says of itself by SNMP. */
export function snmpOf(device: number, more: Partial<NonNullable<Discovered['snmp']>> = {}) {
  return {
    ...{ credential: 'c0', port: 161, device: deviceOf(device), identityRank: 'serial', sysName: `sw-${device}` },
    ...{ sysDescr: 'A switch', sysObjectId: '1.3.6.1.4.1.9.1.1', serial: `S${device}`, ...more },
  }
}

/** Stands for the agents: what it is told and asked, and what it replies. */
export class FakeAgents {
  readonly watched = new Map<DeviceId, { readonly agent: AgentId; readonly target: Target }>()
  readonly changed: AgentId[] = []
  readonly asked: unknown[] = []
  /** Devices that an agent has room for. */
  room = 5_000
  reply: (kind: string) => TaskReply = (kind) => ({ kind: 'refused', id: randomUUID(), reason: `no ${kind}` })
  readonly agents: AgentResource[] = [EDGE, ATTIC, FAR].map(({ agent, site }, at) => ({
    ...{
      id: agent,
      name: `agent-${at + 1}`,
      site,
      state: 'connected',
      since: START,
      version: '0.3.0',
      hostname: 'box',
    },
    ...{ enrolledAt: START, devices: 0, desiredRevision: 1, actualRevision: 1, notices: [] },
  }))

  readonly asFleet: DiscoveryOptions['fleet'] = {
    list: async () => this.agents,
    get: async (id) => this.agents.find((one) => one.id === id),
    nameOf: (id) => this.agents.find((one) => one.id === id)?.name,
    desiredChanged: (agents) => void this.changed.push(...agents),
    ask: async (agent, task) => {
      this.asked.push({ agent, ...task })
      return this.reply(task.kind)
    },
    watchAll: async (agent, targets) =>
      targets.map((target) => {
        const device = target.device ?? DeviceId.parse(randomUUID())
        if (this.watched.has(device)) return { device, problem: new EyeNetError('conflict', 'watched already') }
        if (this.watched.size >= this.room) return { device, problem: new EyeNetError('limit_exceeded', 'it is full') }
        this.watched.set(device, { agent, target })
        return { device }
      }),
    unwatchAll: async (devices) => {
      for (const device of devices) this.watched.delete(device)
    },
  }
}

/** A room of discovery on a database in memory, with agents that only write down. */
export async function discoveryWorld(more: Partial<DiscoveryOptions> = {}) {
  const clock: { now: EpochMs } = { now: START }
  const db = await openDatabase(':memory:')
  await addAgents(db)
  const fleet = new FakeAgents()
  const audited: string[] = []
  const forgotten: DeviceId[] = []
  const foundAgain: DeviceId[] = []
  const vault = vaultOf(new Uint8Array(32).fill(9))
  const open = () =>
    openDiscovery({
      ...{ db, vault, now: () => clock.now, logger: pino({ level: 'silent' }), fleet: fleet.asFleet },
      audit: { record: async ({ name }, action, subject) => void audited.push(`${name} ${action} ${subject}`) },
      deviceName: () => 'core-1',
      resolve: (id) => id,
      isWatchedBeside: async () => false,
      forgetDevice: async (device) => void forgotten.push(device),
      onFound: async (devices) => void foundAgain.push(...devices),
      ...more,
    })
  const room = await open()
  let seq = 0
  /** One report of an agent. */
  const tell = async (peer: Peer, items: readonly Discovered[], rest: Partial<DiscoveredReport> = {}) => {
    seq += 1
    const head = { kind: 'discovered', epoch: OutboxEpoch.parse('00112233aabbccdd'), seq, at: clock.now }
    await room.receive(peer, DiscoveredReport.parse({ ...head, items, ...rest }))
  }
  const inbox = async (state?: 'new' | 'known' | 'accepted' | 'ignored') =>
    (await room.inbox({ limit: 1_000, ...(state && { state }) })).items
  const close = async () => {
    await room.close()
    await db.destroy()
  }
  return { clock, db, fleet, audited, forgotten, foundAgain, vault, open, room, tell, inbox, close }
}

async function addAgents(db: ControlDb): Promise<void> {
  for (const { agent, site } of [EDGE, ATTIC, FAR]) {
    const row: Insertable<AgentRow> = {
      ...{ id: agent, name: `agent ${site}`, site, password_hash: 'h', encryption_key: '{}', hostname: 'box' },
      ...{ version: '0.3.0', enrolled_at: START, state: 'connected', state_since: START, desired_revision: 1 },
      ...{ actual_revision: 1, takes_settings: 1, resends: 0 },
    }
    await db.insertInto('agents').values(row).execute()
  }
}

/** A device of the inventory, as another room would have written it. */
export async function addDevice(
  db: ControlDb,
  { id, site, address }: { id: DeviceId; site: SiteName; address: string },
) {
  const row: DeviceRow = {
    ...{ id, agent: EDGE.agent, site, name: 'core-1', address, kind: 'snmp', interval_seconds: 60 },
    ...{ identity_rank: 'serial', identity: '{}', reach: '{}', reach_at: START, state: 'ok', state_since: START },
    ...{ first_seen_at: START, facts_at: START },
  }
  await db.insertInto('devices').values(row).execute()
}

/** The birth of an agent that finds devices, or of one that cannot. */
export function birthOf(peer: Peer, abilities: Partial<Birth['abilities']> = {}): Birth {
  return Birth.parse({
    ...{ kind: 'birth', agent: peer.agent, epoch: '00112233aabbccdd', version: '0.3.0', hostname: 'box' },
    ...{ startedAt: START, at: START, revision: 0, abilities: { ping: 'none', platform: 'linux', ...abilities } },
  })
}
