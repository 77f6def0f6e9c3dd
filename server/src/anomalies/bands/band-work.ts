import type { BandCalls } from './band-calls.ts'
import { BandKeeper } from './band-keeper.ts'
import { type OpenModel, openOnnxRows } from './onnx-rows.ts'

/** What the thread that judges history does, in whatever thread it is. `nowMs`: milliseconds that only grow. */
export function bandWork(nowMs: () => number): BandCalls {
  const keeper = new BandKeeper(nowMs)
  let model: OpenModel | undefined
  let refused: string | undefined
  return {
    async setModel(wanted) {
      if (wanted !== undefined && wanted.id === refused) return false
      if (wanted?.id === model?.id) return true
      const former = model
      model = undefined
      await former?.close()
      if (wanted === undefined) return true
      try {
        model = await openOnnxRows(wanted.id, wanted.onnx)
        return true
      } catch {
        // The caller says so; what the detectors judge alone is judged all the same.
        refused = wanted.id
        return false
      }
    },
    judgedTo: (keys, kind) => keeper.judgedTo(keys, kind, model?.id),
    bands: (question, timeoutMs) => keeper.bands(question, model, nowMs() + timeoutMs),
  }
}
