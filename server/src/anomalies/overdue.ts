import { type EpochMs, type Labels, METRIC_NAME, seriesKey } from '@eyenet/shared/identity'
import { parseQuery } from '@eyenet/shared/promql'
import type { AnomalyRow } from '../db/db.ts'
import type { MetricStore } from '../store/store.ts'

/** What agents say now, through their metrics, of verdicts that last. */
export type Standing = {
  /** The last anomaly_active of the last hours, by the key of the series, or of the device's labels alone. */
  readonly active: ReadonlyMap<string, number>
  /** Agents that judged within the last quarter of an hour, and within the last day. */
  readonly judging: ReadonlySet<string>
  readonly heard: ReadonlySet<string>
}

/** An agent that judges says so of each verdict at every sample; series are polled more often than that. */
const SILENT_HOURS = 6
const SILENT_MS = SILENT_HOURS * 3_600_000
/** An agent that was not heard for that long is gone: what it saw begin is over as far as anybody knows. */
const GONE_HOURS = 24
const GONE_MS = GONE_HOURS * 3_600_000
const TIMEOUT_MS = 30_000

/**
 * Whether an anomaly has ended without its end being told: its agent says so by its metrics, does not mention it any more
 * though it judges, or is gone. Verdicts of models on trial have no metrics: of them the next beginning tells, or the agent's end.
 */
export function isOverdue(row: AnomalyRow, standing: Standing, now: EpochMs): boolean {
  const age = now - row.since
  if (age > GONE_MS && !standing.heard.has(row.agent)) return true
  if (row.trial !== '' || age < SILENT_MS || !standing.judging.has(row.agent)) return false
  return standing.active.get(activeKeyOf(row)) !== 1
}

export async function readStanding(store: Pick<MetricStore, 'query'>, now: EpochMs): Promise<Standing> {
  const ask = async (expr: string) => {
    const { result } = await store.query({
      ...{ expr: parseQuery(expr), start: now, end: now, step: 0, timeoutMs: TIMEOUT_MS },
    })
    return result.kind === 'vector' ? result.samples : []
  }
  const agentsOf = async (expr: string) => new Set((await ask(expr)).map(({ labels }) => labels.agent ?? ''))
  const [active, judging, heard] = await Promise.all([
    ask(`last_over_time(anomaly_active[${SILENT_HOURS}h])`),
    agentsOf('count by (agent) (count_over_time(anomaly_series[15m]))'),
    agentsOf(`count by (agent) (count_over_time(anomaly_series[${GONE_HOURS}h]))`),
  ])
  return { judging, heard, active: new Map(active.map(({ labels, value }) => [judgedKeyOf(labels), value])) }
}

/** The key of the series that anomaly_active speaks of. */
function judgedKeyOf({ [METRIC_NAME]: _own, metric = '', ...rest }: Labels): string {
  return seriesKey(
    metric === '' ? { site: rest.site ?? '', device: rest.device ?? '' } : { ...rest, [METRIC_NAME]: metric },
  )
}

function activeKeyOf({ labels, site, device }: AnomalyRow): string {
  return seriesKey(labels === null ? { site, device } : JSON.parse(labels))
}
