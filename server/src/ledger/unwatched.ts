import { type AgentId, type DeviceId, type EpochMs, epochMs, type SiteName } from '@eyenet/shared/identity'
import type { ControlDb } from '../db/db.ts'
import type { MetricStore } from '../store/store.ts'
import { standings } from './awaited.ts'
import { lastPollBefore, storedPolls } from './stored-polls.ts'

/** An agent tells the facts of each device it polls daily, and soon after each start. */
const TOLD_WITHIN_MS = 26 * 3_600_000
const AFTER_START_MS = 15 * 60_000
/** So many poll intervals without a poll, while the agent runs and has no backlog, are no chance. */
const MISSED_POLLS = 3
/** How far back the last poll is looked for. */
const LOOK_BACK_MS = 31 * 24 * 3_600_000
/** Looked at in one turn; the rest comes with the next. */
const MAX_AT_ONCE = 200

export type Unwatched = {
  readonly device: DeviceId
  readonly agent: AgentId
  readonly site: SiteName
  /** Its last poll. */
  readonly at: EpochMs
}

type Sources = { readonly db: ControlDb; readonly store: MetricStore }

/**
 * Devices that were taken out of their agent's own file: nobody says so, but the agent has started without telling their
 * facts, or has not told them for more than a day, and polls them no more though it runs and keeps nothing back.
 */
export async function findUnwatched({ db, store }: Sources, now: EpochMs): Promise<readonly Unwatched[]> {
  const watches = await silentWatches(db)
  const standing = await standings([...new Set(watches.map(({ agent }) => agent))], { db, store, now })
  const found: Unwatched[] = []
  for (const { device, agent, site, since, told, interval_ms, newest } of watches.slice(0, MAX_AT_ONCE)) {
    if (standing.get(agent)?.awaited !== undefined) continue
    const windowMs = Math.max(AFTER_START_MS, MISSED_POLLS * interval_ms)
    const span = { from: epochMs(newest - windowMs), to: newest, stepMs: windowMs }
    const polls = await storedPolls(store, { kind: 'devices', devices: [device] }, span)
    if (polls.size > 0) continue
    const last = await lastPollBefore(store, device, { from: epochMs(now - LOOK_BACK_MS), before: now })
    found.push({ device, agent, site, at: epochMs(Math.max(since + 1, last ?? told)) })
  }
  return found
}

/** Open watches whose device has not been told of when it should have been, of agents that have sampled since. */
async function silentWatches(db: ControlDb) {
  const rows = await db
    .selectFrom('ledger_watches')
    .innerJoin('ledger_agents', 'ledger_agents.agent', 'ledger_watches.agent')
    .leftJoin('devices', 'devices.id', 'ledger_watches.device')
    .select((eb) => [
      'ledger_watches.device',
      'ledger_watches.agent',
      'ledger_watches.site',
      'ledger_watches.since',
      'ledger_watches.interval_ms',
      'ledger_agents.newest_at as newest',
      'devices.facts_at',
      eb
        .selectFrom('ledger_runs')
        .select((inner) => inner.fn.max('ledger_runs.started_at').as('at'))
        .whereRef('ledger_runs.agent', '=', 'ledger_watches.agent')
        .as('started'),
    ])
    .where('ledger_watches.until', 'is', null)
    .execute()
  return rows
    .map(({ facts_at, ...row }) => ({ ...row, told: epochMs(Math.max(row.since, facts_at ?? 0)) }))
    .filter(({ told, started, newest, interval_ms }) => {
      const isNew = started !== null && started > told && newest - started > AFTER_START_MS + MISSED_POLLS * interval_ms
      return isNew || newest - told > TOLD_WITHIN_MS
    })
}
