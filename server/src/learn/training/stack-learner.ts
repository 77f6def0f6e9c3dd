import { type Dense, HIDDEN } from '@eyenet/shared/judge'
import { DenseLearner } from './dense-learner.ts'

/** Three dense layers, the first two rectified, that learn together over batches of up to `maxRows` rows. */
export class StackLearner {
  readonly layers: readonly [DenseLearner, DenseLearner, DenseLearner]
  /** What the stack said last: rows * outputs of the last layer. Before `backward` it holds the loss's slopes instead. */
  readonly outputs: Float32Array
  readonly #first: Float32Array
  readonly #second: Float32Array
  readonly #firstSlopes: Float32Array
  readonly #secondSlopes: Float32Array

  constructor([first, second, last]: readonly [Dense, Dense, Dense], maxRows: number) {
    this.layers = [new DenseLearner(first), new DenseLearner(second), new DenseLearner(last)]
    this.outputs = new Float32Array(maxRows * last.outputs)
    this.#first = new Float32Array(maxRows * HIDDEN[0])
    this.#second = new Float32Array(maxRows * HIDDEN[1])
    this.#firstSlopes = new Float32Array(maxRows * HIDDEN[0])
    this.#secondSlopes = new Float32Array(maxRows * HIDDEN[1])
  }

  forward(inputs: Float32Array, rows: number, stride: number): void {
    const [first, second, last] = this.layers
    first.forward({ rows, inputs, outputs: this.#first }, { stride, rectified: true })
    second.forward({ rows, inputs: this.#first, outputs: this.#second }, { rectified: true })
    last.forward({ rows, inputs: this.#second, outputs: this.outputs })
  }

  /** Gathers the gradients of the slopes in `outputs`, for the inputs of the last `forward`. */
  backward(inputs: Float32Array, rows: number, stride: number): void {
    const [first, second, last] = this.layers
    last.backward({ rows, inputs: this.#second, outputs: this.outputs }, { back: this.#secondSlopes })
    second.backward({ rows, inputs: this.#first, outputs: this.#secondSlopes }, { back: this.#firstSlopes })
    first.backward({ rows, inputs, outputs: this.#firstSlopes }, { stride })
  }
}
