import { type AgentId, type EpochMs, epochMs, METRIC_NAME } from '@eyenet/shared/identity'
import { AppliedRevision, DeviceReach, RejectedRevision } from '@eyenet/shared/wire'
import type { AgentRow, ControlDb, DeviceRow } from '../../db/db.ts'
import type { MetricStore } from '../../store/store.ts'
import type { AgentFact, Progress } from './agent-fact.ts'

export type FactSources = {
  readonly db: ControlDb
  readonly store: Pick<MetricStore, 'select'>
  readonly now: () => EpochMs
}

/** What an agent says only when its line, its buffer or its messages are in trouble. */
const GRAVE = ['not-acknowledged', 'message-refused', 'refused'] as const
/** Polls are judged over this long at most. */
const POLL_WINDOW_MS = 5 * 60_000

type Window = {
  /** When the agents got the revision; before that nothing counts. */
  readonly since: EpochMs
  /** The first revision of each agent's desired state that holds it. */
  readonly sent: ReadonlyMap<AgentId, number>
}

/** What is known of these agents now: a few queries, however many they are. */
export async function loadFacts(
  { db, store, now }: FactSources,
  rows: readonly AgentRow[],
  { since, sent }: Window,
): Promise<readonly AgentFact[]> {
  const devices = byAgent(await db.selectFrom('devices').select(['agent', 'state', 'reach']).execute())
  const notices = byAgent(
    await db
      .selectFrom('agent_notices')
      .select(['agent', 'message'])
      .where('code', 'in', GRAVE)
      .where('at', '>=', since)
      .orderBy('at', 'desc')
      .execute(),
  )
  const polls = await pollsOf(store, epochMs(Math.max(since, now() - POLL_WINDOW_MS)), now())
  return rows.map((row) => {
    const watched = devices.get(row.id) ?? []
    return {
      agent: row.id,
      name: row.name,
      connected: row.state === 'connected',
      connectedSince: row.state_since,
      progress: progressOf(row, sent.get(row.id) ?? row.desired_revision),
      devices: watched.length,
      silent: watched.filter(isSilent).length,
      polls: polls.get(row.id) ?? { started: 0, failed: 0 },
      graveNotices: (notices.get(row.id) ?? []).map(({ message }) => message),
    }
  })
}

/** How far an agent is with the revision `sent` of its desired state, or a later one. */
export function progressOf(row: Pick<AgentRow, 'applied' | 'rejected'>, sent: number): Progress {
  const applied = row.applied === null ? undefined : AppliedRevision.parse(JSON.parse(row.applied))
  const rejected = row.rejected === null ? undefined : RejectedRevision.parse(JSON.parse(row.rejected))
  if (applied !== undefined && applied.revision >= sent && applied.revision > (rejected?.revision ?? 0)) {
    return { kind: applied.confirmed ? 'runs' : 'on-trial' }
  }
  if (rejected !== undefined && rejected.revision >= sent) {
    return { kind: 'rejected', how: rejected.how, reason: rejected.reason }
  }
  return { kind: 'waiting' }
}

function byAgent<T extends { readonly agent: AgentId }>(rows: readonly T[]): ReadonlyMap<AgentId, readonly T[]> {
  const found = new Map<AgentId, T[]>()
  for (const row of rows) {
    const list = found.get(row.agent) ?? []
    list.push(row)
    found.set(row.agent, list)
  }
  return found
}

function isSilent({ state, reach }: Pick<DeviceRow, 'state' | 'reach'>): boolean {
  if (state === 'unknown') return true
  const { snmp, icmp } = DeviceReach.parse(JSON.parse(reach))
  return (snmp !== 'off' || icmp !== 'off') && snmp !== 'up' && icmp !== 'up'
}

async function pollsOf(
  store: FactSources['store'],
  from: EpochMs,
  to: EpochMs,
): Promise<ReadonlyMap<string, AgentFact['polls']>> {
  const matchers = [{ name: METRIC_NAME, op: '=~' as const, value: 'agent_polls_total|agent_polls_failed_total' }]
  const found = new Map<string, { started: number; failed: number }>()
  for (const { labels, values } of await store.select({ matchers, from, to })) {
    const polls = found.get(labels.agent ?? '') ?? { started: 0, failed: 0 }
    const grown = growthOf(values)
    if (labels[METRIC_NAME] === 'agent_polls_total') polls.started += grown
    else polls.failed += grown
    found.set(labels.agent ?? '', polls)
  }
  return found
}

/** How much a counter grew; one that fell had started anew. */
function growthOf(values: Float64Array | readonly number[]): number {
  let grown = 0
  for (let at = 1; at < values.length; at++) {
    const [before = 0, value = 0] = [values[at - 1], values[at]]
    grown += value >= before ? value - before : value
  }
  return Number.isFinite(grown) ? grown : 0
}
