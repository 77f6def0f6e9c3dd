import { Anomaly, pageOf } from '@eyenet/shared/api'
import type { ComponentChildren, JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import type { ChartMark } from '../../chart/chart-marks.ts'
import { MarksHere } from '../../chart/use-marks.ts'
import { now } from '../../live/clock.ts'
import { lastAnomalyChange } from '../../live/site.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { ok } from '../../net/failure.ts'
import { hrefOf, range, type Span, spanOf } from '../../router/router.ts'
import { request } from '../../session/session.ts'
import { figuresSentence, reasonSentence } from './anomaly-words.ts'
import { seriesTitle } from './series-words.ts'

/** The mark of an anomaly in charts; a device as a whole is in none. */
export function anomalyMark(anomaly: Anomaly): readonly ChartMark[] {
  const { id, series, since, endedAt, score } = anomaly
  if (series === undefined) return []
  const figures = figuresSentence(anomaly)
  return [
    {
      id,
      from: since,
      to: endedAt,
      strength: score,
      labels: { ...series.labels, __name__: series.name },
      href: hrefOf({ kind: 'anomaly', id }),
      words: `${seriesTitle(anomaly)}. ${reasonSentence(anomaly)}${figures === '' ? '' : `: ${figures}`}`,
    },
  ]
}

const AnomalyPages = pageOf(Anomaly)
const MOST = 300
const REFRESH_MS = 60_000

type Props = {
  /** Absent: those of all devices. */
  readonly device?: string | undefined
  /** Shown while the address names no range; else the page's range is. */
  readonly span?: Span
  readonly children: ComponentChildren
}

/** What was unusual within the page's time, as marks for the charts below. They come when they come; a failure shows none. */
export function AnomalyMarks({ device, span, children }: Props): JSX.Element {
  const shown = range.value
  const newest = lastAnomalyChange.value
  const tick = shown.kind === 'last' ? Math.floor(now.value / REFRESH_MS) : 0
  const mine = newest !== undefined && (device === undefined || newest.device === device)
  const { state } = useFetch<readonly ChartMark[]>(
    `${device} ${JSON.stringify(span ?? shown)}`,
    async (signal) => {
      const { from, to } = span ?? spanOf(shown, Date.now())
      const search = new URLSearchParams({
        ...(device !== undefined && { device }),
        from: String(Math.round(from)),
        to: String(Math.round(to)),
        limit: String(MOST),
      })
      const answer = await request({ path: `/api/v1/anomalies?${search}`, answer: AnomalyPages, signal })
      return answer.kind === 'ok' ? ok(answer.value.items.flatMap(anomalyMark)) : answer
    },
    `${tick} ${mine ? `${newest.id} ${newest.endedAt}` : ''}`,
  )
  const loaded = state.value
  const marks = useMemo(() => (loaded.kind === 'ready' ? loaded.value : []), [loaded])
  return <MarksHere.Provider value={marks}>{children}</MarksHere.Provider>
}
