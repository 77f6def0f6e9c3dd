import type {
  Model,
  ModelDetails,
  ModelName,
  ModelStage,
  NewModelRollout,
  NewTraining,
  TrainingRun,
} from '@eyenet/shared/api'
import type { ModelSupply } from '../fleet/fleet.ts'

/** What the API may ask of models. All of it may reject with EyeNetError `not_found` for an id that is not there. */
export interface Learning {
  /** Newest first. */
  list(): Promise<readonly Model[]>
  get(id: string): Promise<ModelDetails>
  /** The ONNX file. EyeNetError `unavailable` when it is not what was put in. */
  file(id: string): Promise<Uint8Array>
  /** EyeNetError `invalid` or `too_large`: what is wrong with the file; `conflict`: it is here already. */
  importModel(wanted: {
    readonly name: ModelName
    readonly onnx: Uint8Array
    readonly by: string
  }): Promise<ModelDetails>
  /** EyeNetError `conflict` while another one is on trial, or when it was not better. */
  rollOut(id: string, wanted: NewModelRollout & { readonly by: string }): Promise<ModelDetails>
  returnModel(id: string, by: string): Promise<ModelDetails>
  withdraw(id: string, by: string): Promise<ModelDetails>
  /** Newest first. */
  trainings(): Promise<readonly TrainingRun[]>
  /** Asks for a training: it begins when no other runs. */
  train(wanted: NewTraining, by: string): Promise<TrainingRun>
  cancelTraining(id: string, by: string): Promise<TrainingRun>
}

export type LearningStats = {
  /** As of the last look. */
  readonly stages: Readonly<Record<ModelStage, number>>
  /** Since the start. */
  readonly trainingSeconds: number
  readonly returned: number
  readonly unsound: number
}

/** The models, with what the fleet and the server need of them beside the API. */
export interface LearnRoom extends Learning {
  readonly supply: ModelSupply
  stats(): LearningStats
  /** Does what is due now; it is done every few seconds by itself. */
  look(): Promise<void>
  close(): Promise<void>
}
