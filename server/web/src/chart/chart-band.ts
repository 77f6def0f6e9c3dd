import { quoted } from '../net/prometheus.ts'
import { bandSource, matchersOf } from './band-source.ts'
import type { ChartFigures, ChartLine, ChartQuery } from './chart-lines.ts'

/** The usual range of one series on its own grid: seconds since 1970; null where it is not known. */
export type BandSeries = {
  readonly times: readonly number[]
  readonly low: readonly (number | null)[]
  readonly high: readonly (number | null)[]
}

/** The usual range behind a line of a chart, in the line's unit and on its side of zero. */
export type ChartBand = BandSeries & { readonly line: string; readonly colour: number }

/** More ranges over each other are fog. */
export const MOST_BANDS = 3

/** What is asked for a line: a series of the store, and what its range is multiplied by. */
export type LineSource = { readonly line: ChartLine; readonly selector: string; readonly scale: number }

/** Where the usual ranges of a chart's lines come from; none for a chart of many lines. */
export function lineSources(queries: readonly ChartQuery[], { lines }: ChartFigures): readonly LineSource[] {
  const drawn = lines.filter(({ colour }) => colour !== 'limit')
  if (drawn.length > MOST_BANDS) return []
  return drawn.flatMap((line) => {
    const source = bandSource(queries[line.query]?.expr ?? '')
    return source === undefined ? [] : [{ line, selector: narrowed(source.selector, line.labels), scale: source.scale }]
  })
}

/** The selector of one line alone: what the query asks, and what the line's own labels say. */
function narrowed(selector: string, labels: Readonly<Record<string, string>>): string {
  const pinned = new Set(matchersOf(selector).flatMap(({ name, op }) => (op === '=' ? [name] : [])))
  const more = Object.entries(labels).filter(([name]) => !pinned.has(name))
  if (more.length === 0) return selector
  const begun = selector.endsWith('}') ? selector.slice(0, -1) : `${selector}{`
  const glue = /[{,]\s*$/.test(begun) ? '' : ','
  return `${begun}${glue}${more.map(([name, value]) => `${name}=${quoted(value)}`).join(',')}}`
}

/** Puts the ranges that came behind their lines; a line that several series stand behind has none. */
export function chartBands(
  sources: readonly LineSource[],
  answers: readonly (readonly BandSeries[])[],
): readonly ChartBand[] {
  return sources.flatMap(({ line, scale }, at) => {
    const [one, ...others] = answers[at] ?? []
    if (one === undefined || others.length > 0 || line.colour === 'limit') return []
    const factor = line.below ? -scale : scale
    const side = (values: BandSeries['low']): (number | null)[] =>
      values.map((value) => (value === null ? null : value * factor))
    const [low, high] = line.below ? [side(one.high), side(one.low)] : [side(one.low), side(one.high)]
    return [{ line: line.name, colour: line.colour, times: one.times, low, high }]
  })
}

/** The range at a moment, in the line's unit and above zero; undefined where it is not known. */
export function bandAt(band: ChartBand, seconds: number): { readonly low: number; readonly high: number } | undefined {
  const [first = 0, second = first] = band.times
  const at = Math.round((seconds - first) / Math.max(1, second - first))
  const [low, high] = [band.low[at] ?? undefined, band.high[at] ?? undefined]
  if (low === undefined || high === undefined) return undefined
  const [a, b] = [Math.abs(low), Math.abs(high)]
  return low < 0 && high <= 0 ? { low: Math.min(a, b), high: Math.max(a, b) } : { low, high }
}

/** Lines need at least this share of the height: a range that is far wider is cut off. */
const LEAST_SHARE = 1 / 4

/** The extent of lines, widened so that their usual range is in sight, without pressing the lines flat. */
export function withBands(
  bands: readonly ChartBand[],
  min: number | null,
  max: number | null,
): readonly [min: number | null, max: number | null] {
  if (bands.length === 0) return [min, max]
  let [low, high] = [min ?? 0, max ?? 0]
  const room = Math.max(high - low, Math.abs(low), Math.abs(high))
  for (const band of bands) {
    for (const value of band.low) if (value !== null) low = Math.min(low, value)
    for (const value of band.high) if (value !== null) high = Math.max(high, value)
  }
  // Lines that lie at zero have no height of their own: then the range is what is looked at.
  if (room === 0) return [low, high]
  const most = room / LEAST_SHARE
  return [Math.max(low, (min ?? 0) - most), Math.min(high, (max ?? 0) + most)]
}
