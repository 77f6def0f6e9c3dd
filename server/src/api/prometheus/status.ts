import { CATALOGUE, type MetricSpec } from '@eyenet/shared/catalogue'
import { epochMs } from '@eyenet/shared/identity'
import { z } from 'zod'
import type { Endpoint } from '../endpoint.ts'
import { success } from './envelope.ts'
import { bad, type Fields, oneOf } from './parameters.ts'
import { once, type PrometheusDeps, selectionsOf, text } from './question.ts'
import { countSeries } from './series-counts.ts'

/** As in Prometheus. */
const DEFAULT_STATISTICS = 10
const MAX_STATISTICS = 10_000

/** What there is to know of the metrics and of the server. */
export function statusEndpoints(deps: PrometheusDeps): readonly Endpoint[] {
  return [
    once(deps, {
      path: '/api/v1/metadata',
      summary: 'Kind, unit and help of metrics',
      remark: 'Of the metrics that EyeNet itself makes; of names that came from outside nothing is known.',
      fields: z.object({ metric: text, limit: text, limit_per_metric: text }),
      answer: async (fields) => metadata(fields),
    }),
    once(deps, {
      path: '/api/v1/status/buildinfo',
      summary: 'Version of the server',
      remark: 'The version is that of EyeNet, not of a Prometheus.',
      fields: z.object({}),
      answer: async () => success(buildInfo(deps.version)),
    }),
    once(deps, {
      path: '/api/v1/status/tsdb',
      summary: 'Where the series come from: counts by metric, label and value',
      remark:
        'Counted over all series when asked. chunkCount, minTime and maxTime are left out: this store has no head as Prometheus has.',
      fields: z.object({ limit: text }),
      answer: seriesStatistics,
    }),
  ]
}

function metadata(fields: Fields): Response {
  const limit = wholeNumber(fields, 'limit')
  const name = oneOf(fields, 'metric') ?? ''
  // Each metric has one entry here, so that any limit_per_metric but 0 (in Prometheus: none at all) keeps it.
  const perMetric = wholeNumber(fields, 'limit_per_metric')
  const found = CATALOGUE.filter((spec) => name === '' || spec.name === name)
  const kept = limit === undefined || limit < 0 ? found : found.slice(0, limit)
  return success(Object.fromEntries(kept.map((spec) => [spec.name, perMetric === 0 ? [] : [entryOf(spec)]])))
}

const entryOf = ({ kind, unit, help }: MetricSpec) => ({ type: kind, help, unit: unit === 'none' ? '' : unit })

function wholeNumber(fields: Fields, name: string): number | undefined {
  const given = oneOf(fields, name)
  if (given === undefined || given === '') return undefined
  if (!/^-?\d{1,9}$/.test(given)) throw bad(name, `${name} must be a number`)
  return Number(given)
}

/** Prometheus' members; those that speak of Go have nothing to say here. */
const buildInfo = (version: string) => ({
  ...{ application: 'EyeNet', version, revision: '', branch: '', buildUser: '', buildDate: '', goVersion: '' },
})

async function seriesStatistics(fields: Fields, deps: PrometheusDeps): Promise<Response> {
  const limit = wholeNumber(fields, 'limit') ?? DEFAULT_STATISTICS
  if (limit < 1 || limit > MAX_STATISTICS) throw bad('limit', `it must be a whole number from 1 to ${MAX_STATISTICS}`)
  const [all = { matchers: [], from: epochMs(0), to: epochMs(0) }] = selectionsOf({}, deps)
  const counts = await countSeries(await deps.source.series(all), limit)
  return success(counts)
}
