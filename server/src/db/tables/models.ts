import type { ModelSource, TrainingState } from '@eyenet/shared/api'
import type { AgentId, EpochMs } from '@eyenet/shared/identity'
import type { ModelId } from '@eyenet/shared/wire'
import type { Generated } from 'kysely'

export type ModelTables = {
  models: ModelRow
  model_files: ModelFileRow
  model_rollouts: ModelRolloutRow
  agent_models: AgentModelsRow
  training_runs: TrainingRunRow
}

export type ModelRow = {
  id: ModelId
  name: string
  version: number
  source: ModelSource
  contract: string
  /** Of the file, hexadecimal. */
  sha256: string
  bytes: number
  created_at: EpochMs
  created_by: string
  /** What it was trained on, JSON. */
  data: string | null
  /** Settings of its training, JSON. */
  settings: string
  /** ModelEvaluation, JSON. */
  evaluation: string | null
  /** ModelState, JSON. */
  state: string
  /** ModelManifest, JSON, sealed: what agents are told; the columns are for lists. */
  sealed: Uint8Array
}

export type ModelFileRow = { model: ModelId; onnx: Uint8Array }

/** A stage that a model entered. */
export type ModelRolloutRow = {
  seq: Generated<number>
  model: ModelId
  at: EpochMs
  stage: string
  by: string
  reason: string
}

/** Models at one agent. */
export type AgentModelsRow = {
  agent: AgentId
  /** Contracts that it runs, as its birth says; JSON. */
  contracts: string
  /** ModelReport[], JSON. */
  reports: string
  /** What its desired state holds: `ID MODE` of each, in one text. */
  assigned: string
}

export type TrainingRunRow = {
  id: string
  state: TrainingState
  trigger: 'nightly' | 'person'
  by: string
  /** NewTraining, JSON. */
  wanted: string
  progress: number
  step: string
  queued_at: EpochMs
  started_at: EpochMs | null
  ended_at: EpochMs | null
  model: ModelId | null
  /** string[], JSON. */
  reasons: string
}
