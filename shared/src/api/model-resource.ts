import { z } from 'zod'
import { AgentId, EpochMs } from '../identity/identity.ts'
import { MAX_MODEL_BYTES, ModelId } from '../wire/wire.ts'
import { CanaryChoice } from './configuration-resource.ts'

/** base: comes with EyeNet. trained: from this server's own history. imported: made elsewhere. */
export const ModelSource = z.enum(['base', 'trained', 'imported'])
export type ModelSource = z.infer<typeof ModelSource>

/**
 * Where a model is on its way. candidate: waits for a roll-out. shadow: scores beside the one that counts, and alerts nobody.
 * canary: counts at some agents. all: counts at all. former: counted at all until another took its place. withdrawn: went
 * back, by itself or by a person. rejected: its training showed that it is not better; it is kept to be read.
 */
export const MODEL_STAGES = ['candidate', 'shadow', 'canary', 'all', 'former', 'withdrawn', 'rejected'] as const
export const ModelStage = z.enum(MODEL_STAGES)
export type ModelStage = z.infer<typeof ModelStage>

export const ModelName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes')
export type ModelName = z.infer<typeof ModelName>

const count = z.number().int().nonnegative()

/** How well something finds what was put into held-back days on purpose, and how often it cries on them as they were. */
export const DetectionQuality = z.object({
  /** Share of the injected anomalies that it found. */
  recall: z.number().min(0).max(1),
  /** Alarms per series and 30 days outside injected anomalies and past incidents. */
  falseAlarmsPerMonth: z.number().nonnegative(),
})
export type DetectionQuality = z.infer<typeof DetectionQuality>

/** A model judged on days that it was not trained on, beside the one that runs (absent: there is none) and no model at all. */
export const ModelEvaluation = z.object({
  seriesCount: count,
  rows: count,
  /** The held-back days. */
  from: EpochMs,
  to: EpochMs,
  heldBackDays: z.number().nonnegative(),
  /** Mean quantile (pinball) loss in the series' own scale; less is better. */
  pinball: z.object({ model: z.number(), running: z.number().optional(), modelFree: z.number() }),
  /** Share of samples within the band: what it was made for, what it was. */
  coverage: z.object({ asked: z.number().min(0).max(1), actual: z.number().min(0).max(1) }),
  /** Anomalies injected into the held-back days. */
  injected: count,
  detection: z.object({
    model: DetectionQuality,
    running: DetectionQuality.optional(),
    modelFree: DetectionQuality,
  }),
  /** Whether it is shipped. */
  better: z.boolean(),
  /** Sentences: why it is better, or why not. */
  reasons: z.array(z.string().max(500)).max(20),
})
export type ModelEvaluation = z.infer<typeof ModelEvaluation>

/** A model at one agent. too-old: its birth does not name the contract of the model, so that it is not sent to it. */
export const ModelAgent = z.object({
  agent: AgentId,
  name: z.string(),
  mode: z.enum(['live', 'shadow']),
  canary: z.boolean(),
  state: z.enum(['running', 'refused', 'pending', 'too-old']),
  /** Why it was refused; empty otherwise. */
  reason: z.string(),
})
export type ModelAgent = z.infer<typeof ModelAgent>

/** Alarms of a model since it is in its stage: what the budget would allow by now, and what came. */
export const ModelAlarms = z.object({
  from: EpochMs,
  to: EpochMs,
  /** Series × 30 days that were judged. */
  seriesMonths: z.number().nonnegative(),
  /** Per series and 30 days. */
  asked: z.number().nonnegative(),
  /** The same of what came; absent before anything was judged. */
  actual: z.number().nonnegative().optional(),
  alarms: count,
})
export type ModelAlarms = z.infer<typeof ModelAlarms>

/** What happened to a model, for people. */
export const ModelStep = z.object({
  at: EpochMs,
  stage: ModelStage,
  /** Who did it; `server` where it went by itself. */
  by: z.string(),
  reason: z.string(),
})
export type ModelStep = z.infer<typeof ModelStep>

/** GET /api/v1/models */
export const Model = z.object({
  /** NAME-VERSION. */
  id: ModelId,
  name: ModelName,
  /** Counts up from 1 under each name. */
  version: z.number().int().positive(),
  source: ModelSource,
  stage: ModelStage,
  /** Since when it is in this stage. */
  since: EpochMs,
  /** Why it is in this stage; empty where there is nothing to say. */
  reason: z.string(),
  /** Since when it has been watched in this stage: all agents concerned that are connected run it. */
  observedSince: EpochMs.optional(),
  /** How long it is watched, and the stage that it goes to by itself. */
  observeSeconds: count.optional(),
  upTo: z.enum(['shadow', 'canary', 'all']).optional(),
  /** The contract of features and outputs that it declares. */
  contract: z.string(),
  /** Of the ONNX file, lower-case hexadecimal. */
  sha256: z.string(),
  bytes: count,
  createdAt: EpochMs,
  createdBy: z.string(),
  /** What it was trained on; absent for an imported one that does not say. */
  data: z.object({ from: EpochMs, to: EpochMs, series: count, rows: count }).optional(),
  /** Settings of its training. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  evaluation: ModelEvaluation.optional(),
  /** How many agents have it, by state. */
  counts: z.object({ running: count, refused: count, pending: count, tooOld: count }),
})
export type Model = z.infer<typeof Model>

/** GET /api/v1/models/{id} */
export const ModelDetails = Model.extend({
  agents: z.array(ModelAgent),
  /** While it is in the stage shadow, canary or all. */
  alarms: ModelAlarms.optional(),
  /** Newest first. */
  history: z.array(ModelStep),
})
export type ModelDetails = z.infer<typeof ModelDetails>

/** queued: waits for the one that runs, or for a server that is not there. */
export const TrainingState = z.enum(['queued', 'running', 'done', 'failed', 'cancelled'])
export type TrainingState = z.infer<typeof TrainingState>

/** GET /api/v1/models/training */
export const TrainingRun = z.object({
  id: z.uuid(),
  state: TrainingState,
  trigger: z.enum(['nightly', 'person']),
  by: z.string(),
  /** 0 to 1. */
  progress: z.number().min(0).max(1),
  /** What it does just now, or did last. */
  step: z.string(),
  queuedAt: EpochMs,
  startedAt: EpochMs.optional(),
  endedAt: EpochMs.optional(),
  /** The model that it made, better or not. */
  model: ModelId.optional(),
  /** Why it failed, or why the model is not shipped. */
  reasons: z.array(z.string()),
})
export type TrainingRun = z.infer<typeof TrainingRun>

/** POST /api/v1/models/train */
export const NewTraining = z.strictObject({
  /** Weeks of history; left out: as configured. */
  weeks: z.number().int().min(1).max(26).optional(),
  maxSeries: z.number().int().min(1).max(20_000).optional(),
})
export type NewTraining = z.infer<typeof NewTraining>

/** POST /api/v1/models/import */
export const NewModel = z.strictObject({
  name: ModelName,
  /** The ONNX file in base64. */
  onnx: z.base64().max(Math.ceil(MAX_MODEL_BYTES / 3) * 4, `a model has ${MAX_MODEL_BYTES} bytes at most`),
})
export type NewModel = z.infer<typeof NewModel>

/** POST /api/v1/models/{id}/rollout */
export const NewModelRollout = z.strictObject({
  stage: z.enum(['shadow', 'canary', 'all']),
  /** The stage that it goes on to by itself, each time after the time of observation; left out: it stays. */
  upTo: z.enum(['shadow', 'canary', 'all']).optional(),
  /** Where it counts first. */
  canaries: CanaryChoice.default({ kind: 'count', count: 1 }),
  /** How long it is watched in a stage before it goes on; left out: as configured. */
  observeSeconds: z.number().int().min(10).max(2_592_000).optional(),
})
export type NewModelRollout = z.infer<typeof NewModelRollout>
