import { type DeviceId, epochMs, type Labels, METRIC_NAME } from '@eyenet/shared/identity'
import { REASONS, type Reason, sentenceOf } from '@eyenet/shared/judge'
import type { AnomalyReport } from '@eyenet/shared/wire'

/** What was found of a series or a device at one moment. */
export type Found = {
  readonly atMs: number
  readonly sinceMs: number
  readonly phase: AnomalyReport['phase']
  readonly device: DeviceId
  /** Absent: the device as a whole. */
  readonly labels?: Labels
  readonly score: number
  /** Index into REASONS. */
  readonly reason: number
  readonly value: number
  readonly low: number
  readonly high: number
  readonly detail: number
  readonly model?: string
  readonly isShadow?: boolean
  /** As it was told when it began. */
  readonly sentence?: string
}

export type NewAnomaly = Omit<AnomalyReport, 'epoch' | 'seq'>

/** The report of a verdict that begins or ends. */
export function anomalyEvent(found: Found): NewAnomaly {
  const { labels, model, isShadow, value, low, high, detail } = found
  const reason: Reason = REASONS[found.reason] ?? 'none'
  return {
    kind: 'anomaly',
    at: epochMs(found.atMs),
    device: found.device,
    phase: found.phase,
    since: epochMs(found.sinceMs),
    ...(labels !== undefined && seriesPart(labels)),
    score: Math.min(1, Math.max(0, Math.round(found.score * 1e4) / 1e4)),
    reason,
    value: told(value),
    low: told(low),
    high: told(high),
    detail: told(detail),
    sentence: (found.sentence ?? sentenceOf({ reason, value, low, high, detail })).slice(0, 300),
    ...(model !== undefined && { model }),
    ...(isShadow === true && { shadow: true }),
  }
}

function seriesPart({ [METRIC_NAME]: name = '', ...labels }: Labels): Pick<NewAnomaly, 'series' | 'interface'> {
  return { series: { name, labels }, ...(labels.interface !== undefined && { interface: labels.interface }) }
}

const told = (value: number): number | null => (Number.isFinite(value) ? value : null)
