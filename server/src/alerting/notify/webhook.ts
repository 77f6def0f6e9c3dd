import { createHash } from 'node:crypto'
import { seriesKey } from '@eyenet/shared/identity'
import type { AlertNotice, Channel, SendOutcome } from './channel.ts'

export type WebhookSettings = { readonly name: string; readonly url: string; readonly bearerToken?: string | undefined }

/** A receiver that takes longer is tried again. */
const TIMEOUT_MS = 10_000

/** Alertmanager's webhook, version 4 (prometheus.io/docs/alerting/latest/configuration/#webhook_config). */
export function webhookChannel({ name, url, bearerToken }: WebhookSettings): Channel {
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'EyeNet',
    ...(bearerToken !== undefined && { authorization: `Bearer ${bearerToken}` }),
  }
  return {
    name,
    async send(notice, id) {
      const body = JSON.stringify(webhookBody(name, notice))
      try {
        const answer = await fetch(url, {
          method: 'POST',
          headers: { ...headers, 'idempotency-key': id },
          body,
          redirect: 'manual',
          signal: AbortSignal.timeout(TIMEOUT_MS),
        })
        await answer.body?.cancel()
        return answer.ok ? { kind: 'sent' } : { kind: 'retry', reason: `the receiver answered HTTP ${answer.status}` }
      } catch (thrown) {
        return failure(thrown)
      }
    },
  }
}

/** The body of one webhook call: one alert, a group of its own. */
export function webhookBody(receiver: string, notice: AlertNotice) {
  const fingerprint = createHash('sha256').update(seriesKey(notice.labels)).digest('hex').slice(0, 16)
  const status = notice.change
  return {
    version: '4',
    groupKey: `{}:{alertname="${notice.labels.alertname ?? ''}"}/${fingerprint}`,
    truncatedAlerts: 0,
    status,
    receiver,
    groupLabels: { alertname: notice.labels.alertname ?? '' },
    commonLabels: notice.labels,
    commonAnnotations: notice.annotations,
    externalURL: notice.externalUrl,
    alerts: [
      {
        status,
        labels: notice.labels,
        annotations: notice.annotations,
        startsAt: new Date(notice.startsAt).toISOString(),
        endsAt: notice.endsAt === undefined ? '0001-01-01T00:00:00Z' : new Date(notice.endsAt).toISOString(),
        generatorURL: notice.url,
        fingerprint,
      },
    ],
  }
}

// The URL of a webhook is often a secret: an error names what happened, and not where.
function failure(thrown: unknown): SendOutcome {
  if (thrown instanceof Error && thrown.name === 'TimeoutError') {
    return { kind: 'retry', reason: `the receiver did not answer within ${TIMEOUT_MS / 1000} s` }
  }
  const cause: unknown = thrown instanceof Error ? thrown.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no connection'
  return { kind: 'retry', reason: `the receiver cannot be reached (${code})` }
}
