import type { EpochMs } from '@eyenet/shared/identity'
import type { QueryValue, SeriesSamples } from '@eyenet/shared/promql'
import { z } from 'zod'

const Point = z.tuple([z.number(), z.string()])
const Metric = z.record(z.string(), z.string())
const Data = z.discriminatedUnion('resultType', [
  z.object({ resultType: z.literal('vector'), result: z.array(z.object({ metric: Metric, value: Point })) }),
  z.object({ resultType: z.literal('matrix'), result: z.array(z.object({ metric: Metric, values: z.array(Point) })) }),
])
const Answer = z.object({ data: Data })

/** What VictoriaMetrics answers to a question. Throws when it is no such answer. */
export function parseAnswer(text: string, time: EpochMs): QueryValue {
  const { data } = Answer.parse(JSON.parse(text))
  if (data.resultType === 'matrix') {
    return { kind: 'matrix', series: data.result.map(({ metric, values }) => seriesOf(metric, values)) }
  }
  const samples = data.result.map(({ metric, value: [, value] }) => ({ labels: metric, value: numberOf(value) }))
  return { kind: 'vector', time, samples }
}

function seriesOf(labels: Record<string, string>, points: readonly z.infer<typeof Point>[]): SeriesSamples {
  return {
    labels,
    times: Float64Array.from(points, ([seconds]) => Math.round(seconds * 1000)),
    values: Float64Array.from(points, ([, value]) => numberOf(value)),
  }
}

function numberOf(text: string): number {
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text)
}
