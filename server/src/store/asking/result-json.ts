import { assertNever } from '@eyenet/shared/errors'
import { formatSampleValue, type QueryValue, type SeriesSamples } from '@eyenet/shared/promql'
import { JsonBytes } from './json-bytes.ts'

/** Bytes of one piece, about. */
const PIECE_BYTES = 256 * 1024
const COMMA = 0x2c

/** A result as the member `data` of Prometheus' HTTP API: UTF-8 in pieces, each made when it is asked for. */
export function* resultJson(result: QueryValue): Generator<Uint8Array<ArrayBuffer>, undefined> {
  const out = new JsonBytes()
  out.text(`{"resultType":"${result.kind}","result":`)
  switch (result.kind) {
    case 'scalar':
      out.point(result.time, result.value, formatSampleValue)
      break
    case 'string':
      out.text(`[${result.time / 1000},${JSON.stringify(result.value)}]`)
      break
    case 'vector':
      out.byte(OPEN)
      for (const [at, { labels, value }] of result.samples.entries()) {
        out.text(`${at > 0 ? ',' : ''}{"metric":${JSON.stringify(labels)},"value":`)
        out.point(result.time, value, formatSampleValue)
        out.byte(BRACE)
        if (out.length >= PIECE_BYTES) yield out.taken()
      }
      out.byte(CLOSE)
      break
    case 'matrix':
      out.byte(OPEN)
      for (const [at, series] of result.series.entries()) {
        if (at > 0) out.byte(COMMA)
        yield* seriesJson(out, series)
      }
      out.byte(CLOSE)
      break
    default:
      assertNever(result)
  }
  out.byte(BRACE)
  yield out.taken()
  return undefined
}

const OPEN = 0x5b
const CLOSE = 0x5d
const BRACE = 0x7d

function* seriesJson(out: JsonBytes, { labels, times, values }: SeriesSamples): Generator<Uint8Array<ArrayBuffer>> {
  out.text(`{"metric":${JSON.stringify(labels)},"values":[`)
  for (let at = 0; at < times.length; at++) {
    if (at > 0) out.byte(COMMA)
    out.point(times[at] ?? 0, values[at] ?? 0, formatSampleValue)
    if (out.length >= PIECE_BYTES) yield out.taken()
  }
  out.byte(CLOSE)
  out.byte(BRACE)
}
