import { type SeriesSamples, setStaleMarker } from '@eyenet/shared/promql'
import { z } from 'zod'

const Head = z.object({ metric: z.record(z.string(), z.string()) })
/** Infinities are numbers to this reader, and null is a sample too. */
const Numbers = z.object({
  values: z.array(z.custom<number | null>((value) => value === null || typeof value === 'number')),
  timestamps: z.array(z.number()),
})
/** In a label's value the quotes would be escaped. */
const NUMBERS = ',"values":['

/**
 * One line of /api/v1/export. VictoriaMetrics keeps no NaN but the staleness marker; it and infinities stand there as Go
 * prints them, which is not JSON, or the marker as null. Throws for anything else.
 */
export function parseExportLine(line: string): SeriesSamples {
  const at = line.indexOf(NUMBERS)
  if (at < 0) throw new Error('a line of the export has no values')
  const { metric } = Head.parse(JSON.parse(`${line.slice(0, at)}}`))
  const plain = `{${line.slice(at + 1)}`
  const isPlain = !plain.includes('Inf') && !plain.includes('NaN')
  const text = isPlain ? plain : plain.replace(/\+?Inf/g, '1e999').replaceAll('NaN', 'null')
  const { values, timestamps } = Numbers.parse(JSON.parse(text))
  if (values.length !== timestamps.length) throw new Error('a line of the export has not as many times as values')
  const columns = new Float64Array(values.length)
  for (const [i, value] of values.entries()) {
    if (value === null) setStaleMarker(columns, i)
    else columns[i] = value
  }
  return { labels: metric, times: Float64Array.from(timestamps), values: columns }
}
