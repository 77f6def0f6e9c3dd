import { epochMs, type Labels, METRIC_NAME, seriesKey } from '@eyenet/shared/identity'
import { formatSampleValue, isStaleMarker, type SeriesSamples } from '@eyenet/shared/promql'
import { z } from 'zod'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { textResponse } from '../text-response.ts'
import { bad, type Fields, selectorsOf } from './parameters.ts'
import { guarded, many, type PrometheusDeps } from './question.ts'

/** As in Prometheus: what has no sample for so long is gone. */
const LOOKBACK_MS = 300_000

/** The newest sample of each series, for another Prometheus to scrape. */
export function federateEndpoint(deps: PrometheusDeps): Endpoint {
  return endpoint({
    method: 'get',
    path: '/federate',
    access: 'viewer',
    tag: 'prometheus',
    summary: 'The newest samples in the text format, with their times',
    remark: `Names that are not Prometheus' own kind come quoted for who accepts escaping=allow-utf-8, else with underscores. Errors are JSON.`,
    query: z.object({ 'match[]': many }),
    media: 'text/plain',
    handle: ({ context: { req } }) => guarded(deps, () => federated(req.queries(), req.header('accept') ?? '', deps)),
  })
}

async function federated(fields: Fields, accept: string, { clock, source }: PrometheusDeps): Promise<Response> {
  const selectors = selectorsOf(fields)
  if (selectors.length === 0) throw bad('match[]', 'no match[] parameter provided')
  const now = clock.now()
  const found = new Map<string, SeriesSamples>()
  for (const matchers of selectors) {
    const series = await source.select({ matchers, from: epochMs(now - LOOKBACK_MS + 1), to: now })
    for (const one of series) found.set(seriesKey(one.labels), one)
  }
  const quotes = /text\/plain\s*;\s*version=1\.0\.0\s*;\s*escaping=allow-utf-8/.test(accept)
  const format = quotes
    ? 'version=1.0.0; charset=utf-8; escaping=allow-utf-8'
    : 'version=0.0.4; charset=utf-8; escaping=underscores'
  const lines = linesOf([...found.values()], quotes ? quotedSeries : escapedSeries)
  return textResponse(lines.join(''), { headers: { 'content-type': `text/plain; ${format}` } })
}

type Written = { readonly name: string; readonly series: string }

/** Series sorted by name, each name with its type before it, which is not known. */
function linesOf(found: readonly SeriesSamples[], written: (labels: Labels) => Written): readonly string[] {
  const lines: string[] = []
  const sorted = found
    .map((one) => ({ ...one, key: seriesKey(one.labels), metric: one.labels[METRIC_NAME] ?? '' }))
    .sort((a, b) => compare(a.metric, b.metric) || compare(a.key, b.key))
  let last: string | undefined
  for (const { labels, metric, times, values } of sorted) {
    const [time, value] = [times.at(-1), values.at(-1)]
    if (metric === '' || time === undefined || value === undefined || isStaleMarker(value)) continue
    const { name, series } = written(labels)
    if (name !== last) lines.push(`# TYPE ${name} untyped\n`)
    last = name
    lines.push(`${series} ${formatSampleValue(value)} ${time}\n`)
  }
  return lines
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const PLAIN_METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const PLAIN_LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/

function quotedSeries(labels: Labels): Written {
  const pairs = pairsOf(labels, (name) => (PLAIN_LABEL.test(name) ? name : quoted(name)))
  const metric = labels[METRIC_NAME] ?? ''
  if (PLAIN_METRIC.test(metric)) return { name: metric, series: `${metric}{${pairs.join(',')}}` }
  return { name: quoted(metric), series: `{${[quoted(metric), ...pairs].join(',')}}` }
}

function escapedSeries(labels: Labels): Written {
  const name = (labels[METRIC_NAME] ?? '').replace(/^\d|[^a-zA-Z0-9_:]/gu, '_')
  const pairs = pairsOf(labels, (label) => label.replace(/^\d|[^a-zA-Z0-9_]/gu, '_'))
  return { name, series: `${name}{${pairs.join(',')}}` }
}

/** As Prometheus: who has no instance gets an empty one, so that the scraper does not put its own there. */
function pairsOf(labels: Labels, written: (name: string) => string): readonly string[] {
  const own = Object.entries(labels).filter(([name]) => name !== METRIC_NAME)
  const all = Object.hasOwn(labels, 'instance') ? own : [...own, ['instance', ''] as const]
  return all.map(([name, value]) => `${written(name)}=${quoted(value)}`)
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' }
const quoted = (value: string): string => `"${value.replace(/[\\"\n]/g, (found) => ESCAPES[found] ?? found)}"`
