import { useMemo } from 'preact/hooks'
import { useFetch } from '../live/use-fetch.ts'
import { fetchBands } from '../net/bands.ts'
import { ok } from '../net/failure.ts'
import { alignedSpan, stepOf } from '../router/router.ts'
import { bandsShown } from './band-choice.ts'
import { type BandSeries, type ChartBand, chartBands, lineSources } from './chart-band.ts'
import type { ChartQuery } from './chart-lines.ts'
import type { Drawn } from './use-figures.ts'

export type Usual = {
  /** Whether the chart is one that shows usual ranges. */
  readonly offered: boolean
  readonly shown: boolean
  readonly state: 'waiting' | 'known' | 'unknown'
  readonly bands: readonly ChartBand[]
}

type Props = { readonly queries: readonly ChartQuery[]; readonly drawn: Drawn | undefined; readonly seen: boolean }

/** A usual range is smooth: it needs fewer points than a line. */
const POINTS = 120
/** A range that moves with the present is asked for this often at most, seconds. */
const REFRESH_SECONDS = 60
const NONE: readonly ChartBand[] = []

/** The usual ranges of a chart: asked for once it is drawn and in sight. They come when they come; a failure shows none. */
export function useBands({ queries, drawn, seen }: Props): Usual {
  const sources = useMemo(() => (drawn === undefined ? [] : lineSources(queries, drawn.figures)), [drawn])
  const offered = sources.length > 0
  const shown = bandsShown.value
  const wanted = offered && shown && seen
  const key = sources.map(({ selector }) => selector).join('\n')
  const span = { from: drawn?.from ?? 0, to: drawn?.to ?? 0 }
  const step = stepOf(span, POINTS)
  const tick =
    wanted && drawn !== undefined ? `${drawn.key} ${Math.floor(span.to / 1000 / Math.max(step, REFRESH_SECONDS))}` : ''
  const { state } = useFetch<readonly (readonly BandSeries[])[]>(
    key,
    async (signal) => {
      if (!wanted) return ok([])
      const grid = alignedSpan(span, step)
      const answers: (readonly BandSeries[])[] = []
      for (const { selector } of sources) {
        const answer = await fetchBands({ selector, ...grid, step }, signal)
        if (answer.kind === 'failed') return answer
        answers.push(answer.value)
      }
      return ok(answers)
    },
    tick,
  )
  const loaded = state.value
  const bands = useMemo(
    () => (shown && loaded.kind === 'ready' ? chartBands(sources, loaded.value) : NONE),
    [sources, loaded, shown],
  )
  const waiting = loaded.kind === 'loading' || (loaded.kind === 'ready' && loaded.value.length === 0)
  return { offered, shown, bands, state: waiting ? 'waiting' : bands.length > 0 ? 'known' : 'unknown' }
}
