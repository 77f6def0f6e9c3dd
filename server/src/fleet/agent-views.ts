import type { AgentResource } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { type AgentId, type EpochMs, epochMs, type Labels, METRIC_NAME } from '@eyenet/shared/identity'
import type { AgentRow, ControlDb } from '../db/db.ts'
import { expiryOfAgents } from '../pki/pki.ts'
import { type MetricStore, NO_ROOM } from '../store/store.ts'
import type { AgentConnection } from './fleet-parts.ts'
import { type Notice, newestNotices } from './notices.ts'

/** How far back an agent's own metrics count as its present state. */
const RECENT_MS = 5 * 60_000

export type AgentViewsOptions = {
  readonly db: ControlDb
  readonly store: MetricStore
  readonly now: () => EpochMs
  /** How often two machines were seen with its identity. */
  readonly conflictsOf: (agent: AgentId) => number
}

type Found = {
  readonly devices: number
  readonly notices: readonly Notice[]
  readonly measured: ReadonlyMap<string, number>
  readonly certificateExpiresAt: EpochMs | undefined
}
const NOTHING_MEASURED: ReadonlyMap<string, number> = new Map()

type Heard = { readonly at: EpochMs; readonly newest: EpochMs }

/** Agents as people and rules see them: rows of the database with what was heard of them lately. */
export class AgentViews {
  readonly #options: AgentViewsOptions
  /** At most one per agent that ever connected. */
  readonly #heard = new Map<AgentId, Heard>()

  /** At most one per agent. */
  readonly #names = new Map<string, string>()

  constructor(options: AgentViewsOptions) {
    this.#options = options
  }

  heard(agent: AgentId, newest: EpochMs): void {
    const before = this.#heard.get(agent)?.newest ?? 0
    this.#heard.set(agent, { at: this.#options.now(), newest: epochMs(Math.max(before, newest)) })
  }

  /** The name of an agent that was seen in a list or a change; undefined for others. */
  nameOf(agent: string): string | undefined {
    return this.#names.get(agent)
  }

  /** Forgets an agent that was removed. */
  forget(agent: AgentId): void {
    this.#heard.delete(agent)
    this.#names.delete(agent)
  }

  /** Names are needed before anybody has looked at a list. */
  async loadNames(): Promise<void> {
    const rows = await this.#options.db.selectFrom('agents').select(['id', 'name']).execute()
    for (const { id, name } of rows) this.#names.set(id, name)
  }

  /** All agents, or those of these ids that are there: a few queries, however many they are. */
  async list(ids?: readonly AgentId[]): Promise<readonly AgentResource[]> {
    const { db } = this.#options
    let query = db.selectFrom('agents').selectAll().orderBy('site').orderBy('name')
    if (ids !== undefined) query = query.where('id', 'in', ids)
    const rows = await query.execute()
    const [devices, notices, measured, expiry] = await Promise.all([
      this.#deviceCounts(),
      newestNotices(db, ids),
      this.#ownMetrics(ids?.length === 1 ? ids[0] : undefined),
      expiryOfAgents(db, ids),
    ])
    return rows.map((row) =>
      this.#resourceOf(row, {
        devices: devices.get(row.id) ?? 0,
        notices: notices.get(row.id) ?? [],
        measured: measured.get(row.id) ?? NOTHING_MEASURED,
        certificateExpiresAt: expiry.get(row.id),
      }),
    )
  }

  async get(id: AgentId): Promise<AgentResource | undefined> {
    const [found] = await this.list([id])
    return found
  }

  /** Every agent, and whether it is connected. */
  async connections(): Promise<readonly AgentConnection[]> {
    const rows = await this.#options.db.selectFrom('agents').select(['id', 'name', 'site', 'state']).execute()
    return rows.map(({ id, name, site, state }) => ({ agent: id, name, site, isConnected: state === 'connected' }))
  }

  /** Writes agent_up, and the clock's skew where it is known, of every agent that ever connected, or of some. */
  async recordUp(agents?: readonly AgentId[]): Promise<void> {
    const { db, store, now } = this.#options
    let query = db.selectFrom('agents').selectAll().where('state', '!=', 'never')
    if (agents !== undefined) query = query.where('id', 'in', agents)
    const rows = await query.execute()
    if (rows.length === 0) return
    for (const row of rows) this.#names.set(row.id, row.name)
    const points: { labels: Labels; value: number }[] = rows.map((row) => ({
      labels: { [METRIC_NAME]: 'agent_up', site: row.site, agent: row.id },
      value: row.state === 'connected' ? 1 : 0,
    }))
    for (const row of rows) {
      const conflicts = { [METRIC_NAME]: 'eyenet_agent_identity_conflicts_total', site: row.site, agent: row.id }
      points.push({ labels: conflicts, value: this.#options.conflictsOf(row.id) })
      if (row.clock_skew_ms === null) continue
      const labels = { [METRIC_NAME]: 'agent_clock_skew_seconds', site: row.site, agent: row.id }
      points.push({ labels, value: row.clock_skew_ms / 1000 })
    }
    const refs = await store.intern(points.map(({ labels }) => labels))
    if (refs.includes(NO_ROOM))
      throw new EyeNetError('limit_exceeded', 'the store has no room for the series of agents')
    await store.append({ refs, times: now(), values: Float64Array.from(points, ({ value }) => value) })
  }

  #resourceOf(row: AgentRow, { devices, notices, measured, certificateExpiresAt }: Found): AgentResource {
    this.#names.set(row.id, row.name)
    const heard = this.#heard.get(row.id)
    return {
      id: row.id,
      name: row.name,
      site: row.site,
      state: row.state,
      since: row.state_since,
      version: row.version,
      hostname: row.hostname,
      enrolledAt: row.enrolled_at,
      devices,
      desiredRevision: row.desired_revision,
      actualRevision: row.actual_revision,
      notices: [...notices],
      ...(heard && { lastMessageAt: heard.at, lagSeconds: Math.max(0, (this.#options.now() - heard.newest) / 1000) }),
      ...(row.ping !== null && { ping: row.ping }),
      ...(row.revoked_at !== null && { revokedAt: row.revoked_at }),
      ...(certificateExpiresAt !== undefined && { certificateExpiresAt }),
      ...(row.clock_skew_ms !== null && { clockSkewSeconds: row.clock_skew_ms / 1000 }),
      ...known('bufferedSamples', measured.get('agent_buffer_samples')),
      ...known('bufferBytes', measured.get('agent_buffer_bytes')),
      ...known('droppedSamples', measured.get('agent_dropped_samples_total')),
    }
  }

  async #deviceCounts(): Promise<ReadonlyMap<AgentId, number>> {
    const rows = await this.#options.db
      .selectFrom('devices')
      .select((eb) => ['agent', eb.fn.countAll<number>().as('devices')])
      .groupBy('agent')
      .execute()
    return new Map(rows.map(({ agent, devices }) => [agent, devices]))
  }

  /** By agent, then by metric; of all agents when none is named. */
  async #ownMetrics(agent: AgentId | undefined): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> {
    const now = this.#options.now()
    const series = await this.#options.store.select({
      matchers: [
        { name: METRIC_NAME, op: '=~', value: 'agent_buffer_samples|agent_buffer_bytes|agent_dropped_samples_total' },
        ...(agent === undefined ? [] : [{ name: 'agent', op: '=' as const, value: agent }]),
      ],
      from: epochMs(now - RECENT_MS),
      to: now,
    })
    const latest = new Map<string, Map<string, number>>()
    for (const { labels, values } of series) {
      const value = values.at(-1)
      if (value === undefined || !Number.isFinite(value)) continue
      const key = labels.agent ?? ''
      const metrics = latest.get(key) ?? new Map<string, number>()
      latest.set(key, metrics.set(labels[METRIC_NAME] ?? '', value))
    }
    return latest
  }
}

function known<K extends string>(key: K, value: number | undefined): { [P in K]?: number } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: number })
}
