import { messageOf } from '@eyenet/shared/errors'
import type { TickBatch } from '@eyenet/shared/judge'
import type { ModelMode } from '@eyenet/shared/wire'
import type { OnnxModel } from './onnx-model.ts'

/** A model that throws, or answers with what is no number, so often is left out. */
export const MAX_MODEL_FAULTS = 3

export type RunningModelOptions = {
  readonly id: string
  readonly mode: ModelMode
  readonly onnx: OnnxModel
  /** It has failed too often. */
  readonly onDropped: (model: RunningModel, reason: string) => void
}

/** A model that was accepted and answers, until it fails too often. */
export class RunningModel {
  readonly id: string
  mode: ModelMode
  readonly #onnx: OnnxModel
  readonly #onDropped: RunningModelOptions['onDropped']
  #faults = 0

  constructor({ id, mode, onnx, onDropped }: RunningModelOptions) {
    this.id = id
    this.mode = mode
    this.#onnx = onnx
    this.#onDropped = onDropped
  }

  get spentMs(): number {
    return this.#onnx.spentMs
  }

  /** Writes the answers for a batch into it. False: there are none, and the detectors judge alone. */
  async answer(batch: TickBatch): Promise<boolean> {
    if (batch.count === 0 || this.#faults >= MAX_MODEL_FAULTS) return false
    let fault = 'it answered with numbers that are none, or far too large'
    try {
      if (await this.#onnx.run(batch)) return true
    } catch (thrown) {
      fault = `it failed: ${messageOf(thrown)}`
    }
    this.#faults++
    if (this.#faults === MAX_MODEL_FAULTS) this.#onDropped(this, `${fault} (${MAX_MODEL_FAULTS} times)`.slice(0, 300))
    return false
  }

  close(): Promise<void> {
    this.#faults = MAX_MODEL_FAULTS
    return this.#onnx.close()
  }
}
