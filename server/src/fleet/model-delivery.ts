import type { AgentId } from '@eyenet/shared/identity'
import type { Birth, DesiredState, ModelManifest, ModelMode } from '@eyenet/shared/wire'
import type { Downlink } from './downlink.ts'

/** A model for an agent, not signed yet. */
export type OutgoingModel = { readonly manifest: ModelManifest; readonly onnx: Uint8Array; readonly mode: ModelMode }

/** Who decides which models an agent runs. */
export type ModelSupply = {
  /** Nothing for an agent that would not know what to do with it. */
  readonly modelsFor: (agent: AgentId) => Promise<readonly OutgoingModel[]>
  readonly receiveBirth: (agent: AgentId, birth: Birth) => void
}

/** What the desired state of an agent holds of models; each manifest is signed by the key that signs now. */
export async function deliveredModels(
  { modelsFor }: Pick<ModelSupply, 'modelsFor'>,
  downlink: Pick<Downlink, 'sign'>,
  agent: AgentId,
): Promise<Pick<DesiredState, 'models'>> {
  const models = await modelsFor(agent)
  if (models.length === 0) return {}
  return {
    models: await Promise.all(
      models.map(async ({ manifest, onnx, mode }) => ({
        manifest: await downlink.sign('model', manifest),
        onnx: Buffer.from(onnx).toString('base64'),
        mode,
      })),
    ),
  }
}
