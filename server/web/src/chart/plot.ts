import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Unit } from '../format/quantity.ts'
import { increments, timeMarks, valueMarks } from './axis-text.ts'
import { type ChartBand, withBands } from './chart-band.ts'
import type { ChartFigures, ChartLine } from './chart-lines.ts'
import { paintBands } from './paint-bands.ts'
import { AXIS_WIDTH, SIDE_GAP, TIME_HEIGHT, WORDS_WIDTH } from './plot-box.ts'

export type PlotParts = {
  readonly unit: Unit
  readonly height: number
  /** What the values of a state are called. */
  readonly words?: Readonly<Record<string, string>> | undefined
  /** Seconds since 1970. */
  readonly span: () => { readonly from: number; readonly to: number }
  /** Usual ranges as they are now; they come after the lines. */
  readonly bands: () => readonly ChartBand[]
  readonly onCursor: (index: number | undefined) => void
  readonly onZoom: (fromMs: number, toMs: number) => void
  readonly onBack: () => void
}

export type Plot = {
  draw(figures: ChartFigures): void
  resize(width: number): void
  destroy(): void
}

/** Charts with this key share their crosshair. */
const SYNC_KEY = 'page'
/** A drag shorter than this is a click. */
const MIN_DRAG_PX = 6

/** Draws a chart into an element, with the lines that it has now; another set of lines needs another plot. */
export function createPlot(host: HTMLElement, figures: ChartFigures, parts: PlotParts): Plot {
  const options = plotOptions(figures, parts, paint(host))
  const plot = new uPlot(
    { ...options, width: Math.max(80, host.clientWidth), height: parts.height },
    alignedData(figures),
    host,
  )
  plot.over.addEventListener('dblclick', parts.onBack)
  return {
    draw: (next) => plot.setData(alignedData(next)),
    resize: (width) => plot.setSize({ width: Math.max(80, width), height: parts.height }),
    destroy: () => plot.destroy(),
  }
}

type Paint = { readonly of: (name: string) => string; readonly font: string }

/** A canvas knows no CSS variables: they are read once for each plot. */
function paint(host: HTMLElement): Paint {
  const style = getComputedStyle(host)
  return { of: (name) => style.getPropertyValue(`--${name}`).trim(), font: `11px ${style.fontFamily}` }
}

function alignedData({ times, lines }: ChartFigures): uPlot.AlignedData {
  const sides = lines.map(({ values, below }) =>
    below ? values.map((one) => (one === null ? null : -one)) : [...values],
  )
  return [[...times], ...sides]
}

function plotOptions(
  { lines }: ChartFigures,
  parts: PlotParts,
  { of, font }: Paint,
): Omit<uPlot.Options, 'width' | 'height'> {
  const mirrored = lines.some((line) => line.below)
  const axis = { stroke: of('ink-3'), font, grid: { stroke: of('chart-grid'), width: 1 }, ticks: { show: false } }
  const steps = increments(parts.unit)
  // Where the usual range is shown, an area below the line would hide it.
  const filled = ({ colour }: ChartLine): boolean =>
    (mirrored || lines.length === 1) && parts.words === undefined && colour !== 'limit'
  // A state lasts until the next one; it does not slide there.
  const stepped = parts.unit === 'state' ? uPlot.paths.stepped?.({ align: 1 }) : undefined
  return {
    legend: { show: false },
    padding: [SIDE_GAP, SIDE_GAP, 0, 0],
    cursor: {
      y: false,
      sync: { key: SYNC_KEY, setSeries: false },
      drag: { x: true, y: false, setScale: false },
      points: { size: 6 },
    },
    scales: {
      x: { time: true, range: () => [parts.span().from, parts.span().to] },
      y: {
        range: (_, min, max) =>
          parts.words === undefined
            ? valueRange(...withBands(parts.bands(), min, max), parts.unit)
            : [(min ?? 0) - 0.5, (max ?? 1) + 0.5],
      },
    },
    axes: [
      {
        ...axis,
        size: TIME_HEIGHT,
        gap: 6,
        space: 64,
        grid: { show: false },
        values: (...[, splits, , , increment]) => timeMarks(splits, increment),
      },
      {
        ...axis,
        size: parts.words === undefined ? AXIS_WIDTH : WORDS_WIDTH,
        gap: 6,
        space: 28,
        ...(steps && { incrs: steps }),
        values: (_, splits) => wordMarks(splits, parts.words) ?? valueMarks(splits, parts.unit, mirrored),
      },
    ],
    series: [
      {},
      ...lines.map((line) => ({
        ...seriesOf(line, of),
        fill: () => (filled(line) && parts.bands().length === 0 ? `${strokeOf(line, of)}1a` : 'transparent'),
        ...(stepped && { paths: stepped }),
      })),
    ],
    hooks: {
      drawAxes: [(self) => paintBands(self, parts.bands(), (colour) => of(`series-${colour}`))],
      setCursor: [(self) => parts.onCursor(self.cursor.idx ?? undefined)],
      setSelect: [(self) => selected(self, parts)],
    },
  }
}

const strokeOf = ({ colour }: ChartLine, of: Paint['of']): string =>
  colour === 'limit' ? of('warning-solid') : of(`series-${colour}`)

function seriesOf(line: ChartLine, of: Paint['of']): uPlot.Series {
  const limit = line.colour === 'limit'
  const stroke = strokeOf(line, of)
  return {
    label: line.name,
    stroke,
    width: limit ? 1 : 1.5,
    ...(limit ? { dash: [5, 4] } : {}),
    spanGaps: false,
    points: { show: false, size: 4, fill: stroke, filter: lonelyPoints },
  }
}

/** A value between two gaps has no line: it gets a dot. */
function lonelyPoints(self: uPlot, series: number): number[] {
  const values = self.data[series] ?? []
  const lonely: number[] = []
  for (let at = 0; at < values.length; at += 1) {
    if (values[at] != null && values[at - 1] == null && values[at + 1] == null) lonely.push(at)
  }
  return lonely
}

/** Zero is always in sight, except where it says nothing: temperatures. A flat zero line lies on the floor. */
function valueRange(min: number | null, max: number | null, unit: Unit): uPlot.Range.MinMax {
  if (NEAR.has(unit)) return nearRange(min ?? 0, max ?? 1)
  if (unit === 'celsius') return [Math.floor((min ?? 0) - 2), Math.ceil((max ?? 1) + 2)]
  const low = Math.min(0, min ?? 0)
  const high = Math.max(0, max ?? 0)
  if (low === 0 && high === 0) return [0, unit === 'ratio' ? 0.1 : 1]
  if (unit === 'ratio' && high > 0.5 && high <= 1) return [low, 1]
  return [low * 1.08, high * 1.08]
}

/** Longer ones are cut. */
const LONGEST_WORD = 15

function wordMarks(
  splits: readonly number[],
  words: Readonly<Record<string, string>> | undefined,
): string[] | undefined {
  return words === undefined
    ? undefined
    : splits.map((split) => {
        const word = words[String(split)] ?? ''
        return word.length > LONGEST_WORD ? `${word.slice(0, LONGEST_WORD - 1)}…` : word
      })
}

/** What is read for how far it is from its nominal value, not from zero. */
const NEAR: ReadonlySet<Unit> = new Set(['volts', 'hertz', 'dbm', 'decibels', 'pascals'])

/** The values with a tenth of room; a line that never moves is not blown up into noise. */
function nearRange(min: number, max: number): uPlot.Range.MinMax {
  const room = Math.max((max - min) * 0.1, Math.abs(max) * 0.01, 1e-6)
  return [min - room, max + room]
}

function selected(self: uPlot, parts: PlotParts): void {
  const { left, width } = self.select
  if (width < MIN_DRAG_PX) return
  const from = self.posToVal(left, 'x') * 1000
  const to = self.posToVal(left + width, 'x') * 1000
  self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
  parts.onZoom(from, to)
}
