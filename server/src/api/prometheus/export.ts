import { EyeNetError } from '@eyenet/shared/errors'
import { type EpochMs, epochMs, type Labels, seriesKey } from '@eyenet/shared/identity'
import { formatSampleValue, isStaleMarker, type SeriesSamples } from '@eyenet/shared/promql'
import { z } from 'zod'
import type { Endpoint } from '../endpoint.ts'
import { bad, type Fields, oneOf, selectorsOf } from './parameters.ts'
import { many, type PrometheusDeps, selectionsOf, text, twice } from './question.ts'
import { textStream } from './text-stream.ts'

/** Samples in one line: a line stays below half a megabyte, for those who read line by line. */
const MAX_ROWS = 10_000

/** Samples as they were stored, one line of JSON after the other. */
export function exportEndpoints(deps: PrometheusDeps): readonly Endpoint[] {
  return twice(deps, {
    path: '/api/v1/export',
    summary: 'Samples as stored, as lines of JSON',
    remark: `As VictoriaMetrics exports: {"metric":{},"values":[],"timestamps":[]} with milliseconds, a series in as many lines as it needs. null is the mark of a series' end; NaN and infinities are strings.`,
    fields: z.object({ 'match[]': many, start: text, end: text, max_rows_per_line: text }),
    media: 'application/stream+json',
    answer: exported,
  })
}

async function exported(fields: Fields, deps: PrometheusDeps): Promise<Response> {
  if (selectorsOf(fields).length === 0) throw bad('match[]', 'no match[] parameter provided')
  const rows = rowsPerLine(fields)
  const selections = selectionsOf(fields, deps)
  const found = new Map<string, Labels>()
  for (const selection of selections) {
    for (const labels of await deps.source.series(selection)) found.set(seriesKey(labels), labels)
  }
  const [{ from, to } = { from: epochMs(0), to: epochMs(0) }] = selections
  const lines = async function* () {
    for (const labels of found.values()) {
      for await (const samples of stored(labels, { from, to, deps })) yield* linesOf(samples, rows)
    }
  }
  const headers = { 'content-type': 'application/stream+json; charset=utf-8' }
  return new Response(textStream(lines(), deps.logger), { headers })
}

function rowsPerLine(fields: Fields): number {
  const given = oneOf(fields, 'max_rows_per_line') ?? '0'
  if (!/^\d{1,9}$/.test(given)) throw bad('max_rows_per_line', 'it must be a whole number, 0 for no limit')
  return Math.min(Number(given) || MAX_ROWS, MAX_ROWS)
}

type Stretch = { readonly from: EpochMs; readonly to: EpochMs; readonly deps: PrometheusDeps }

/** One series' samples; where they are too many for the store to give at once, half of the time after the other. */
async function* stored(labels: Labels, stretch: Stretch): AsyncGenerator<SeriesSamples> {
  const { from, to, deps } = stretch
  const matchers = Object.entries(labels).map(([name, value]) => ({ name, op: '=', value }) as const)
  let found: readonly SeriesSamples[]
  try {
    found = await deps.turns.take(() => deps.source.select({ matchers, from, to }))
  } catch (thrown) {
    if (!(thrown instanceof EyeNetError) || thrown.code !== 'limit_exceeded' || from >= to) throw thrown
    const middle = Math.floor((from + to) / 2)
    yield* stored(labels, { ...stretch, to: epochMs(middle) })
    yield* stored(labels, { ...stretch, from: epochMs(middle + 1) })
    return
  }
  // Series that have more labels than these match too.
  yield* found.filter((one) => Object.keys(one.labels).length === matchers.length)
}

function* linesOf({ labels, times, values }: SeriesSamples, rows: number): Generator<string> {
  const metric = JSON.stringify(labels)
  for (let at = 0; at < times.length; at += rows) {
    const numbers = Array.from(values.subarray(at, at + rows), jsonNumber).join(',')
    yield `{"metric":${metric},"values":[${numbers}],"timestamps":[${times.subarray(at, at + rows).join(',')}]}\n`
  }
}

function jsonNumber(value: number): string {
  if (Number.isFinite(value)) return formatSampleValue(value)
  if (Number.isNaN(value)) return isStaleMarker(value) ? 'null' : '"NaN"'
  return `"${value > 0 ? '' : '-'}Infinity"`
}
