import type { ModelEvaluation } from '@eyenet/shared/api'
import type { JudgeSettings, Network } from '@eyenet/shared/judge'

/** From .. to, both included, in milliseconds since 1970. */
export type TimeWindow = { readonly from: number; readonly to: number }
export type FeedbackWindow = TimeWindow & { readonly kind: 'expected' | 'not-useful' | 'real' }

/** One series' history, in order of time. `values`: a gauge or a rate per second; NaN: the sample that was due did not come. */
export type TrainingSeries = {
  readonly key: string
  readonly times: Float64Array
  readonly values: Float64Array
  /** Times in which something was wrong; what was seen there is not taken as usual. */
  readonly incidents: readonly TimeWindow[]
  /** What people said about verdicts. It wins over incidents. */
  readonly feedback: readonly FeedbackWindow[]
}

export type TrainingJob = {
  readonly series: readonly TrainingSeries[]
  /** The same seed and series give the same network. */
  readonly seed: number
  readonly settings: JudgeSettings
  /** What runs now: learning begins with it, and the new one must be better. */
  readonly running?: Network
}

export type TrainingResult = {
  readonly network: Network
  readonly evaluation: ModelEvaluation
  /** Rows that the network learnt from. */
  readonly rows: number
}

/** Told while it works: share of 0 to 1, and what it does. It may throw to stop. */
export type OnProgress = (share: number, step: string) => void
