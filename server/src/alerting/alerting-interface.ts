import type { AlertResource } from '@eyenet/shared/api'
import type { DeviceId } from '@eyenet/shared/identity'

export type AlertHistoryQuery = {
  readonly state?: 'open' | 'resolved' | 'all'
  readonly device?: DeviceId
  readonly limit: number
  readonly cursor?: string
}

/** One group in the shape of Prometheus' GET /api/v1/rules. */
export type RuleGroupStatus = {
  readonly name: string
  readonly file: string
  /** Seconds. */
  readonly interval: number
  readonly evaluationTime: number
  /** RFC 3339. */
  readonly lastEvaluation: string
  readonly rules: readonly RuleStatus[]
}

export type RuleStatus = {
  readonly type: 'alerting'
  readonly name: string
  readonly query: string
  /** Seconds. */
  readonly duration: number
  readonly keepFiringFor: number
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly state: 'inactive' | 'pending' | 'firing'
  readonly health: 'ok' | 'err' | 'unknown'
  readonly lastError?: string
  readonly evaluationTime: number
  readonly lastEvaluation: string
  readonly alerts: readonly ActiveAlert[]
}

/** One alert in the shape of Prometheus' GET /api/v1/alerts. */
export type ActiveAlert = {
  readonly id: string
  readonly state: 'pending' | 'firing'
  readonly activeAt: string
  readonly value: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

export interface Alerting {
  /** Pending, firing, unknown. */
  open(): Promise<readonly AlertResource[]>
  history(query: AlertHistoryQuery): Promise<{ items: readonly AlertResource[]; total: number; next?: string }>
  get(id: string): Promise<AlertResource | undefined>
  acknowledge(id: string, by: string, comment: string): Promise<AlertResource>
  unacknowledge(id: string, by: string): Promise<AlertResource>
  rules(): readonly RuleGroupStatus[]
  /** Answers a function that ends the listening. */
  onChange(listener: (alert: AlertResource) => void): () => void
}
