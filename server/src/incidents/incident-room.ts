import { randomUUID } from 'node:crypto'
import type { Incident, TopologyGraph } from '@eyenet/shared/api'
import { messageOf } from '@eyenet/shared/errors'
import { type AgentId, type DeviceId, type EpochMs, epochMs, type Labels, type SiteName } from '@eyenet/shared/identity'
import type { Logger } from 'pino'
import type { ControlDb } from '../db/db.ts'
import type { BehindFailure, DeviceAnswer } from '../inventory/inventory.ts'
import { appendPoints, type MetricStore } from '../store/store.ts'
import {
  type Cause,
  type DownPort,
  type Explanation,
  explain,
  type Standing,
  type Ways,
  waysOf,
} from '../topology/topology.ts'
import { afterwardsOf } from './afterwards.ts'
import { AnswerBook } from './answer-book.ts'
import { endedFigures, type Figures, figuresOf, isSameFigures, pointsOf } from './incident-points.ts'
import { IncidentRecords, incidentOf } from './incident-records.ts'
import type { AlertCause, IncidentCauses, IncidentPage, IncidentQuery, Incidents } from './incidents-interface.ts'
import { type LateOutage, lateOutagePoints } from './late-outages.ts'
import { readDownPorts } from './read-down-ports.ts'
import { readOffPorts } from './read-off-ports.ts'
import { readStartedAt } from './read-started-at.ts'

export type Connection = {
  readonly agent: AgentId
  readonly name: string
  readonly site: SiteName
  readonly isConnected: boolean
}

export type IncidentOptions = {
  readonly db: ControlDb
  readonly store: Pick<MetricStore, 'query' | 'select' | 'intern' | 'append'>
  readonly now: () => EpochMs
  readonly logger: Logger
  readonly devices: () => readonly DeviceAnswer[]
  readonly agents: () => Promise<readonly Connection[]>
  /** The network as it is known; the same object while nothing in it changes. */
  readonly graph: () => Pick<TopologyGraph, 'nodes' | 'links'>
  /** Devices that cannot be reached because of something else, at each change. */
  readonly onBehind: (behind: ReadonlyMap<DeviceId, BehindFailure>) => void
  /** false: the caller decides when; for tests. */
  readonly decideByItself?: boolean
}

export interface IncidentRoom extends Incidents, IncidentCauses {
  /** Looks at everything anew: load, decide, save, announce. */
  decide(): Promise<void>
  /** Data that came late is gone through, so that rules over it find what explained what then. */
  lateArrived(late: LateOutage): Promise<void>
  close(): Promise<void>
}

const DECIDE_EVERY_MS = 5_000
/** Ports are read less often than devices: that is a question about every interface. */
const PORTS_EVERY_MS = 15_000
/** Well within PromQL's look-back. */
const TELL_EVERY_MS = 60_000
/** What has ended is told as 0 for so long, and at a start to those that ended while nobody could be told. */
const TELL_ENDED_MS = 10 * 60_000
const TELL_ENDED_AT_START_MS = 7 * 24 * 3_600_000
/** After a start events of the meantime come in one by one: until then nothing new is told. */
const SETTLE_MS = 60_000
/** What is over before a rule could tell of it leaves nothing. */
const SHORT_MS = 60_000
const EXPIRE_EVERY_MS = 24 * 3_600_000
/** So long after its end a device is asked whether it had run on all the time. */
const LEARN_MS = 15 * 60_000
const LEARN_EVERY_MS = 15_000

class IncidentDesk implements IncidentRoom {
  readonly #options: IncidentOptions
  readonly #records: IncidentRecords
  readonly #book: AnswerBook
  readonly #startedAt: EpochMs
  readonly #listeners = new Set<(incident: Incident) => void>()
  readonly #timer: NodeJS.Timeout | undefined
  #open: readonly Standing[]
  #ended: readonly { readonly standing: Standing; readonly at: EpochMs }[]
  #figures: Figures = new Map()
  #toldAt = 0
  #behindKey = ''
  #ports: { readonly at: number; readonly down: readonly DownPort[] } = { at: 0, down: [] }
  #ways: { readonly of: unknown; readonly ways: Ways } | undefined
  #expiredAt = 0
  #learntAt = 0
  #turn: Promise<void> = Promise.resolve()
  #isDeciding = false

  constructor(options: IncidentOptions, open: readonly Standing[], ended: readonly Standing[]) {
    this.#options = options
    this.#records = new IncidentRecords(options.db)
    this.#startedAt = options.now()
    this.#book = new AnswerBook(this.#startedAt)
    this.#open = open
    this.#ended = ended.map((standing) => ({ standing, at: this.#startedAt }))
    this.#tellInventory()
    if (options.decideByItself === false) return
    this.#timer = setInterval(() => void this.#tick(), DECIDE_EVERY_MS)
    this.#timer.unref()
  }

  list(query: IncidentQuery): Promise<IncidentPage> {
    return this.#records.list(query)
  }

  get(id: string): Promise<Incident | undefined> {
    return this.#records.get(id)
  }

  onChange(listener: (incident: Incident) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  ofAlert({ incident, site: _, device, ...others }: Labels): AlertCause | undefined {
    // Alerts of a device as a whole; those of a sensor or a series of it tell of something else.
    const isOfDevice = device !== undefined && Object.keys(others).length === 0
    const found = this.#open.find((one) => {
      if (incident !== undefined) return one.id === incident
      return isOfDevice && one.kind === 'device' && one.cause.device === device
    })
    if (found === undefined) return undefined
    const own = found.kind === 'device' ? 1 : 0
    return { incident: found.id, cause: causeText(found), affected: Math.max(0, found.members.size - own) }
  }

  decide(): Promise<void> {
    const done = this.#turn.then(() => this.#decide(this.#options.now()))
    this.#turn = done.catch(() => {})
    return done
  }

  lateArrived(late: LateOutage): Promise<void> {
    const done = this.#turn.then(async () => {
      const { store, devices, graph } = this.#options
      const points = await lateOutagePoints(store, {
        late,
        devices: this.#withPlaces(devices()),
        ways: this.#waysOf(graph()),
      })
      await appendPoints(store, points)
    })
    this.#turn = done.catch(() => {})
    return done
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#turn
  }

  async #tick(): Promise<void> {
    if (this.#isDeciding) return
    this.#isDeciding = true
    try {
      await this.decide()
    } catch (thrown) {
      const error = messageOf(thrown)
      this.#options.logger.error({ error }, 'could not work out which failure explains which; trying again')
    } finally {
      this.#isDeciding = false
    }
  }

  async #decide(now: EpochMs): Promise<void> {
    const { devices, agents, graph } = this.#options
    const connections = await agents()
    const connected = new Set<string>(connections.flatMap(({ agent, isConnected }) => (isConnected ? [agent] : [])))
    const ways = this.#waysOf(graph())
    const told = devices()
    this.#book.update(this.#withPlaces(told), { now, isConnected: (agent) => connected.has(agent) })
    await this.#readPorts(ways, now)
    const hosts = new Map(
      told.flatMap(({ kind, agent, device }) => (kind === 'host' ? [[agent, device] as const] : [])),
    )
    const watchers = connections.map((one) => {
      const host = hosts.get(one.agent)
      return { ...one, ...(host !== undefined && { host }) }
    })
    const picture = { ways, answers: this.#book.answers, downPorts: this.#ports.down, watchers, open: this.#open, now }
    const explanation = explain(picture)
    await this.#save(explanation.causes, now)
    await this.#tell({ ...explanation, held: this.#heldWith(explanation, told) }, now)
    await this.#learn(now)
    if (now - this.#expiredAt > EXPIRE_EVERY_MS) {
      this.#expiredAt = now
      await this.#records.expire(now)
    }
  }

  /** What an agent said before it left, and what came in first after a start, is told once more is known. */
  #heldWith({ held, causes }: Explanation, told: readonly DeviceAnswer[]): ReadonlySet<DeviceId> {
    const all = new Set(held)
    const known = new Set(this.#open.flatMap(({ members }) => [...members.keys()]))
    for (const { device, answers } of told) {
      if (answers === false && this.#book.answers.get(device)?.state === 'unknown' && !known.has(device))
        all.add(device)
    }
    if (this.#options.now() - this.#startedAt >= SETTLE_MS) return all
    for (const { since, failed } of causes)
      if (since >= this.#startedAt - SETTLE_MS) for (const one of failed) all.add(one)
    return all
  }

  async #save(causes: readonly Cause[], now: EpochMs): Promise<void> {
    const before = new Map(this.#open.map((one) => [one.id, one]))
    const open = causes.map((cause) => standingOf(cause, cause.id === undefined ? undefined : before.get(cause.id)))
    const ids = new Set(open.map(({ id }) => id))
    const over = this.#open.filter(({ id }) => !ids.has(id))
    const isShort = ({ since }: Standing): boolean => now - since < SHORT_MS
    const changed = open.filter((one) => !isSame(one, before.get(one.id)))
    if (changed.length === 0 && over.length === 0) return
    const ended = over.filter((one) => !isShort(one)).map((standing) => ({ standing, at: now }))
    await this.#records.save({ open: changed, ended, forgotten: over.filter(isShort).map(({ id }) => id) })
    this.#open = open
    this.#ended = [...this.#ended, ...over.map((standing) => ({ standing, at: now }))]
    this.#tellInventory()
    for (const one of changed) this.#announce(incidentOf(one))
    for (const one of over) this.#announce(incidentOf(one, now))
  }

  async #tell({ held, quietPorts }: Explanation, now: EpochMs): Promise<void> {
    this.#ended = this.#ended.filter(({ at }) => now - at <= TELL_ENDED_MS)
    const { answers } = this.#book
    const site = (device: DeviceId): Labels[] => {
      const of = answers.get(device)
      return of === undefined ? [] : [{ site: of.site, device }]
    }
    const quiet = {
      behind: spokenFor(this.#open, answers).flatMap(site),
      held: [...held].flatMap(site),
      ports: quietPorts.flatMap(({ device, port }) => site(device).map((one) => ({ ...one, interface: port }))),
    }
    const figures = new Map([
      ...endedFigures(this.#ended.map(({ standing }) => standing)),
      ...figuresOf(quiet, this.#open),
    ])
    if (now - this.#toldAt < TELL_EVERY_MS && isSameFigures(figures, this.#figures)) return
    const without = await appendPoints(this.#options.store, pointsOf(figures, this.#figures, now))
    if (without > 0) this.#options.logger.error({ series: without }, 'the store has no room for series of incidents')
    this.#figures = figures
    this.#toldAt = now
  }

  /** Where a device and its link had looked alike, the device's own time tells which of them it was. */
  async #learn(now: EpochMs): Promise<void> {
    if (Math.abs(now - this.#learntAt) < LEARN_EVERY_MS) return
    this.#learntAt = now
    for (const incident of await this.#records.ambiguousSince(epochMs(now - LEARN_MS))) {
      const { id, since, cause } = incident
      const answer = cause.device === undefined ? undefined : this.#book.answers.get(cause.device)
      if (answer === undefined) continue
      const startedAt = await readStartedAt(this.#options.store, { device: answer.device, after: since, now })
      if (startedAt === undefined) continue
      const afterwards = afterwardsOf(incident, { startedAt, intervalMs: answer.intervalMs })
      if (afterwards === undefined) continue
      await this.#records.saveAfterwards(id, afterwards)
      this.#announce({ ...incident, afterwards })
    }
  }

  #tellInventory(): void {
    const behind = new Map<DeviceId, BehindFailure>()
    for (const standing of this.#open) {
      const text = behindText(standing)
      for (const [device, part] of standing.members)
        if (part === 'behind') behind.set(device, { incident: standing.id, text })
    }
    const key = JSON.stringify([...behind])
    if (key === this.#behindKey) return
    this.#behindKey = key
    this.#options.onBehind(behind)
  }

  #announce(incident: Incident): void {
    for (const listener of this.#listeners) listener(incident)
  }

  async #readPorts(ways: Ways, now: EpochMs): Promise<void> {
    if (Math.abs(now - this.#ports.at) < PORTS_EVERY_MS) return
    const before = new Map(this.#ports.down.map((one) => [`${one.device} ${one.port}`, one]))
    try {
      const { store } = this.#options
      const failed = await readDownPorts(store, now)
      const off = await readOffPorts(store, { ways, answers: this.#book.answers, now })
      const down = [...failed, ...off].map((one) => {
        const askedAt = this.#book.answers.get(one.device)?.askedAt ?? now
        return { ...one, since: before.get(`${one.device} ${one.port}`)?.since ?? askedAt, askedAt }
      })
      this.#ports = { at: now, down }
    } catch (thrown) {
      // Without them a link and the device behind it are told apart less well.
      this.#ports = { ...this.#ports, at: now }
      this.#options.logger.warn({ error: messageOf(thrown) }, 'could not read which interfaces are down')
    }
  }

  #waysOf(graph: Pick<TopologyGraph, 'nodes' | 'links'>): Ways {
    if (this.#ways?.of !== graph) this.#ways = { of: graph, ways: waysOf(graph) }
    return this.#ways.ways
  }

  /** Where a device stands and what it is for is the map's word, where it has one. */
  #withPlaces(devices: readonly DeviceAnswer[]) {
    const nodes = this.#ways?.ways.nodes
    return devices.map((one) => {
      const node = nodes?.get(one.device)
      return {
        ...one,
        place: node === undefined || node.place === '' ? one.place : node.place,
        role: node?.role ?? 'unknown',
      }
    })
  }
}

/** Opens the room with the incidents that were open when the server stopped. */
export async function openIncidents(options: IncidentOptions): Promise<IncidentRoom> {
  const records = new IncidentRecords(options.db)
  const ended = await records.endedSince(epochMs(options.now() - TELL_ENDED_AT_START_MS))
  return new IncidentDesk(options, await records.open(), ended)
}

function standingOf({ failed, behind, ...cause }: Cause, before: Standing | undefined): Standing {
  const now = [...behind.map((one) => [one, 'behind'] as const), ...failed.map((one) => [one, 'failed'] as const)]
  return { ...cause, id: cause.id ?? randomUUID(), members: new Map([...(before?.members ?? []), ...now]) }
}

function isSame(a: Standing, b: Standing | undefined): boolean {
  const text = ({ members, ...head }: Standing): string => JSON.stringify([head, [...members].sort()])
  return b !== undefined && text(a) === text(b)
}

/** Devices that do not answer and that another alert speaks for. */
function spokenFor(open: readonly Standing[], answers: AnswerBook['answers']): readonly DeviceId[] {
  return open.flatMap(({ kind, cause, members }) =>
    [...members.keys()].filter((device) => {
      const isCause = kind === 'device' && cause.device === device
      return !isCause && answers.get(device)?.state !== 'up'
    }),
  )
}

function causeText({ cause, or }: Standing): string {
  return or.length === 0 ? cause.text : `${cause.text} (or ${or.join('; or ')})`
}

function behindText(standing: Standing): string {
  const what = causeText(standing)
  switch (standing.kind) {
    case 'device':
      return `behind ${what}`
    case 'link':
      return `behind the link ${what}`
    case 'power':
      return `behind what lost its power at ${what}`
    case 'agent-line':
      return `its agent ${standing.cause.text} is cut off`
  }
}
