import { metricSpec } from '@eyenet/shared/catalogue'
import { matchersOf, selects } from './band-source.ts'
import type { ChartQuery } from './chart-lines.ts'

/** Something that began at a moment and may be over: a mark on the time axis. Milliseconds since 1970. */
export type ChartMark = {
  readonly id: string
  readonly from: number
  /** Absent while it lasts. */
  readonly to?: number | undefined
  readonly words: string
  readonly href: string
  /** 0 to 1. */
  readonly strength: number
  /** The series that it is about, with its name. */
  readonly labels: Readonly<Record<string, string>>
}

const STRING = String.raw`"(?:[^"\\]|\\.)*"`
const PART = new RegExp(String.raw`${STRING}|([a-zA-Z_:][\w:]*)?\s*(\{(?:[^{}"]|${STRING})*\})|[a-zA-Z_:][\w:]*`, 'g')

/** The selectors in a query, wherever they stand. */
export function selectorsIn(expr: string): readonly string[] {
  return [...expr.matchAll(PART)].flatMap(([text, , braces]) => {
    if (braces !== undefined) return [text.trim()]
    return metricSpec(text) === undefined ? [] : [text]
  })
}

/** More marks are no longer told apart; the strongest stay. */
const MOST_MARKS = 40

/** The marks about what a chart shows, the strongest last, so that they lie on top. */
export function marksOf(queries: readonly ChartQuery[], marks: readonly ChartMark[]): readonly ChartMark[] {
  if (marks.length === 0) return marks
  const wanted = queries.flatMap(({ expr }) => selectorsIn(expr)).map(matchersOf)
  return marks
    .filter(({ labels }) => wanted.some((matchers) => selects(matchers, labels)))
    .sort((a, b) => a.strength - b.strength)
    .slice(-MOST_MARKS)
}

export type MarkPlace = { readonly left: number; readonly width: number }

/** Where a mark lies between two moments, as shares of the width; undefined outside. */
export function markPlace({ from, to }: ChartMark, shown: { from: number; to: number }): MarkPlace | undefined {
  const length = shown.to - shown.from
  const [start, end] = [Math.max(from, shown.from), Math.min(to ?? shown.to, shown.to)]
  if (length <= 0 || end < shown.from || start > shown.to) return undefined
  return { left: (start - shown.from) / length, width: Math.max(0, end - start) / length }
}
