import type { AgentResource } from '@eyenet/shared/api'
import { type AgentId, type EpochMs, epochMs, METRIC_NAME } from '@eyenet/shared/identity'
import type { AgentRow, ControlDb } from '../db/db.ts'
import type { MetricStore, SeriesRef } from '../store/store.ts'
import { newestNotices } from './notices.ts'

/** How far back an agent's own metrics count as its present state. */
const RECENT_MS = 5 * 60_000

export type AgentViewsOptions = { readonly db: ControlDb; readonly store: MetricStore; readonly now: () => EpochMs }

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

  async list(): Promise<readonly AgentResource[]> {
    const rows = await this.#options.db.selectFrom('agents').selectAll().orderBy('site').orderBy('name').execute()
    return Promise.all(rows.map((row) => this.#resourceOf(row)))
  }

  async get(id: AgentId): Promise<AgentResource | undefined> {
    const row = await this.#options.db.selectFrom('agents').selectAll().where('id', '=', id).executeTakeFirst()
    return row === undefined ? undefined : this.#resourceOf(row)
  }

  /** Writes agent_up, and the clock's skew where it is known, of every agent that ever connected. */
  async recordUp(): Promise<void> {
    const { db, store, now } = this.#options
    const rows = await db.selectFrom('agents').selectAll().where('state', '!=', 'never').execute()
    if (rows.length === 0) return
    for (const row of rows) this.#names.set(row.id, row.name)
    const points: [SeriesRef, number][] = rows.map((row) => [
      store.seriesIndex({ [METRIC_NAME]: 'agent_up', site: row.site, agent: row.id }),
      row.state === 'connected' ? 1 : 0,
    ])
    for (const row of rows) {
      if (row.clock_skew_ms === null) continue
      const labels = { [METRIC_NAME]: 'agent_clock_skew_seconds', site: row.site, agent: row.id }
      points.push([store.seriesIndex(labels), row.clock_skew_ms / 1000])
    }
    await store.append({
      refs: Int32Array.from(points, ([ref]) => ref),
      times: new Float64Array(points.length).fill(now()),
      values: Float64Array.from(points, ([, value]) => value),
    })
  }

  async #resourceOf(row: AgentRow): Promise<AgentResource> {
    const { db, now } = this.#options
    this.#names.set(row.id, row.name)
    const heard = this.#heard.get(row.id)
    const { devices } = await db
      .selectFrom('devices')
      .select((eb) => eb.fn.countAll<number>().as('devices'))
      .where('agent', '=', row.id)
      .executeTakeFirstOrThrow()
    const measured = await this.#ownMetrics(row.id)
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
      notices: await newestNotices(db, row.id),
      ...(heard && { lastMessageAt: heard.at, lagSeconds: Math.max(0, (now() - heard.newest) / 1000) }),
      ...(row.ping !== null && { ping: row.ping }),
      ...(row.clock_skew_ms !== null && { clockSkewSeconds: row.clock_skew_ms / 1000 }),
      ...known('bufferedSamples', measured.get('agent_buffer_samples')),
      ...known('bufferBytes', measured.get('agent_buffer_bytes')),
      ...known('droppedSamples', measured.get('agent_dropped_samples_total')),
    }
  }

  async #ownMetrics(agent: AgentId): Promise<ReadonlyMap<string, number>> {
    const now = this.#options.now()
    const series = await this.#options.store.select({
      matchers: [
        { name: METRIC_NAME, op: '=~', value: 'agent_buffer_samples|agent_buffer_bytes|agent_dropped_samples_total' },
        { name: 'agent', op: '=', value: agent },
      ],
      from: epochMs(now - RECENT_MS),
      to: now,
    })
    const latest = new Map<string, number>()
    for (const one of series) {
      const value = one.values.at(-1)
      if (value !== undefined && Number.isFinite(value)) latest.set(one.labels[METRIC_NAME] ?? '', value)
    }
    return latest
  }
}

function known<K extends string>(key: K, value: number | undefined): { [P in K]?: number } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: number })
}
