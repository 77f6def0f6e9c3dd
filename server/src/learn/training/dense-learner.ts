import type { Dense } from '@eyenet/shared/judge'
import type { Random } from './random.ts'

/** Adam's constants (Kingma and Ba 2015), with weights that decay on their own (Loshchilov and Hutter 2019). */
const FIRST_MOMENT = 0.9
const SECOND_MOMENT = 0.999
const EPSILON = 1e-8
const DECAY = 1e-4

/** The last layer begins small, so that learning begins near what its biases say. */
const LAST_GAIN = 0.1

/** Random weights for rectified layers (He et al. 2015); biases zero. */
export function randomiseStack(layers: readonly Dense[], random: Random): void {
  for (const [at, { inputs, weights, bias }] of layers.entries()) {
    const deviation = (at === layers.length - 1 ? LAST_GAIN : 1) * Math.sqrt(2 / inputs)
    for (let i = 0; i < weights.length; i++) weights[i] = deviation * random.normal()
    bias.fill(0)
  }
}

/** Where one layer reads and writes while it learns; all arrays hold at least `rows` rows. */
export type Flow = { readonly rows: number; readonly inputs: Float32Array; readonly outputs: Float32Array }

/** A dense layer that learns: forward over a batch, gradients back, and a step of Adam. Works on the layer's own weights. */
export class DenseLearner {
  readonly dense: Dense
  readonly #weights: Slope
  readonly #bias: Slope

  constructor(dense: Dense) {
    this.dense = dense
    this.#weights = slopeOf(dense.weights)
    this.#bias = slopeOf(dense.bias)
  }

  /** `rectified`: what is below zero becomes zero. `stride` is the width of a row of inputs, of which the first are read. */
  forward(flow: Flow, { stride = this.dense.inputs, rectified = false } = {}): void {
    const { inputs, outputs, weights, bias } = this.dense
    for (let row = 0; row < flow.rows; row++) {
      const to = row * outputs
      for (let output = 0; output < outputs; output++) flow.outputs[to + output] = bias[output] ?? 0
      for (let input = 0; input < inputs; input++) {
        const value = flow.inputs[row * stride + input] ?? 0
        if (value === 0) continue
        const from = input * outputs
        for (let output = 0; output < outputs; output++) {
          flow.outputs[to + output] = (flow.outputs[to + output] ?? 0) + value * (weights[from + output] ?? 0)
        }
      }
      if (rectified) rectifyRow(flow.outputs, to, outputs)
    }
  }

  /**
   * Adds the gradients of `flow.outputs` (which holds the loss's slope by each output) to the layer's; with `back` writes the
   * slope by each input there, zero where the input (a rectified output of the layer before) is zero.
   */
  backward(flow: Flow, { stride = this.dense.inputs, back }: { stride?: number; back?: Float32Array } = {}): void {
    const { inputs, outputs, weights } = this.dense
    const slopes = this.#weights.gradient
    const biasSlopes = this.#bias.gradient
    for (let row = 0; row < flow.rows; row++) {
      const to = row * outputs
      for (let output = 0; output < outputs; output++) {
        biasSlopes[output] = (biasSlopes[output] ?? 0) + (flow.outputs[to + output] ?? 0)
      }
      for (let input = 0; input < inputs; input++) {
        const value = flow.inputs[row * stride + input] ?? 0
        if (value === 0) {
          if (back !== undefined) back[row * inputs + input] = 0
          continue
        }
        const from = input * outputs
        let sum = 0
        for (let output = 0; output < outputs; output++) {
          const slope = flow.outputs[to + output] ?? 0
          slopes[from + output] = (slopes[from + output] ?? 0) + value * slope
          sum += slope * (weights[from + output] ?? 0)
        }
        if (back !== undefined) back[row * inputs + input] = sum
      }
    }
  }

  /** One step of Adam with the gradients gathered, which are then forgotten. `turn` counts steps from 1. */
  step(rate: number, turn: number): void {
    adam(this.dense.weights, this.#weights, { rate, turn, decay: DECAY })
    adam(this.dense.bias, this.#bias, { rate, turn, decay: 0 })
  }
}

type Slope = { readonly gradient: Float32Array; readonly first: Float32Array; readonly second: Float32Array }

function slopeOf({ length }: Float32Array): Slope {
  return { gradient: new Float32Array(length), first: new Float32Array(length), second: new Float32Array(length) }
}

type AdamStep = { readonly rate: number; readonly turn: number; readonly decay: number }

function adam(values: Float32Array, { gradient, first, second }: Slope, { rate, turn, decay }: AdamStep): void {
  const firstBias = 1 - FIRST_MOMENT ** turn
  const secondBias = 1 - SECOND_MOMENT ** turn
  for (let at = 0; at < values.length; at++) {
    const slope = gradient[at] ?? 0
    const mean = FIRST_MOMENT * (first[at] ?? 0) + (1 - FIRST_MOMENT) * slope
    const square = SECOND_MOMENT * (second[at] ?? 0) + (1 - SECOND_MOMENT) * slope * slope
    first[at] = mean
    second[at] = square
    const value = values[at] ?? 0
    values[at] = value - rate * (mean / firstBias / (Math.sqrt(square / secondBias) + EPSILON) + decay * value)
    gradient[at] = 0
  }
}

function rectifyRow(values: Float32Array, from: number, count: number): void {
  for (let at = from; at < from + count; at++) if ((values[at] ?? 0) < 0) values[at] = 0
}
