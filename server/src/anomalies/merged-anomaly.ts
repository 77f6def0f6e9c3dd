import { createHash, randomUUID } from 'node:crypto'
import { EyeNetError } from '@eyenet/shared/errors'
import { type EpochMs, epochMs, faultOfLabels, type Labels, METRIC_NAME, seriesKey } from '@eyenet/shared/identity'
import type { AnomalyReport, Peer } from '@eyenet/shared/wire'
import type { AnomalyRow } from '../db/db.ts'

/** What tells one anomaly from all others. */
export type AnomalyKey = Pick<AnomalyRow, 'device' | 'series_key' | 'trial' | 'since'>

/** What is later than that is of a wrong clock. */
const MAX_AHEAD_MS = 24 * 3_600_000

/** EyeNetError `invalid` for labels that no series has, a model on trial without its name, or an impossible time. */
export function keyOfReport(report: AnomalyReport, now: EpochMs): AnomalyKey {
  const { device, since, at, shadow, model } = report
  const labels = labelsOf(report)
  const fault = labels === undefined ? undefined : faultOfLabels(labels)
  if (fault !== undefined) throw new EyeNetError('invalid', `an anomaly names a series that cannot be: ${fault}`)
  if (since < 0 || since > now + MAX_AHEAD_MS) {
    throw new EyeNetError('invalid', 'an anomaly begins before 1970 or over a day ahead: check the clock of the agent')
  }
  // It becomes the end: one that no calendar has would break every list that shows it.
  if (at > now + MAX_AHEAD_MS) {
    throw new EyeNetError('invalid', 'an anomaly is told over a day ahead: check the clock of the agent')
  }
  if (shadow === true && model === undefined) {
    throw new EyeNetError('invalid', 'an anomaly of a model on trial does not say which model')
  }
  const trial = shadow === true ? (model ?? '') : ''
  return { device, since, trial, series_key: labels === undefined ? '' : digestOf(seriesKey(labels)) }
}

export function labelsOf({ series }: AnomalyReport): Labels | undefined {
  return series && { ...series.labels, [METRIC_NAME]: series.name }
}

/**
 * One more report about an anomaly. In whatever order its reports come, and however often, the result is the same: figures
 * and words are those of the beginning, the score is the highest, the agent's end counts before the server's.
 */
export function mergedAnomaly(
  known: AnomalyRow | undefined,
  report: AnomalyReport,
  { key, peer, now }: { readonly key: AnomalyKey; readonly peer: Peer; readonly now: EpochMs },
): AnomalyRow {
  const ended = report.phase === 'ended' ? { ended_at: endOf(known, report), closed_by: 'agent' as const } : undefined
  const told = figuresOf(report)
  if (known === undefined) {
    return {
      ...{ id: randomUUID(), agent: peer.agent, site: peer.site, ...key, noted_at: now },
      ...told,
      ...{ began: report.phase === 'began' ? 1 : 0, ended_at: null, closed_by: null },
      ...ended,
    }
  }
  const isBeginning = report.phase === 'began' && known.began === 0
  return {
    ...known,
    ...(isBeginning && { ...told, began: 1 as const }),
    ...ended,
    score: Math.max(known.score, report.score),
  }
}

function figuresOf(report: AnomalyReport) {
  const { score, reason, value, low, high, detail, sentence, model = null } = report
  const labels = labelsOf(report)
  return {
    ...{ score, reason, value, low, high, detail, sentence, model },
    labels: labels === undefined ? null : JSON.stringify(labels),
    interface: report.interface ?? null,
  }
}

function endOf(known: AnomalyRow | undefined, { at, since }: AnomalyReport): EpochMs {
  const before = known?.closed_by === 'agent' ? (known.ended_at ?? 0) : 0
  return epochMs(Math.max(before, since, at))
}

function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url')
}
