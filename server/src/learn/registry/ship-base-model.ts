import { type ModelEvaluation, ModelName } from '@eyenet/shared/api'
import { messageOf } from '@eyenet/shared/errors'
import type { EpochMs } from '@eyenet/shared/identity'
import { MODEL_CONTRACT } from '@eyenet/shared/judge'
import { ModelId } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import { BY_SERVER, enterStage } from '../rollout/change-models.ts'
import { liveOf, type RolloutPlan } from '../rollout/model-state.ts'
import { type ModelRecords, sha256Of } from './model-records.ts'

const BASE_NAME = ModelName.parse('base')

/** The model that comes with EyeNet, and how it was judged on series that were made for it. */
export type ShippedModel = { readonly onnx: Uint8Array; readonly evaluation?: ModelEvaluation }

export type BaseModelOptions = {
  readonly baseModel: ShippedModel | undefined
  readonly now: () => EpochMs
  readonly logger: Logger
}

/**
 * Takes the model that comes with EyeNet into the list. It counts at all agents where none does yet, and takes the place of
 * the one that came with the version before; beside one that was trained here it is a candidate.
 */
export async function shipBaseModel(records: ModelRecords, options: BaseModelOptions): Promise<void> {
  const { baseModel, now, logger } = options
  if (baseModel === undefined) return
  const sha256 = sha256Of(baseModel.onnx)
  if ((await records.withSha(sha256)) !== undefined) return
  try {
    const id = await records.add({
      ...{ ...baseModel, name: BASE_NAME, source: 'base', contract: MODEL_CONTRACT, by: BY_SERVER, settings: {} },
      // As agents call the one in their package: it is the same.
      id: ModelId.parse(`${BASE_NAME}-${sha256.slice(0, 8)}`),
      state: { kind: 'candidate', since: now(), reason: 'it comes with EyeNet' },
    })
    const plan: RolloutPlan = { upTo: 'all', choice: { kind: 'none' }, observeSeconds: 0, byItself: true }
    const entering = { id, stage: 'all', plan, canaries: [], by: BY_SERVER, reason: 'it comes with EyeNet' } as const
    await records.change((models) => {
      const live = liveOf(models)
      return live === undefined || live.source === 'base' ? enterStage(models, { ...entering, now: now() }) : []
    })
  } catch (thrown) {
    // The rest of the server does without it; agents have theirs.
    logger.error({ error: messageOf(thrown) }, 'the model that comes with EyeNet could not be taken into the list')
  }
}
