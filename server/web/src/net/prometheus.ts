import { z } from 'zod'
import type { Request } from './api-client.ts'
import { type Answer, ok } from './failure.ts'

/** One line of an answer: its labels and a value for each time of the grid, null where there is none. */
export type Series = { readonly labels: Readonly<Record<string, string>>; readonly values: readonly (number | null)[] }
export type RangeAnswer = { readonly times: readonly number[]; readonly series: readonly Series[] }
export type InstantSample = { readonly labels: Readonly<Record<string, string>>; readonly value: number }

const Labels = z.record(z.string(), z.string())
const Point = z.tuple([z.number(), z.string()])
const MatrixEnvelope = z.object({
  status: z.literal('success'),
  data: z.object({
    resultType: z.literal('matrix'),
    result: z.array(z.object({ metric: Labels, values: z.array(Point) })),
  }),
})
const InstantEnvelope = z.object({
  status: z.literal('success'),
  data: z.union([
    z.object({ resultType: z.literal('vector'), result: z.array(z.object({ metric: Labels, value: Point })) }),
    z.object({ resultType: z.literal('scalar'), result: Point }),
    z.object({ resultType: z.literal('string'), result: Point }),
  ]),
})

export type RangeQuery = { readonly expr: string; readonly start: number; readonly end: number; readonly step: number }

/** Times in seconds. The answer lies on the grid start, start + step, ... end; what is missing there is a gap. */
export async function queryRange(
  request: Request,
  query: RangeQuery,
  signal?: AbortSignal,
): Promise<Answer<RangeAnswer>> {
  const form = new URLSearchParams({
    query: query.expr,
    start: String(query.start),
    end: String(query.end),
    step: String(query.step),
  })
  const answer = await request({
    method: 'POST',
    path: '/api/v1/query_range',
    form,
    answer: MatrixEnvelope,
    ...(signal === undefined ? {} : { signal }),
  })
  return answer.kind === 'ok' ? ok(onGrid(query, answer.value.data.result)) : answer
}

/** `at`: milliseconds since 1970; without it, now. `lookbackMs`: how old a sample may be; without it, five minutes. */
export type InstantQuery = {
  readonly expr: string
  readonly at?: number | undefined
  readonly lookbackMs?: number | undefined
}

export async function queryInstant(
  request: Request,
  asked: string | InstantQuery,
  signal?: AbortSignal,
): Promise<Answer<readonly InstantSample[]>> {
  const { expr, at, lookbackMs }: InstantQuery = typeof asked === 'string' ? { expr: asked } : asked
  const answer = await request({
    method: 'POST',
    path: '/api/v1/query',
    form: new URLSearchParams({
      query: expr,
      ...(at !== undefined && { time: String(at / 1000) }),
      ...(lookbackMs !== undefined && { lookback_delta: `${lookbackMs}ms` }),
    }),
    answer: InstantEnvelope,
    ...(signal === undefined ? {} : { signal }),
  })
  if (answer.kind !== 'ok') return answer
  const { data } = answer.value
  if (data.resultType === 'vector') {
    return ok(data.result.map(({ metric, value }) => ({ labels: metric, value: numberOf(value[1]) })))
  }
  return ok([{ labels: {}, value: numberOf(data.result[1]) }])
}

/** As Prometheus writes values. */
export function numberOf(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY
  if (text === '-Inf') return Number.NEGATIVE_INFINITY
  return Number(text)
}

type Row = { readonly metric: Record<string, string>; readonly values: readonly (readonly [number, string])[] }

export function onGrid({ start, end, step }: RangeQuery, rows: readonly Row[]): RangeAnswer {
  const count = Math.max(0, Math.floor((end - start) / step + 1e-9) + 1)
  const times = Array.from({ length: count }, (_, at) => start + at * step)
  const series = rows.map(({ metric, values }) => {
    const line: (number | null)[] = new Array<number | null>(count).fill(null)
    for (const [time, text] of values) {
      const at = Math.round((time - start) / step)
      const value = numberOf(text)
      if (at >= 0 && at < count && Number.isFinite(value)) line[at] = value
    }
    return { labels: metric, values: line }
  })
  return { times, series }
}

/** A text inside a PromQL string. */
export function quoted(text: string): string {
  return JSON.stringify(text)
}

/** A text inside a PromQL regular expression, taken literally. */
export function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
