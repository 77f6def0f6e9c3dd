import type { EpochMs, Labels } from '../identity/identity.ts'
import { METRIC_NAME, seriesKey } from '../identity/identity.ts'
import { type ParsedQuery, presenceOf, type QueryResult, type SeriesSamples } from '../promql/promql.ts'
import { type AlertMachine, hasFired, type Observation } from './alert-state.ts'
import { alertsSeries } from './alerts-series.ts'
import type { AlertRule } from './rule-model.ts'

/** One alert of a rule that is not over: the labels of its series, as `ObservedAlert.series` gave them. */
export type OpenAlert = { readonly series: Labels; readonly state: AlertMachine }

export type ObservedAlert = {
  /** seriesKey of `series`. */
  readonly key: string
  /** The labels of the expression's result, without the metric's name and without those the rule adds. */
  readonly series: Labels
  readonly observation: Observation
}

export type ObserveOptions = {
  readonly rule: AlertRule
  readonly now: EpochMs
  /** Evaluates at `now` over what is stored and the series given beside it. */
  readonly ask: (query: ParsedQuery, extra: readonly SeriesSamples[]) => Promise<QueryResult>
  /** Every open alert of this rule. */
  readonly open: readonly OpenAlert[]
}

/**
 * What the data say at `now` of every alert that a rule has or ought to have. An open alert that is gone from the
 * result is `clear` where the expression without its conditions still has its series, else `missing`.
 * Throws what `ask` throws: then nothing is known, and the states stay as they are.
 */
export async function observeAlerts(options: ObserveOptions): Promise<readonly ObservedAlert[]> {
  const { rule, open } = options
  const observed = new Map<string, ObservedAlert>()
  for (const { labels, value } of await vectorOf(rule.query, options)) {
    const series = withoutName(labels)
    const key = seriesKey(series)
    observed.set(key, { key, series, observation: { kind: 'holds', value } })
  }
  const gone = open.filter(({ series }) => !observed.has(seriesKey(series)))
  if (gone.length === 0) return [...observed.values()]
  const presence = presenceOf(rule.query)
  const present =
    presence === undefined
      ? undefined
      : new Set((await vectorOf(presence, options)).map(({ labels }) => seriesKey(withoutName(labels))))
  for (const { series } of gone) {
    const key = seriesKey(series)
    // Where presence cannot be told, as for absent(), that the result is gone says that it is over.
    const kind = present === undefined || present.has(key) ? 'clear' : 'missing'
    observed.set(key, { key, series, observation: { kind } })
  }
  return [...observed.values()]
}

type Sample = { readonly labels: Labels; readonly value: number }

async function vectorOf(expr: AlertRule['query'], options: ObserveOptions): Promise<readonly Sample[]> {
  const { rule, now, open, ask } = options
  const firing = open
    .filter(({ state }) => hasFired(state))
    .map(({ series }) => ({ ...series, alertname: rule.name, alertstate: 'firing' }))
  const { result } = await ask(expr, alertsSeries(firing, now))
  if (result.kind === 'vector') return result.samples
  // A rule whose expression is a scalar is one alert without labels, as in Prometheus.
  return result.kind === 'scalar' ? [{ labels: {}, value: result.value }] : []
}

function withoutName(labels: Labels): Labels {
  const { [METRIC_NAME]: _, ...rest } = labels
  return rest
}
