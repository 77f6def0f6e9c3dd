import { type ReadonlySignal, useComputed } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { Loadable } from '../live/loadable.ts'
import { samplesAt } from '../live/site.ts'
import { useFetch } from '../live/use-fetch.ts'
import { ok } from '../net/failure.ts'
import { queryRange, type RangeAnswer } from '../net/prometheus.ts'
import {
  alignedSpan,
  range,
  rangeNamed,
  rateWindow,
  type Span,
  spanOf,
  stepOf,
  type TimeRange,
} from '../router/router.ts'
import { request } from '../session/session.ts'
import { type ChartFigures, type ChartQuery, chartFigures } from './chart-lines.ts'
import { reading } from './chart-state.ts'

export type ChartSource = {
  /** Devices or agents whose samples move the chart on. */
  readonly follow: readonly string[]
  readonly intervalSeconds?: number | undefined
  /** Shown while the address names no range: an alert shows its own time. */
  readonly unless?: Span
  /** PromQL for this window of rate(), such as "4m". */
  readonly queries: (window: string) => readonly ChartQuery[]
}

/** Points across a chart: more than pixels would be wasted. */
const POINTS = 300

export type Drawn = { readonly figures: ChartFigures; readonly from: number; readonly to: number; readonly key: string }

export type UsedFigures = {
  readonly state: ReadonlySignal<Loadable<Drawn>>
  readonly reload: () => void
  readonly key: string
  readonly queries: readonly ChartQuery[]
}

/** Fetches a chart's lines over the page's range, and again as samples arrive, unless a pointer reads the charts. */
export function useFigures({ follow, intervalSeconds, queries, unless }: ChartSource): UsedFigures {
  const shown = unless !== undefined && !rangeNamed.value ? ownRange(unless) : range.value
  const step = stepOf(spanOf(shown, Date.now()), POINTS)
  const newest = useComputed(() => newestTick(shown, follow, step)).value
  const held = useRef(newest)
  if (!reading.value) held.current = newest
  const window = `${rateWindow(step, intervalSeconds)}s`
  const wanted = queries(window)
  const key = wanted.map((one) => one.expr).join('\n')
  const rangeKey = JSON.stringify(shown)
  const { state, reload } = useFetch<Drawn>(
    key,
    async (signal) => {
      const span = spanOf(shown, Date.now())
      const grid = alignedSpan(span, step)
      const answers: RangeAnswer[] = []
      const asked = wanted.map((one) => queryRange(request, { expr: one.expr, ...grid, step }, signal))
      for (const answer of await Promise.all(asked)) {
        if (answer.kind === 'failed') return answer
        answers.push(answer.value)
      }
      return ok({ figures: chartFigures(wanted, answers), from: span.from, to: span.to, key: rangeKey })
    },
    `${rangeKey} ${held.current}`,
  )
  return { state, reload, key: rangeKey, queries: wanted }
}

/** Moves on once per step at most: a point that is not on the grid would not be drawn. */
function newestTick(shown: TimeRange, follow: readonly string[], step: number): number {
  if (shown.kind === 'between') return 0
  let at = 0
  for (const id of follow) at = Math.max(at, samplesAt.value.get(id) ?? 0)
  return Math.floor(at / (step * 1000))
}

const ownRange = (span: Span): TimeRange => ({ kind: 'between', from: span.from, to: span.to })
