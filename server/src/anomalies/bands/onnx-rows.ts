import { FEATURES, OUTPUTS, type TickBatch } from '@eyenet/shared/judge'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { RowModel } from './band-keeper.ts'

/** As agents run it: one thread, and no memory kept beyond what a run needs. */
const SESSION: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  enableCpuMemArena: false,
  enableMemPattern: false,
  logSeverityLevel: 4,
}

/** A model that throws, or answers with what is no number, so often is not asked again. */
const MAX_FAULTS = 3

export type OpenModel = RowModel & { close(): Promise<void> }

/** A model of the judge's contract. Rejects where ONNX Runtime does not load it. */
export async function openOnnxRows(id: string, onnx: Uint8Array): Promise<OpenModel> {
  const session = await InferenceSession.create(onnx, SESSION)
  let faults = 0
  return {
    id,
    async run(batch) {
      if (faults >= MAX_FAULTS) return false
      const { count } = batch
      const input = new Tensor('float32', batch.features.subarray(0, count * FEATURES), [count, FEATURES])
      try {
        const answer = (await session.run({ features: input })).outputs?.data
        if (answer instanceof Float32Array && takeAnswer(batch, answer)) return true
      } catch {
        // A model that throws has no answer, as at an agent: the detectors judge alone.
      }
      faults++
      return false
    },
    close: () => session.release(),
  }
}

/** What a model may answer, as agents have it. */
const LARGEST = 1e6

function takeAnswer(batch: TickBatch, answer: Float32Array): boolean {
  if (answer.length !== batch.count * OUTPUTS) return false
  batch.outputs.set(answer)
  return answer.every((one) => Math.abs(one) <= LARGEST)
}
