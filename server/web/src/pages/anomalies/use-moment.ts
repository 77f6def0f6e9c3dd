import type { Anomaly } from '@eyenet/shared/api'
import { now } from '../../live/clock.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { fetchBands, type JudgedSeries } from '../../net/bands.ts'
import { ok } from '../../net/failure.ts'
import { alignedSpan, type Span, stepOf } from '../../router/router.ts'
import { seriesSelector } from './series-words.ts'

const POINTS = 90
const LEAST_BEFORE_MS = 2 * 3_600_000
const LEAST_AFTER_MS = 1_800_000
/** A chart of what lasts moves on this often at most. */
const REFRESH_MS = 60_000

/** The stretch around an anomaly that is looked at: some before, all of it, some after. */
export function momentSpan({ since, endedAt }: Pick<Anomaly, 'since' | 'endedAt'>, present: number): Span {
  const end = endedAt ?? present
  const length = Math.max(0, end - since)
  return {
    from: since - Math.max(LEAST_BEFORE_MS, length),
    to: Math.min(present, end + Math.max(LEAST_AFTER_MS, length / 3)),
  }
}

/** The series of an anomaly around its moment; undefined until it is there, and for a device as a whole. */
export function useMoment(anomaly: Anomaly): JudgedSeries | undefined {
  const { series } = anomaly
  const present = Math.ceil(now.value / REFRESH_MS) * REFRESH_MS
  const span = momentSpan(anomaly, present)
  const step = stepOf(span, POINTS)
  const { state } = useFetch<JudgedSeries | undefined>(
    anomaly.id,
    async (signal) => {
      if (series === undefined) return ok(undefined)
      const query = { selector: seriesSelector(series), ...alignedSpan(span, step), step }
      const answer = await fetchBands(query, signal)
      return answer.kind === 'ok' ? ok(answer.value[0]) : answer
    },
    anomaly.endedAt === undefined ? Math.floor(present / 1000 / step) : span.to,
  )
  return state.value.kind === 'ready' ? state.value.value : undefined
}
