import type { Anomaly, Feedback } from '@eyenet/shared/api'
import { METRIC_NAME } from '@eyenet/shared/identity'
import type { AnomalyRow } from '../db/db.ts'
import type { Word } from './feedback-records.ts'

/** An anomaly as the API shows it. */
export function anomalyResourceOf(
  row: AnomalyRow,
  { deviceName, word }: { readonly deviceName: string | undefined; readonly word: Word | undefined },
): Anomaly {
  const { id, agent, site, device, since, score, reason, value, low, high, detail, sentence } = row
  return {
    ...{ id, agent, site, device, since, score, reason, value, low, high, detail, sentence },
    shadow: row.trial !== '',
    ...(deviceName !== undefined && { deviceName }),
    ...(row.labels !== null && { series: seriesOf(JSON.parse(row.labels)) }),
    ...(row.interface !== null && { interface: row.interface }),
    ...(row.ended_at !== null && { endedAt: row.ended_at }),
    ...(row.closed_by !== null && { closedBy: row.closed_by }),
    ...(row.model !== null && { model: row.model }),
    ...(word !== undefined && { feedback: feedbackOf(word) }),
  }
}

export function feedbackOf({ kind, comment, by, at }: Word): Feedback {
  return { kind, comment, by, at }
}

function seriesOf({ [METRIC_NAME]: name = '', ...labels }: Record<string, string>) {
  return { name, labels }
}
