import type {
  Anomaly,
  AnomalyBudget,
  AnomalyDetail,
  AnomalyGroup,
  BandsAnswer,
  FeedbackKind,
  NewFeedback,
} from '@eyenet/shared/api'
import type { AgentId, DeviceId, EpochMs, Labels, SiteName } from '@eyenet/shared/identity'

export type BandsQuery = {
  /** A series selector. */
  readonly query: string
  readonly start: EpochMs
  readonly end: EpochMs
  readonly stepMs: number
}

export type AnomalyFilter = {
  readonly device?: DeviceId
  readonly agent?: AgentId
  readonly site?: SiteName
  /** Those that lasted at some time of from <= time < to. */
  readonly from?: EpochMs
  readonly to?: EpochMs
  /** Those that last still, or those that do not. */
  readonly active?: boolean
  readonly reason?: string
  readonly minScore?: number
  readonly feedback?: FeedbackKind | 'none'
  /** Whether those of models on trial are shown: alone, or not at all. */
  readonly shadow: boolean
}

export type AnomalyQuery = AnomalyFilter & { readonly limit: number; readonly cursor?: string }

export type Page<T> = { readonly items: readonly T[]; readonly total: number; readonly next?: string }

/** What people said of a series at a time, for those who learn from it. */
export type StandingFeedback = {
  readonly device: DeviceId
  /** With the metric's name; absent: of the device as a whole. */
  readonly labels?: Labels
  readonly from: EpochMs
  readonly to: EpochMs
  readonly kind: FeedbackKind
  readonly reason: string
  /** When it was said. */
  readonly at: EpochMs
}

/** What the API may ask. */
export interface Anomalies {
  /** Newest first. EyeNetError `invalid` for a cursor that no page gave. */
  list(query: AnomalyQuery): Promise<Page<Anomaly>>
  /** By device and time, newest first. */
  grouped(query: AnomalyQuery): Promise<Page<AnomalyGroup>>
  get(id: string): Promise<AnomalyDetail | undefined>
  /** A second word replaces the first. EyeNetError `not_found`. */
  say(id: string, said: NewFeedback, by: string): Promise<Anomaly>
  /** EyeNetError `not_found`, also where nothing was said. */
  takeBack(id: string, by: string): Promise<Anomaly>
  /** Asked against actual, of the last so many days. */
  budget(days: number): Promise<AnomalyBudget>
  /** Of anomalies that lasted at some time of the range, newest word first; 10,000 at most. */
  feedbackFor(range: { readonly from: EpochMs; readonly to: EpochMs }): Promise<readonly StandingFeedback[]>
  /** What was usual for series over time. EyeNetError `invalid`, `timeout`, `unavailable`. */
  bands(query: BandsQuery): Promise<BandsAnswer>
  /** Beginnings and ends, but of models on trial. Answers a function that ends the listening. */
  onChange(listener: (anomaly: Anomaly) => void): () => void
}
