/**
 * Prometheus' HTTP API over the metric store and the alert rules, so that Grafana and its kin work as they are. Shapes,
 * parameters and errors are Prometheus'; evaluating is the PromQL room's.
 */
import type { EpochMs, Labels } from '@eyenet/shared/identity'
import { type ParsedQuery, type Selection, typeOf } from '@eyenet/shared/promql'
import { z } from 'zod'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { deleteSeriesEndpoints } from './delete-series.ts'
import { PrometheusError, success } from './envelope.ts'
import { exportEndpoints } from './export.ts'
import { expressionEndpoints } from './expressions.ts'
import { federateEndpoint } from './federate.ts'
import { labelNameOf } from './label-name.ts'
import { bad, durationOf, type Fields, oneOf, parsed, required, selectorsOf, timeOf } from './parameters.ts'
import { queryResponse } from './query-result.ts'
import {
  Answer,
  guarded,
  optionalTime,
  type PrometheusDeps,
  SeriesFields,
  selectionsOf,
  text,
  twice,
} from './question.ts'
import { ruleEndpoints } from './rules.ts'
import { snapshotEndpoints } from './snapshot.ts'
import { statusEndpoints } from './status.ts'

export type { PrometheusDeps, SeriesSource } from './question.ts'

/** As in Prometheus: more is a mistake in the step. */
const MAX_POINTS = 11_000
/** Samples that one request may hold: about 180 MB while it is computed. */
const MAX_SAMPLES = 20_000_000
const MAX_TIMEOUT_MS = 60_000
/** Series or names in one answer. */
const MAX_ANSWER = 100_000

const InstantFields = z.object({ query: text, time: text, timeout: text, lookback_delta: text, limit: text })
const RangeFields = InstantFields.omit({ time: true }).extend({ start: text, end: text, step: text })

export function prometheusEndpoints(deps: PrometheusDeps): readonly Endpoint[] {
  return [
    ...twice(deps, {
      path: '/api/v1/query',
      summary: 'Evaluate PromQL at one time',
      fields: InstantFields,
      answer: instant,
    }),
    ...twice(deps, {
      path: '/api/v1/query_range',
      summary: 'Evaluate PromQL over time',
      fields: RangeFields,
      answer: range,
    }),
    ...twice(deps, { path: '/api/v1/series', summary: 'Series that match', fields: SeriesFields, answer: series }),
    ...twice(deps, { path: '/api/v1/labels', summary: 'Names of labels', fields: SeriesFields, answer: labels }),
    labelValues(deps),
    ...ruleEndpoints(deps),
    ...statusEndpoints(deps),
    ...expressionEndpoints(deps),
    ...deleteSeriesEndpoints(deps),
    ...snapshotEndpoints(deps),
    ...exportEndpoints(deps),
    federateEndpoint(deps),
  ]
}

function labelValues(deps: PrometheusDeps): Endpoint {
  return endpoint({
    method: 'get',
    path: '/api/v1/label/{name}/values',
    access: 'viewer',
    tag: 'prometheus',
    answer: Answer,
    summary: 'Values of one label',
    params: z.object({ name: z.string() }),
    query: SeriesFields,
    handle: ({ context, params }) =>
      guarded(deps, async () => {
        const name = labelNameOf(params.name)
        const fields = context.req.queries()
        const found = await each(fields, deps, (selection) => deps.source.labelValues(name, selection))
        return limited(uniqueSorted(found), fields)
      }),
  })
}

async function instant(fields: Fields, deps: PrometheusDeps, gone: AbortSignal): Promise<Response> {
  const expr = parsed(required(fields, 'query'), 'query')
  const time = optionalTime(fields, 'time') ?? deps.clock.now()
  return run(expr, fields, { deps, gone, start: time, end: time, step: 0 })
}

async function range(fields: Fields, deps: PrometheusDeps, gone: AbortSignal): Promise<Response> {
  const start = timeOf('start', required(fields, 'start'))
  const end = timeOf('end', required(fields, 'end'))
  if (end < start) throw bad('end', 'end timestamp must not be before start time')
  const step = durationOf('step', required(fields, 'step'))
  if ((end - start) / step > MAX_POINTS) {
    const limit = `exceeded maximum resolution of ${MAX_POINTS} points per timeseries`
    throw new PrometheusError('bad_data', `${limit}. Try decreasing the query resolution (?step=XX)`)
  }
  const expr = parsed(required(fields, 'query'), 'query')
  const type = typeOf(expr.expr)
  if (type !== 'scalar' && type !== 'vector') {
    throw bad('query', `invalid expression type "${type}" for range query, must be Scalar or instant Vector`)
  }
  return run(expr, fields, { deps, gone, start, end, step })
}

type Span = { deps: PrometheusDeps; gone: AbortSignal; start: EpochMs; end: EpochMs; step: number }

async function run(expr: ParsedQuery, fields: Fields, { deps, gone, start, end, step }: Span): Promise<Response> {
  const wanted = oneOf(fields, 'timeout')
  const timeoutMs = Math.min(MAX_TIMEOUT_MS, wanted === undefined ? MAX_TIMEOUT_MS : durationOf('timeout', wanted))
  const lookback = oneOf(fields, 'lookback_delta')
  const limit = limitOf(fields)
  const ask = {
    ...{ expr, start, end, step, timeoutMs },
    ...(limit > 0 && { limit }),
    limits: { maxPoints: MAX_POINTS + 1, maxSamples: MAX_SAMPLES },
    ...(lookback !== undefined && { lookbackMs: durationOf('lookback_delta', lookback) }),
  }
  return queryResponse(await deps.source.queryJson(ask, gone))
}

async function series(fields: Fields, deps: PrometheusDeps): Promise<Response> {
  if (selectorsOf(fields).length === 0) throw bad('match[]', 'no match[] parameter provided')
  const found = await each(fields, deps, (selection) => deps.source.series(selection))
  const unique = new Map<string, Labels>(found.map((one) => [JSON.stringify(one), one]))
  return limited([...unique.values()], fields)
}

async function labels(fields: Fields, deps: PrometheusDeps): Promise<Response> {
  return limited(uniqueSorted(await each(fields, deps, (selection) => deps.source.labelNames(selection))), fields)
}

/** Asks once for each match[], or once for everything when there is none. */
async function each<T>(
  fields: Fields,
  deps: PrometheusDeps,
  ask: (selection: Selection) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  return (await Promise.all(selectionsOf(fields, deps).map(ask))).flat()
}

function limited(found: readonly unknown[], fields: Fields): Response {
  const wanted = limitOf(fields)
  const limit = Math.min(wanted === 0 ? MAX_ANSWER : wanted, MAX_ANSWER)
  if (found.length <= limit) return success(found)
  return success(found.slice(0, limit), { warnings: ['results truncated due to limit'] })
}

/** 0 for no limit. */
function limitOf(fields: Fields): number {
  const wanted = Number(oneOf(fields, 'limit') ?? 0)
  if (!Number.isInteger(wanted) || wanted < 0) throw bad('limit', 'it must be a whole number, 0 for no limit')
  return wanted
}

const uniqueSorted = (names: readonly string[]): readonly string[] => [...new Set(names)].sort()
