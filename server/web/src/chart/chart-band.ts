import type { BandSource } from './band-source.ts'
import { bandSource } from './band-source.ts'
import type { ChartFigures, ChartQuery } from './chart-lines.ts'

/** The usual range of one series on its own grid: seconds since 1970; null where it is not known. */
export type BandSeries = {
  readonly labels: Readonly<Record<string, string>>
  readonly times: readonly number[]
  readonly low: readonly (number | null)[]
  readonly high: readonly (number | null)[]
}

/** The usual range behind a line of a chart, in the line's unit and on its side of zero. */
export type ChartBand = {
  readonly line: string
  readonly colour: number
  readonly times: readonly number[]
  readonly low: readonly (number | null)[]
  readonly high: readonly (number | null)[]
}

/** More ranges over each other are fog. */
export const MOST_BANDS = 3

/** The sources of a chart's queries, by query; undefined where a query's lines have no usual range. */
export const sourcesOf = (queries: readonly ChartQuery[]): readonly (BandSource | undefined)[] =>
  queries.map(({ expr, limit = false }) => (limit ? undefined : bandSource(expr)))

/** Whether a chart with these lines shows ranges at all. */
export function isBanded(queries: readonly ChartQuery[], figures: ChartFigures): boolean {
  const lines = figures.lines.filter(({ colour }) => colour !== 'limit')
  return lines.length <= MOST_BANDS && sourcesOf(queries).some((source) => source !== undefined)
}

/** Puts the ranges that came for a chart's queries behind its lines; one that fits no single line is left out. */
export function chartBands(
  queries: readonly ChartQuery[],
  figures: ChartFigures,
  answers: readonly (readonly BandSeries[])[],
): readonly ChartBand[] {
  const sources = sourcesOf(queries)
  return figures.lines.flatMap((line) => {
    const at = line.query
    const [source, found] = [sources[at], answers[at]]
    if (source === undefined || found === undefined || line.colour === 'limit') return []
    const fits = source.folded ? found : found.filter((one) => agrees(line.labels, one.labels))
    const [one] = fits
    return one === undefined || fits.length > 1 ? [] : [behind(one, { ...line, colour: line.colour }, source.scale)]
  })
}

type Side = { readonly name: string; readonly colour: number; readonly below: boolean }

function behind({ times, low, high }: BandSeries, { name, colour, below }: Side, scale: number): ChartBand {
  const factor = below ? -scale : scale
  const side = (values: readonly (number | null)[]): (number | null)[] =>
    values.map((value) => (value === null ? null : value * factor))
  return { line: name, colour, times, low: side(below ? high : low), high: side(below ? low : high) }
}

/** Every label that a line still has is the series' own; rate() takes the name away. */
const agrees = (line: Readonly<Record<string, string>>, series: Readonly<Record<string, string>>): boolean =>
  Object.entries(line).every(([name, value]) => series[name] === value)

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
  let [low, high] = [min ?? 0, max ?? 0]
  const room = Math.max(high - low, Math.abs(low), Math.abs(high))
  for (const band of bands) {
    for (const value of band.low) if (value !== null) low = Math.min(low, value)
    for (const value of band.high) if (value !== null) high = Math.max(high, value)
  }
  if (bands.length === 0) return [min, max]
  // Lines that lie at zero have no height of their own: then the range is what is looked at.
  if (room === 0) return [low, high]
  const most = room / LEAST_SHARE
  return [Math.max(low, (min ?? 0) - most), Math.min(high, (max ?? 0) + most)]
}
