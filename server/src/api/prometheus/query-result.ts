import { assertNever } from '@eyenet/shared/errors'
import { formatSampleValue, type QueryResult, type QueryValue, type SeriesSamples } from '@eyenet/shared/promql'
import { textResponse } from '../text-response.ts'

/** Answers with more points are sent piece by piece instead of as one text: about 2 MB. */
const STREAM_POINTS = 100_000

/** A query's result as Prometheus writes it. */
export function queryResponse({ result, warnings, infos }: QueryResult): Response {
  const told = `${warnings.length > 0 ? `,"warnings":${JSON.stringify(warnings)}` : ''}${infos.length > 0 ? `,"infos":${JSON.stringify(infos)}` : ''}`
  const pieces = piecesOf(result, told)
  const headers = { 'content-type': 'application/json' }
  if (pointsOf(result) <= STREAM_POINTS) return textResponse([...pieces].join(''), { headers })
  return new Response(streamOf(pieces), { headers })
}

function* piecesOf(result: QueryValue, told: string): Generator<string> {
  const type = result.kind
  yield `{"status":"success","data":{"resultType":"${type}","result":`
  switch (result.kind) {
    case 'scalar':
      yield point(result.time, result.value)
      break
    case 'string':
      yield `[${result.time / 1000},${JSON.stringify(result.value)}]`
      break
    case 'vector':
      yield `[${result.samples
        .map((one) => `{"metric":${JSON.stringify(one.labels)},"value":${point(result.time, one.value)}}`)
        .join(',')}]`
      break
    case 'matrix':
      yield '['
      for (const [index, series] of result.series.entries()) yield `${index > 0 ? ',' : ''}${seriesJson(series)}`
      yield ']'
      break
    default:
      assertNever(result)
  }
  yield `}${told}}`
}

function seriesJson({ labels, times, values }: SeriesSamples): string {
  const points: string[] = []
  for (let i = 0; i < times.length; i += 1) points.push(point(times[i] ?? 0, values[i] ?? 0))
  return `{"metric":${JSON.stringify(labels)},"values":[${points.join(',')}]}`
}

const point = (ms: number, value: number): string => `[${ms / 1000},"${formatSampleValue(value)}"]`

function pointsOf(result: QueryValue): number {
  if (result.kind === 'vector') return result.samples.length
  return result.kind === 'matrix' ? result.series.reduce((sum, one) => sum + one.times.length, 0) : 1
}

/** Makes the next piece when the last one was taken. */
function streamOf(pieces: Generator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    pull(controller) {
      const { value, done } = pieces.next()
      if (done === true) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
  })
}
