import { type Anomaly, toCsv } from '@eyenet/shared/api'

const COLUMNS = [
  ...['since', 'ended', 'site', 'device', 'device_name', 'metric', 'labels', 'interface', 'score', 'reason'],
  ...['sentence', 'value', 'low', 'high', 'model', 'shadow', 'feedback', 'comment', 'said_by'],
]

/** One line for each; times are RFC 3339 in UTC, labels as PromQL writes them. */
export function anomaliesCsv(anomalies: readonly Anomaly[]): string {
  const rows = anomalies.map((one) => [
    ...[new Date(one.since).toISOString(), one.endedAt && new Date(one.endedAt).toISOString(), one.site],
    ...[one.device, one.deviceName, one.series?.name, one.series && labelsText(one.series.labels), one.interface],
    ...[one.score, one.reason, one.sentence, one.value ?? undefined, one.low ?? undefined, one.high ?? undefined],
    ...[one.model, one.shadow ? 'yes' : 'no', one.feedback?.kind, one.feedback?.comment, one.feedback?.by],
  ])
  return toCsv([COLUMNS, ...rows])
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const names = Object.keys(labels).sort()
  return names.map((name) => `${name}=${JSON.stringify(labels[name])}`).join(',')
}
