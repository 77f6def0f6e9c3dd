import { AgentId, type EpochMs, epochMs, type Labels } from '@eyenet/shared/identity'
import { parseQuery } from '@eyenet/shared/promql'
import type { MetricStore } from '../store/store.ts'

export const HOUR_MS = 3_600_000
const TIMEOUT_MS = 60_000

/** What an agent judged in the hour that ends at `end`. */
export type JudgedHour = {
  readonly end: EpochMs
  readonly series: number
  readonly leftOut: number
  /** The model that counts; undefined: the detectors alone. */
  readonly live: string | undefined
  readonly trials: readonly string[]
}

type Point = { readonly labels: Labels; readonly end: number; readonly value: number }

/** By agent, in the order of time; hours in which it judged nothing are left out. */
export async function judgedHours(
  store: Pick<MetricStore, 'query'>,
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
): Promise<ReadonlyMap<AgentId, readonly JudgedHour[]>> {
  const first = Math.ceil((from + 1) / HOUR_MS) * HOUR_MS
  const last = Math.floor(to / HOUR_MS) * HOUR_MS
  if (last < first) return new Map()
  const ask = (expr: string) => points(store, expr, { start: epochMs(first), end: epochMs(last) })
  const [series, leftOut, models] = await Promise.all([
    ask('sum by (agent) (avg_over_time(anomaly_series[1h]))'),
    ask('sum by (agent) (avg_over_time(anomaly_series_left_out[1h]))'),
    ask('max by (agent, model, mode) (last_over_time(anomaly_model_info[1h]))'),
  ])
  const leftOutAt = new Map(leftOut.map(({ labels, end, value }) => [hourKey(labels, end), value]))
  const modelsAt = new Map<string, Labels[]>()
  for (const { labels, end, value } of models) {
    if (value !== 1) continue
    const key = hourKey(labels, end)
    const known = modelsAt.get(key)
    if (known === undefined) modelsAt.set(key, [labels])
    else known.push(labels)
  }
  const hours = new Map<AgentId, JudgedHour[]>()
  for (const { labels, end, value } of series) {
    const { data: agent } = AgentId.safeParse(labels.agent)
    if (agent === undefined) continue
    const key = hourKey(labels, end)
    const ran = modelsAt.get(key) ?? []
    const hour: JudgedHour = {
      ...{ end: epochMs(end), series: value, leftOut: leftOutAt.get(key) ?? 0 },
      live: ran.find(({ mode }) => mode === 'live')?.model,
      trials: ran.flatMap(({ mode, model }) => (mode === 'shadow' && model !== undefined ? [model] : [])),
    }
    const known = hours.get(agent)
    if (known === undefined) hours.set(agent, [hour])
    else known.push(hour)
  }
  return hours
}

function hourKey({ agent = '' }: Labels, end: number): string {
  return `${agent}/${end}`
}

async function points(
  store: Pick<MetricStore, 'query'>,
  expr: string,
  span: { start: EpochMs; end: EpochMs },
): Promise<Point[]> {
  const { result } = await store.query({ expr: parseQuery(expr), ...span, step: HOUR_MS, timeoutMs: TIMEOUT_MS })
  if (result.kind !== 'matrix') return []
  return result.series.flatMap(({ labels, times, values }) =>
    Array.from(times, (end, at) => ({ labels, end, value: values[at] ?? 0 })),
  )
}
