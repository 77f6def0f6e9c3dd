import { AgentId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import { parseQuery } from '@eyenet/shared/promql'
import type { ModelMode } from '@eyenet/shared/wire'
import type { ControlDb } from '../../db/db.ts'
import type { MetricStore } from '../../store/store.ts'
import type { AlarmEvidence } from './alarm-evidence.ts'

export type EvidenceSources = {
  readonly db: ControlDb
  readonly store: Pick<MetricStore, 'query'>
  /** Alarms per series and 30 days that people accept at an agent. */
  readonly askedOf: (agent: AgentId) => Promise<number>
}

export type EvidenceWanted = {
  readonly model: string
  readonly mode: ModelMode
  /** The model that is its control at the same agents, and its mode there. */
  readonly control: { readonly model: string; readonly mode: ModelMode } | undefined
  readonly agents: readonly AgentId[]
  readonly from: EpochMs
  readonly to: EpochMs
}

/** Alarms of one model over the time; far more than any budget asks for. */
const MAX_ALARMS = 100_000
/** The time is looked at in so many steps. */
const STEPS = 100
const MIN_STEP_MS = 60_000
const QUERY_TIMEOUT_MS = 30_000
const MONTH_MS = 30 * 24 * 3_600_000

/** What agents found with a model and how much they judged, within from <= time < to. */
export async function loadEvidence(
  sources: EvidenceSources,
  wanted: EvidenceWanted,
): Promise<readonly AlarmEvidence[]> {
  const { agents, from, to, control } = wanted
  if (agents.length === 0 || to <= from) return []
  const [alarms, others, judged] = await Promise.all([
    alarmsOf(sources.db, { ...wanted, ...span(wanted) }),
    control === undefined ? undefined : alarmsOf(sources.db, { ...control, ...span(wanted) }),
    judgedSeriesMs(sources.store, { from, to }),
  ])
  return Promise.all(
    agents.map(async (agent) => ({
      agent,
      alarms: alarms.get(agent) ?? [],
      control: others && (others.get(agent) ?? []),
      seriesMonths: (judged.get(agent) ?? 0) / MONTH_MS,
      asked: await sources.askedOf(agent),
    })),
  )
}

const span = ({ from, to }: EvidenceWanted) => ({ from, to })

type AlarmsWanted = { readonly model: string; readonly mode: ModelMode; readonly from: EpochMs; readonly to: EpochMs }

/** When verdicts on series began, ascending, by agent; those that somebody called real were no false ones. */
async function alarmsOf(db: ControlDb, { model, mode, from, to }: AlarmsWanted) {
  const rows = await db
    .selectFrom('anomalies')
    .select(['agent', 'since'])
    .where('trial', '=', mode === 'shadow' ? model : '')
    // What the detectors found alone is an alarm of the agent as well.
    .$if(mode === 'live', (some) => some.where((eb) => eb.or([eb('model', '=', model), eb('model', 'is', null)])))
    .where('since', '>=', from)
    .where('since', '<', to)
    .where('labels', 'is not', null)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('anomaly_feedback')
            .select('anomaly_feedback.id')
            .whereRef('anomaly_feedback.anomaly', '=', 'anomalies.id')
            .where('anomaly_feedback.kind', '=', 'real')
            .where('anomaly_feedback.taken_back_at', 'is', null),
        ),
      ),
    )
    .orderBy('since')
    .limit(MAX_ALARMS)
    .execute()
  const byAgent = new Map<AgentId, EpochMs[]>()
  for (const { agent, since } of rows) {
    const known = byAgent.get(agent)
    if (known === undefined) byAgent.set(agent, [since])
    else known.push(since)
  }
  return byAgent
}

/** Series × milliseconds that each agent judged. */
async function judgedSeriesMs(store: EvidenceSources['store'], { from, to }: { from: EpochMs; to: EpochMs }) {
  const step = Math.max(MIN_STEP_MS, Math.ceil((to - from) / STEPS))
  const seconds = Math.ceil(step / 1_000)
  const expr = parseQuery(`sum by (agent) (avg_over_time(anomaly_series[${seconds}s]))`)
  // Each step looks back over its own length; the last one may be cut.
  const start = epochMs(Math.min(to, from + step))
  const { result } = await store.query({ expr, start, end: to, step, timeoutMs: QUERY_TIMEOUT_MS })
  const judged = new Map<AgentId, number>()
  if (result.kind !== 'matrix') return judged
  for (const { labels, values } of result.series) {
    const agent = AgentId.safeParse(labels.agent)
    const series = Array.from(values).reduce((sum, value) => sum + value, 0)
    if (agent.success) judged.set(agent.data, series * Math.min(step, to - from))
  }
  return judged
}
