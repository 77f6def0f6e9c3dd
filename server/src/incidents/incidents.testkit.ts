import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AgentId, DeviceId, type EpochMs, epochMs, type Labels, SiteName } from '@eyenet/shared/identity'
import { type MadeKind, type MadeNetwork, makeNetwork, seenFrom, toldBy } from '@eyenet/shared/made-network'
import { pino } from 'pino'
import { type AlertingRoom, openAlerting } from '../alerting/alerting.ts'
import { openDatabase } from '../db/db.ts'
import type { BehindFailure, DeviceAnswer } from '../inventory/inventory.ts'
import { appendPoints, openStore } from '../store/store.ts'
import { Inference } from '../topology/infer/infer.ts'
import { type IncidentRoom, openIncidents } from './incidents.ts'

const logger = pino({ level: 'silent' })
const SITE = SiteName.parse('test')
export const AGENT = AgentId.parse('00000000-0000-4000-8000-00000000a001')
const RULES = new URL('../../rules/eyenet.yaml', import.meta.url).pathname
const STEP_MS = 15_000
const INTERVAL_MS = 60_000
/** How long devices have run when they are asked first. */
const RUNS_FOR_MS = 30 * 24 * 3_600_000

export function idOf(name: string): DeviceId {
  const hex = createHash('sha1').update(name).digest('hex')
  return DeviceId.parse(
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`,
  )
}

/** A made network with the rooms of incidents and alerting over a real store and database, and the rules that ship. */
export class OutageWorld {
  readonly clock: { now: EpochMs } = { now: epochMs(Date.UTC(2026, 5, 1)) }
  readonly behind: { now: ReadonlyMap<DeviceId, BehindFailure> } = { now: new Map() }
  network: MadeNetwork
  isConnected = true
  /** Ports that are switched off, as 'device port'; their cables are to be cut as well. */
  readonly shut = new Set<string>()
  /** Samples that the agent has not sent yet, while it is kept from it. */
  readonly backlog: Parameters<typeof appendPoints>[1][number][] = []
  incidents: IncidentRoom
  alerting: AlertingRoom
  readonly #parts: Parts
  readonly #answers = new Map<string, DeviceAnswer>()
  readonly #startedAt = new Map<string, number>()

  static async open({ kind, devices }: { kind: MadeKind; devices: number }): Promise<OutageWorld> {
    const network = makeNetwork({ kind, devices, seed: 7, lldp: 'everywhere', hosts: 0 })
    const folder = mkdtempSync(join(tmpdir(), 'eyenet-incidents-'))
    const db = await openDatabase(':memory:')
    const clock = { now: epochMs(Date.UTC(2026, 5, 1)) }
    const store = await openStore({ folder, logger, clock: { now: () => clock.now } })
    const parts: Parts = { folder, db, store, graph: graphOf(network, clock.now) }
    const world = new OutageWorld(
      network,
      parts,
      await openRooms(parts, { clock, behind: { now: new Map() }, told: [] }),
    )
    await world.restart()
    return world
  }

  private constructor(network: MadeNetwork, parts: Parts, rooms: Rooms) {
    this.network = network
    this.#parts = parts
    this.incidents = rooms.incidents
    this.alerting = rooms.alerting
    for (const device of this.#managed()) this.#answers.set(device.name, this.#answerOf(device.name, true))
  }

  /** Opens the rooms anew over what is stored. */
  async restart(): Promise<void> {
    await this.alerting.close()
    await this.incidents.close()
    const rooms = await openRooms(this.#parts, this)
    this.incidents = rooms.incidents
    this.alerting = rooms.alerting
  }

  get told(): readonly DeviceAnswer[] {
    return [...this.#answers.values()]
  }

  async run(seconds: number): Promise<void> {
    for (const until = this.clock.now + seconds * 1_000; this.clock.now < until; ) {
      this.clock.now = epochMs(this.clock.now + STEP_MS)
      await this.#poll()
      await this.incidents.decide()
      await this.alerting.evaluateDue(this.clock.now)
    }
  }

  /** What fires now, as "rule summary". */
  async firing(): Promise<readonly string[]> {
    const open = await this.alerting.open()
    return open
      .filter(({ state }) => state === 'firing')
      .map(({ rule, annotations }) => `${rule}: ${annotations.summary}`)
      .sort()
  }

  /** Every alert that ever fired, by rule and what it was about. */
  async history(): Promise<readonly string[]> {
    const { items } = await this.alerting.history({ state: 'all', limit: 1_000 })
    return items.map(({ rule, device, deviceName }) => `${rule} ${deviceName ?? device ?? ''}`.trim()).sort()
  }

  /** Stores what was kept back, and has it gone through. */
  async sendBacklog(): Promise<void> {
    const times = this.backlog.map(({ at }) => at)
    const [from, to] = [epochMs(Math.min(...times)), epochMs(Math.max(...times))]
    await appendPoints(this.#parts.store, this.backlog.splice(0))
    const devices = this.#managed().map(({ name }) => idOf(name))
    await this.incidents.lateArrived({ agent: AGENT, devices, from, to })
    await this.alerting.lateArrived({ agent: AGENT, devices, from, to })
  }

  async close(): Promise<void> {
    await this.alerting.close()
    await this.incidents.close()
    await this.#parts.store.close()
    await this.#parts.db.destroy()
    rmSync(this.#parts.folder, { recursive: true, force: true })
  }

  #managed(): MadeNetwork['devices'] {
    return this.network.devices.filter(({ managed }) => managed)
  }

  #home(): string {
    return this.network.agents[0] ?? ''
  }

  async #poll(): Promise<void> {
    const { now } = this.clock
    const seen = seenFrom(this.network, this.#home())
    const down = new Set(seen.portsDown.map(({ device, port }) => `${device} ${port}`))
    const points: Parameters<typeof appendPoints>[1][number][] = []
    for (const [at, device] of this.#managed().entries()) {
      if (now % INTERVAL_MS !== (at * STEP_MS) % INTERVAL_MS) continue
      const answers = device.name === this.#home() || seen.answers.has(device.name)
      const add = (name: string, labels: Labels, value: number) =>
        points.push({ labels: { __name__: name, site: SITE, device: idOf(device.name), ...labels }, value, at: now })
      add('device_up', {}, answers ? 1 : 0)
      if (this.network.off.has(device.name)) this.#startedAt.set(device.name, now)
      if (answers) {
        const startedAt = this.#startedAt.get(device.name) ?? now - RUNS_FOR_MS
        this.#startedAt.set(device.name, startedAt)
        add('device_uptime_seconds', {}, (now - startedAt) / 1_000)
      }
      for (const port of answers ? device.ports : []) {
        add('ifOperStatus', { interface: port.name }, down.has(`${device.name} ${port.name}`) ? 2 : 1)
        add('ifAdminStatus', { interface: port.name }, this.shut.has(`${device.name} ${port.name}`) ? 2 : 1)
      }
      if (this.isConnected) this.#answers.set(device.name, this.#answerOf(device.name, answers))
    }
    if (this.isConnected) await appendPoints(this.#parts.store, points)
    else this.backlog.push(...points)
  }

  #answerOf(name: string, answers: boolean): DeviceAnswer {
    const before = this.#answers.get(name)
    const made = this.network.devices.find((device) => device.name === name)
    const isHome = name === this.#home()
    return {
      ...{ device: idOf(name), name, site: SITE, agent: AGENT, place: made?.place ?? '', intervalMs: INTERVAL_MS },
      kind: isHome ? 'host' : 'snmp',
      answers: isHome ? undefined : answers,
      toldAt: before?.answers === answers ? before.toldAt : this.clock.now,
      seenAt: this.clock.now,
    }
  }
}

type Parts = {
  readonly folder: string
  readonly db: Awaited<ReturnType<typeof openDatabase>>
  readonly store: Awaited<ReturnType<typeof openStore>>
  readonly graph: ReturnType<typeof graphOf>
}
type Rooms = { readonly incidents: IncidentRoom; readonly alerting: AlertingRoom }
type Around = {
  readonly clock: { readonly now: EpochMs }
  readonly behind: { now: ReadonlyMap<DeviceId, BehindFailure> }
  readonly told: readonly DeviceAnswer[]
  readonly isConnected?: boolean
}

async function openRooms({ db, store, graph }: Parts, around: Around): Promise<Rooms> {
  const now = () => around.clock.now
  const map = { nodes: [...graph.nodes], links: [...graph.links] }
  const names = new Map(graph.nodes.map(({ id, name }) => [id, name]))
  const incidents = await openIncidents({
    ...{ db, store, now, logger, decideByItself: false },
    devices: () => around.told,
    agents: async () => [{ agent: AGENT, name: 'agent-1', site: SITE, isConnected: around.isConnected !== false }],
    graph: () => map,
    onBehind: (behind) => {
      around.behind.now = behind
    },
  })
  const alerting = await openAlerting({
    ...{ db, store, now, logger, evaluateByItself: false },
    settings: { evaluationInterval: '15s', shippedRules: true, ruleFiles: [], webhooks: [] },
    shippedRules: RULES,
    publicUrl: 'http://eyenet.example.net',
    deviceName: (device) => names.get(device),
    agentName: () => 'agent-1',
    incidentOf: (series) => incidents.ofAlert(series),
    onCounts: () => {},
  })
  return { incidents, alerting }
}

function graphOf(network: MadeNetwork, at: EpochMs) {
  const inference = new Inference()
  for (const made of network.devices) {
    const told = toldBy(network, made.name, at)
    if (told === undefined) continue
    inference.set({
      ...{ device: idOf(made.name), name: made.name, sysName: made.sysName, site: SITE, role: made.role },
      ...{ place: made.place, address: made.address, kind: 'snmp', links: told.links, linksAt: at },
      interfaces: told.interfaces.map(({ interface: port, speedBps, ...rest }) => ({
        ...(speedBps !== undefined && { speedBps }),
        ...{ port, ...rest, isUp: told.up.has(port), adminUp: told.adminUp.has(port) },
      })),
    })
  }
  return inference.graph()
}
