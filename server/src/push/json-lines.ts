import { z } from 'zod'
import { type Reading, type SampleSink, TURN_BYTES } from './sample-sink.ts'

const NEWLINE = 0x0a
/** One line is parsed in one go; this holds a month of one series at 10 s. */
const MAX_LINE_BYTES = 8 * 1024 * 1024

const JsonLine = z.object({
  // z.record would lose a label that is named __proto__.
  metric: z.custom<Readonly<Record<string, string>>>(isTexts),
  values: z.array(z.unknown()),
  timestamps: z.array(z.unknown()),
})

/**
 * VictoriaMetrics' JSON lines: `{"metric":{"__name__":"up"},"values":[1],"timestamps":[1700000000000]}`, times in
 * milliseconds. null marks the end of the series, and what JSON has no number for is a string: "NaN", "Infinity".
 */
export function* readJsonLines(bytes: Buffer, sink: SampleSink): Reading {
  let line = 1
  let turn = TURN_BYTES
  for (let from = 0; from < bytes.length; line += 1) {
    const newline = bytes.indexOf(NEWLINE, from)
    const end = newline < 0 ? bytes.length : newline
    const fault = end - from > MAX_LINE_BYTES ? TOO_LONG : readLine(bytes.toString('utf8', from, end), sink, line)
    if (fault !== undefined) sink.refuse(line, fault)
    from = end + 1
    if (from < turn) continue
    turn = from + TURN_BYTES
    yield
  }
}

function isTexts(given: unknown): boolean {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return false
  return Object.values(given).every((one) => typeof one === 'string')
}

const TOO_LONG = `it is longer than ${MAX_LINE_BYTES} bytes: cut it into several of the same metric`

function readLine(text: string, sink: SampleSink, line: number): string | undefined {
  if (text.trim() === '') return undefined
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return 'it is not JSON'
  }
  const parsed = JsonLine.safeParse(json)
  if (!parsed.success) return 'it has not metric (texts), values and timestamps (lists)'
  const { metric, values, timestamps } = parsed.data
  if (values.length !== timestamps.length) return 'it has not as many values as timestamps'
  const found = sink.series(Object.entries(metric))
  if (typeof found !== 'number') return found.refused
  let bad = 0
  for (const [at, given] of values.entries()) {
    const value = numberOf(given)
    const time = timestamps[at]
    if (value === undefined || typeof time !== 'number') bad += 1
    else if (given === null) sink.sampleBits(line, found, { time, ...STALE })
    else sink.sample(line, found, { time, value })
  }
  return bad === 0 ? undefined : `${bad} of its values or timestamps are not numbers`
}

function numberOf(given: unknown): number | undefined {
  if (typeof given === 'number') return Number.isFinite(given) ? given : undefined
  if (given === null) return Number.NaN
  return typeof given === 'string' ? SPECIAL.get(given) : undefined
}

/** The mark of a series' end, as Prometheus has it: the bits of a NaN. */
const STALE = { low: 2, high: 0x7ff00000 }

const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ...['Infinity', '+Infinity', 'Inf', '+Inf'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-Infinity', '-Inf'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
])
