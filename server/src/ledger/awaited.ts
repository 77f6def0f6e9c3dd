import { AgentId, type EpochMs, epochMs, METRIC_NAME } from '@eyenet/shared/identity'
import type { ControlDb } from '../db/db.ts'
import type { MetricStore } from '../store/store.ts'
import type { Awaited } from './explain-interval.ts'
import { LATE_MS } from './late-spans.ts'

/** The agent tells its backlog at each of its ticks; that old an answer still counts. */
const RECENT_MS = 5 * 60_000
/** Agents without a line whose last word on their backlog is looked up one by one. */
const MAX_LOOKED_UP = 50

export type AgentStanding = {
  readonly agent: AgentId
  readonly awaited: Awaited | undefined
  /** Its newest stored time; undefined when nothing ever came. */
  readonly newest: EpochMs | undefined
  readonly removed: boolean
}

export type StandingOptions = { readonly db: ControlDb; readonly store: MetricStore; readonly now: EpochMs }

/** What each of these agents still has, as far as the server can know. */
export async function standings(
  agents: readonly AgentId[],
  options: StandingOptions,
): Promise<ReadonlyMap<AgentId, AgentStanding>> {
  if (agents.length === 0) return new Map()
  const { db, now } = options
  const [rows, heard] = await Promise.all([
    db.selectFrom('agents').select(['id', 'state', 'state_since']).where('id', 'in', agents).execute(),
    db.selectFrom('ledger_agents').select(['agent', 'newest_at']).where('agent', 'in', agents).execute(),
  ])
  const rowOf = new Map(rows.map((row) => [row.id, row]))
  const newestOf = new Map(heard.map(({ agent, newest_at }) => [agent, newest_at]))
  const silent = agents.filter((agent) => now - (newestOf.get(agent) ?? now) > LATE_MS)
  const backlog = new Map(await backlogs(options.store, { at: now }))
  for (const agent of silent.slice(0, MAX_LOOKED_UP)) {
    const at = newestOf.get(agent)
    if (at !== undefined) for (const one of await backlogs(options.store, { at, agent })) backlog.set(...one)
  }
  return new Map(
    agents.map((agent) => {
      const row = rowOf.get(agent)
      const newest = newestOf.get(agent)
      const oldest = backlog.get(agent)
      const awaited = row === undefined ? undefined : awaitedOf({ ...row, newest, oldest, now })
      return [agent, { agent, awaited, newest, removed: row === undefined }]
    }),
  )
}

type Known = {
  readonly state: 'connected' | 'disconnected' | 'never'
  readonly state_since: EpochMs
  readonly newest: EpochMs | undefined
  /** Time of the oldest sample in its outbox, as it last said. */
  readonly oldest: EpochMs | undefined
  readonly now: EpochMs
}

/** Pure: from when on samples of an agent may still come. */
export function awaitedOf({ state, state_since, newest, oldest, now }: Known): Awaited | undefined {
  if (newest === undefined) return undefined
  const isSilent = now - newest > LATE_MS
  const hasBacklog = oldest !== undefined && newest - oldest > LATE_MS
  if (!isSilent && !hasBacklog) return undefined
  const from = epochMs(hasBacklog ? Math.min(oldest, newest) : newest)
  const since = new Date(state_since).toISOString()
  if (state !== 'connected') {
    const why = `The agent has not been connected since ${since}; what it samples meanwhile comes when it is back.`
    return { from, why }
  }
  return { from, why: 'The agent is connected and still has a backlog to send.' }
}

/** Times of the oldest unacknowledged samples. */
async function backlogs(
  store: MetricStore,
  { at, agent }: { readonly at: EpochMs; readonly agent?: AgentId },
): Promise<readonly (readonly [AgentId, EpochMs])[]> {
  const series = await store.select({
    matchers: [
      { name: METRIC_NAME, op: '=', value: 'agent_buffer_oldest_seconds' },
      ...(agent === undefined ? [] : [{ name: 'agent', op: '=' as const, value: agent }]),
    ],
    from: epochMs(at - RECENT_MS),
    to: at,
  })
  return series.flatMap(({ labels, times, values }) => {
    const [time, age] = [times.at(-1), values.at(-1)]
    if (labels.agent === undefined || time === undefined || age === undefined || !Number.isFinite(age)) return []
    return [[AgentId.parse(labels.agent), epochMs(time - age * 1000)] as const]
  })
}
