import { z } from 'zod'
import { AgentId, DeviceId, EpochMs, SiteName } from '../identity/identity.ts'

/** Why a sample was judged unusual; `together`: a device's series moved away from what they do together. */
export const ANOMALY_REASONS = [
  'above',
  'below',
  'flat',
  'shift-up',
  'shift-down',
  'pattern',
  'missing',
  'drift',
  'together',
] as const
export const FEEDBACK_KINDS = ['expected', 'not-useful', 'real'] as const

/**
 * What a person says of an anomaly. `expected`: it was so, and is usual here; `not-useful`: nobody needs to know of such;
 * `real`: something was wrong.
 */
export const FeedbackKind = z.enum(FEEDBACK_KINDS)
export type FeedbackKind = z.infer<typeof FeedbackKind>

/** POST /api/v1/anomalies/{id}/feedback (operators); DELETE on the same path takes it back. A second one replaces the first. */
export const NewFeedback = z.strictObject({ kind: FeedbackKind, comment: z.string().max(1000).default('') })
export type NewFeedback = z.infer<typeof NewFeedback>

export const Feedback = z.object({ kind: FeedbackKind, comment: z.string(), by: z.string(), at: EpochMs })
export type Feedback = z.infer<typeof Feedback>

/** A number that may not be known: no band yet, or a sample that did not come. */
const figure = z.number().nullable()

/** One verdict from its beginning to its end: GET /api/v1/anomalies. */
export const Anomaly = z.object({
  id: z.uuid(),
  agent: AgentId,
  site: SiteName,
  device: DeviceId,
  /** Absent where the device is not known any more. */
  deviceName: z.string().optional(),
  /** Absent: the device as a whole. `name` is the metric, `labels` the others. */
  series: z.object({ name: z.string(), labels: z.record(z.string(), z.string()) }).optional(),
  /** The stable name of the interface that it is about, as in the interfaces of the device. */
  interface: z.string().optional(),
  since: EpochMs,
  /** Absent while it lasts. */
  endedAt: EpochMs.optional(),
  /** The server closed it: the agent does not report it any more, or is gone. */
  closedBy: z.enum(['agent', 'server']).optional(),
  /** 0.5 to 1: the strongest that was reported. */
  score: z.number(),
  reason: z.string(),
  /** The sample, in the unit of the series (per second where it is a counter), and what was usual then. */
  value: figure,
  low: figure,
  high: figure,
  /** The number of the sentence: share per day of a drift, samples of a flat line. */
  detail: figure,
  /** For people, without the name of the series. */
  sentence: z.string(),
  /** The version of the model that judged; absent: the detectors without one. */
  model: z.string().optional(),
  /** Judged by a model on trial, which alerts nobody. */
  shadow: z.boolean(),
  feedback: Feedback.optional(),
})
export type Anomaly = z.infer<typeof Anomaly>

/** GET /api/v1/anomalies?grouped=device: what one device had within a short time, strongest first. */
export const AnomalyGroup = z.object({
  device: DeviceId,
  deviceName: z.string().optional(),
  site: SiteName,
  from: EpochMs,
  /** Absent while one of them lasts. */
  to: EpochMs.optional(),
  /** Of the strongest one. */
  score: z.number(),
  count: z.number().int().positive(),
  active: z.number().int().nonnegative(),
  /** The strongest, 20 at most. */
  items: z.array(Anomaly),
})
export type AnomalyGroup = z.infer<typeof AnomalyGroup>

/** GET /api/v1/anomalies/{id} */
export const AnomalyDetail = Anomaly.extend({
  /** Other series of the device that were unusual within minutes, strongest first. */
  together: z.array(Anomaly),
  /** The same series before, newest first, with what people said of them. */
  before: z.array(Anomaly),
  /** What people said of this one, newest first, also what was taken back. */
  said: z.array(Feedback.extend({ takenBackAt: EpochMs.optional(), takenBackBy: z.string().optional() })),
})
export type AnomalyDetail = z.infer<typeof AnomalyDetail>

export const BUDGET_WORDS = ['within', 'over', 'too-quiet', 'too-early'] as const

/** What was asked against what was: alarms of so many series in so much time. */
export const BudgetFigures = z.object({
  /** Alarms that came. */
  actual: z.number().int().nonnegative(),
  /** Alarms that the budget allows for the series and the time that were judged. */
  asked: z.number().nonnegative(),
  /** actual / asked; absent where nothing was judged. */
  factor: z.number().optional(),
  /** `within` a factor of two; `too-early`: too little was judged to say. */
  word: z.enum(BUDGET_WORDS),
})
export type BudgetFigures = z.infer<typeof BudgetFigures>

/** One model at one agent. Alarms that somebody called real are no false ones and do not count. */
export const AgentBudget = z.object({
  agent: AgentId,
  name: z.string().optional(),
  site: SiteName,
  /** Absent: the detectors without a model. */
  model: z.string().optional(),
  mode: z.enum(['live', 'shadow']),
  /** Series judged, on average while the model ran. */
  seriesCount: z.number(),
  leftOut: z.number(),
  hours: z.number(),
  /** The settings: alarms per series and 30 days, per device and week. */
  alarmsPerMonth: z.number(),
  deviceAlarmsPerWeek: z.number(),
  series: BudgetFigures,
  devices: BudgetFigures,
  saidReal: z.number().int().nonnegative(),
})
export type AgentBudget = z.infer<typeof AgentBudget>

/** GET /api/v1/anomalies/budget?days=7 */
export const AnomalyBudget = z.object({
  from: EpochMs,
  to: EpochMs,
  days: z.number(),
  /** All agents, live verdicts alone. */
  series: BudgetFigures,
  devices: BudgetFigures,
  agents: z.array(AgentBudget),
})
export type AnomalyBudget = z.infer<typeof AnomalyBudget>

/**
 * One series over time as the agent judges it: parallel columns, one place for each step that has a sample. `times` are the
 * ends of the steps, milliseconds; `values` the last sample in each (per second where the series is a counter); low and high
 * what was usual for it, null while not known yet; score the highest in the step.
 */
export const Band = z.object({
  labels: z.record(z.string(), z.string()),
  judgedAs: z.enum(['gauge', 'counter']),
  times: z.array(z.number()),
  values: z.array(figure),
  low: z.array(figure),
  high: z.array(figure),
  score: z.array(z.number()),
  /** Verdicts that began before the end, as an agent with the same settings would have them. */
  verdicts: z.array(
    z.object({ from: EpochMs, to: EpochMs.optional(), score: z.number(), reason: z.string(), sentence: z.string() }),
  ),
})
export type Band = z.infer<typeof Band>

/** GET /api/v1/bands?query=SELECTOR&start&end&step */
export const BandsAnswer = z.object({
  from: EpochMs,
  to: EpochMs,
  stepSeconds: z.number(),
  /** From when on samples were judged to know what is usual. */
  learntFrom: EpochMs,
  /** The model that judged; absent: the detectors without one. */
  model: z.string().optional(),
  series: z.array(Band),
  /** Series that match and are not judged, or are beyond the limit. */
  leftOut: z.number().int().nonnegative(),
})
export type BandsAnswer = z.infer<typeof BandsAnswer>

export const MAX_PREDICTED_SERIES = 50
const Selector = z.string().min(1).max(2_000)

/** POST /api/v1/predict */
export const PredictRequest = z.strictObject({
  /** A PromQL selector, or several. */
  series: z.union([Selector, z.array(Selector).min(1).max(MAX_PREDICTED_SERIES)]),
  horizonSeconds: z.number().int().min(300).max(2_592_000),
  quantiles: z.array(z.number().gt(0).lt(1)).min(1).max(9).default([0.05, 0.5, 0.95]),
})
export type PredictRequest = z.infer<typeof PredictRequest>

export const Prediction = z.object({
  labels: z.record(z.string(), z.string()),
  judgedAs: z.enum(['gauge', 'counter']),
  /** Ends of the steps, milliseconds. */
  times: z.array(z.number()),
  median: z.array(z.number()),
  quantiles: z.array(z.object({ quantile: z.number(), values: z.array(z.number()) })),
  history: z.object({ from: EpochMs, to: EpochMs, steps: z.number().int() }),
  /**
   * How well it would have done on the last part of the history, which it did not see: mean pinball loss over the asked
   * quantiles, that of saying last week again with the quantiles of its errors, and the share of values that fell between the outermost two.
   */
  quality: z.object({
    heldBackSeconds: z.number(),
    pinball: z.number(),
    naivePinball: z.number(),
    coverage: z.number(),
    asked: z.number(),
  }),
})
export type Prediction = z.infer<typeof Prediction>

export const PredictAnswer = z.object({
  at: EpochMs,
  stepSeconds: z.number(),
  series: z.array(Prediction),
  /** Series that match and cannot be predicted, with the reason; `beyond` more than can be asked at once. */
  refused: z.array(z.object({ labels: z.record(z.string(), z.string()), why: z.string() })),
  beyond: z.number().int().nonnegative(),
})
export type PredictAnswer = z.infer<typeof PredictAnswer>

export const FORECAST_KINDS = ['storage', 'memory', 'interface'] as const

/** When something will be full if it goes on as it did. */
export const Forecast = z.object({
  kind: z.enum(FORECAST_KINDS),
  device: DeviceId,
  deviceName: z.string().optional(),
  site: SiteName,
  /** The file system, the pool of memory (empty: all of it), or the interface. */
  name: z.string(),
  /** Interfaces: which way; absent for the others. */
  direction: z.enum(['in', 'out']).optional(),
  /** Share in use as the trend has it now, 0 to 1; of an interface, of its speed in its busy hours. */
  usedRatio: z.number(),
  /** Share of the whole by which it grows each day. */
  growthPerDay: z.number(),
  /** Seconds until it is full; at 90 %, it is so between `lower` and `upper`. Absent: not within a year at all. */
  seconds: z.number().optional(),
  lower: z.number().optional(),
  upper: z.number().optional(),
  /** Days with data that the trend stands on. */
  days: z.number().int(),
})
export type Forecast = z.infer<typeof Forecast>

/** GET /api/v1/forecasts: soonest first. */
export const ForecastsAnswer = z.object({
  /** When they were worked out; absent: not yet. */
  at: EpochMs.optional(),
  items: z.array(Forecast),
  total: z.number().int().nonnegative(),
})
export type ForecastsAnswer = z.infer<typeof ForecastsAnswer>
