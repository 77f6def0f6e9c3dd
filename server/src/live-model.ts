import type { ModelFile } from './anomalies/anomalies.ts'
import type { LearnRoom } from './learn/learn.ts'

/** The model that counts at all agents, with its file, which is read once for each; undefined: the detectors alone. */
export function liveModelOf(learn: () => Pick<LearnRoom, 'list' | 'file'> | undefined) {
  let kept: ModelFile | undefined
  return async (): Promise<ModelFile | undefined> => {
    const room = learn()
    const live = (await room?.list())?.find(({ stage }) => stage === 'all')
    if (room === undefined || live === undefined) return undefined
    if (kept?.id !== live.id) kept = { id: live.id, onnx: await room.file(live.id) }
    return kept
  }
}
