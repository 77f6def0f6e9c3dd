import { type AgentId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { LedgerRunRow } from '../db/db.ts'
import type { MetricStore } from '../store/store.ts'
import type { Downtime } from './explain-interval.ts'
import { lastSampleBefore } from './stored-polls.ts'

/** Starts that are looked into for one answer, the newest; an agent that starts all the time has other troubles. */
const MAX_STARTS = 100
/** How long an agent may be away for its last sample before a start to be found. */
const LOOK_BACK_MS = 31 * 24 * 3_600_000

/** When each agent did not run: from its last sample of itself, or its word that it stops, to its next start. */
export async function downtimesOf(
  store: MetricStore,
  runs: readonly LedgerRunRow[],
): Promise<ReadonlyMap<AgentId, readonly Downtime[]>> {
  const pairs = runs.flatMap((run, at) => {
    const before = runs[at - 1]
    return before?.agent === run.agent ? [{ before, run }] : []
  })
  const found = new Map<AgentId, Downtime[]>()
  for (const { before, run } of pairs.slice(-MAX_STARTS)) {
    const begun = epochMs(Math.max(before.started_at, run.started_at - LOOK_BACK_MS))
    const last = await lastSampleBefore(store, run.agent, { from: begun, before: run.started_at })
    const how = before.epoch !== run.epoch ? 'new-outbox' : before.stopped_at === null ? 'ended' : 'stopped'
    const downtime: Downtime = { from: endOf(before, last ?? begun, run.started_at), to: run.started_at, how }
    const ofAgent = found.get(run.agent)
    if (ofAgent === undefined) found.set(run.agent, [downtime])
    else ofAgent.push(downtime)
  }
  return found
}

/** Its word may have come late, or by another clock: what it has sampled counts for more. */
function endOf(before: LedgerRunRow, last: EpochMs, start: EpochMs): EpochMs {
  const said = before.stopped_at
  return said !== null && said > last && said < start ? said : last
}
