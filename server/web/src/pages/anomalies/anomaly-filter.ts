import type { Anomaly } from '@eyenet/shared/api'
import { filterRows } from '../../table/column.ts'
import { deviceNameOf, REASON_WORDS, reasonSentence } from './anomaly-words.ts'
import { seriesTitle } from './series-words.ts'

/** What the address asks for; empty asks for all. */
export type AnomalyFilter = {
  readonly device: string
  readonly reason: string
  /** The least score, 0 for any. */
  readonly min: number
  readonly typed: string
}

export function filterOf(query: URLSearchParams): AnomalyFilter {
  const min = Number(query.get('min') ?? 0)
  return {
    device: query.get('device') ?? '',
    reason: query.get('reason') ?? '',
    min: Number.isFinite(min) ? Math.min(1, Math.max(0, min)) : 0,
    typed: query.get('q') ?? '',
  }
}

export const isFiltered = ({ device, reason, min, typed }: AnomalyFilter): boolean =>
  device !== '' || reason !== '' || min > 0 || typed.trim() !== ''

const textOf = (one: Anomaly): string =>
  `${deviceNameOf(one)} ${one.site} ${seriesTitle(one)} ${one.series?.name ?? ''} ${reasonSentence(one)} ${REASON_WORDS[one.reason] ?? ''} ${one.interface ?? ''} ${one.model ?? ''} ${one.feedback?.kind ?? ''}`

export function filterAnomalies(all: readonly Anomaly[], filter: AnomalyFilter): readonly Anomaly[] {
  const { device, reason, min, typed } = filter
  const kept = all.filter(
    (one) => (device === '' || one.device === device) && (reason === '' || one.reason === reason) && one.score >= min,
  )
  return filterRows(kept, typed, textOf)
}

/** The part of a filter that the server does, as a query. */
export function filterQuery({ device, reason, min }: AnomalyFilter): Record<string, string> {
  return {
    ...(device !== '' && { device }),
    ...(reason !== '' && { reason }),
    ...(min > 0 && { minScore: String(min) }),
  }
}
