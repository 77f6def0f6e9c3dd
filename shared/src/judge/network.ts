/**
 * The one family of networks that EyeNet trains itself: standardise, clip, then two small stacks of dense layers. The band's
 * stack sees the past and the clock only, so that the sample cannot explain itself; the stack of `unusual` sees everything
 * and where the sample lies in that band. Weights are Float32, layers are stored as Float32, so that the same network
 * written as an ONNX graph agrees to 1e-5 (docs/decisions/0030-models.md).
 */

/** Widths of the two hidden layers of each stack. */
export const HIDDEN = [32, 16] as const
/** Quantiles of the band, in the order of the outputs. */
export const BAND_QUANTILES = [0.005, 0.25, 0.5, 0.75, 0.995] as const
export const BAND_OUTPUTS = BAND_QUANTILES.length
/** The band's quantiles and `unusual`. */
export const NETWORK_OUTPUTS = BAND_OUTPUTS + 1
/** Standardised features are cut off here: an input that was never seen must not reach regions that were never trained. */
export const FEATURE_CLIP = 8
/** Where the sample lies, in half widths of the band, is cut off here. */
export const POSITION_CLIP = 12
/** The least half width of a band, in the series' own scale: the band of a constant has none. */
export const LEAST_WIDTH = Math.fround(0.1)
/** Two positions: by the upper and by the lower half of the band. */
export const POSITIONS = 2

/** `features` inputs, of which the first `past` know nothing of the sample; feature `value` is the sample in its own scale. */
export type NetworkShape = { readonly features: number; readonly past: number; readonly value: number }

/** `weights` are row-major, [inputs][outputs]. */
export type Dense = {
  readonly inputs: number
  readonly outputs: number
  readonly weights: Float32Array
  readonly bias: Float32Array
}

export type Network = {
  readonly shape: NetworkShape
  /** Per feature: what is taken off, and what the rest is multiplied by. */
  readonly mean: Float32Array
  readonly inverseScale: Float32Array
  /** Past to hidden to hidden to the five numbers of the band. */
  readonly band: readonly [Dense, Dense, Dense]
  /** Straight from the past to the same five numbers: most of what is expected is a plain sum of what was. */
  readonly straight: Dense
  /** Features and positions to hidden to hidden to the logit. */
  readonly unusual: readonly [Dense, Dense, Dense]
  readonly scratch: NetworkScratch
}

/** Room for one row, so that running allocates nothing. */
export type NetworkScratch = {
  /** Standardised features, then the positions. */
  readonly inputs: Float32Array
  readonly first: Float32Array
  readonly second: Float32Array
  readonly band: Float32Array
  readonly extra: Float32Array
}

/** A network whose weights are all zero. */
export function blankNetwork(shape: NetworkShape): Network {
  const [first, second] = HIDDEN
  const joined = shape.features + POSITIONS
  return {
    shape,
    mean: new Float32Array(shape.features),
    inverseScale: new Float32Array(shape.features).fill(1),
    band: [blankDense(shape.past, first), blankDense(first, second), blankDense(second, BAND_OUTPUTS)],
    straight: blankDense(shape.past, BAND_OUTPUTS),
    unusual: [blankDense(joined, first), blankDense(first, second), blankDense(second, 1)],
    scratch: {
      inputs: new Float32Array(joined),
      first: new Float32Array(first),
      second: new Float32Array(second),
      band: new Float32Array(BAND_OUTPUTS),
      extra: new Float32Array(BAND_OUTPUTS),
    },
  }
}

function blankDense(inputs: number, outputs: number): Dense {
  return { inputs, outputs, weights: new Float32Array(inputs * outputs), bias: new Float32Array(outputs) }
}

/** What is answered: `count` rows of features, row-major, and room for as many answers. A TickBatch is one. */
export type NetworkBatch = { readonly count: number; readonly features: Float32Array; readonly outputs: Float32Array }

/**
 * Answers the rows of a batch: the quantiles .005 .25 .5 .75 .995 of the sample in its own scale, and the logit of `unusual`.
 * Allocates nothing.
 */
export function runNetwork(network: Network, { count, features, outputs }: NetworkBatch): void {
  const { shape, scratch, unusual } = network
  for (let row = 0; row < count; row++) {
    const from = row * shape.features
    const to = row * NETWORK_OUTPUTS
    joinInputs(network, features, from)
    for (let at = 0; at < BAND_OUTPUTS; at++) outputs[to + at] = scratch.band[at] ?? 0
    runDense(unusual[0], scratch.inputs, scratch.first)
    rectify(scratch.first)
    runDense(unusual[1], scratch.first, scratch.second)
    rectify(scratch.second)
    runDense(unusual[2], scratch.second, scratch.extra)
    outputs[to + BAND_OUTPUTS] = scratch.extra[0] ?? 0
  }
}

/** Of the row that begins at `from`: the inputs of the stack of `unusual` into scratch.inputs, and the band into scratch.band. */
export function joinInputs(network: Network, features: Float32Array, from: number): void {
  const { shape, scratch } = network
  standardise(network, features, from)
  runBand(network)
  const middle = scratch.band[2] ?? 0
  const off = Math.fround((features[from + shape.value] ?? 0) - middle)
  const above = Math.fround(Math.fround((scratch.band[4] ?? 0) - middle) + LEAST_WIDTH)
  const below = Math.fround(Math.fround(middle - (scratch.band[0] ?? 0)) + LEAST_WIDTH)
  scratch.inputs[shape.features] = clip(off / above, POSITION_CLIP)
  scratch.inputs[shape.features + 1] = clip(off / below, POSITION_CLIP)
}

function standardise({ shape, mean, inverseScale, scratch }: Network, features: Float32Array, from: number): void {
  for (let at = 0; at < shape.features; at++) {
    const centred = Math.fround((features[from + at] ?? 0) - (mean[at] ?? 0))
    scratch.inputs[at] = clip(centred * (inverseScale[at] ?? 0), FEATURE_CLIP)
  }
}

/** The band of the standardised row: the middle, and four widths that are never negative, so that quantiles never cross. */
function runBand({ band, straight, scratch }: Network): void {
  runDense(band[0], scratch.inputs, scratch.first)
  rectify(scratch.first)
  runDense(band[1], scratch.first, scratch.second)
  rectify(scratch.second)
  runDense(band[2], scratch.second, scratch.band)
  runDense(straight, scratch.inputs, scratch.extra)
  for (let at = 0; at < BAND_OUTPUTS; at++) {
    const sum = Math.fround((scratch.band[at] ?? 0) + (scratch.extra[at] ?? 0))
    scratch.extra[at] = at === 0 ? sum : softplus(sum)
  }
  bandOf(scratch.extra, scratch.band)
}

/**
 * From the middle and the widths (inner lower, outer lower, inner upper, outer upper) to the quantiles in the order of
 * BAND_QUANTILES.
 */
export function bandOf(parts: Float32Array, band: Float32Array): void {
  const middle = parts[0] ?? 0
  const lower = middle - (parts[1] ?? 0)
  const upper = middle + (parts[3] ?? 0)
  band[0] = lower - (parts[2] ?? 0)
  band[1] = lower
  band[2] = middle
  band[3] = upper
  band[4] = upper + (parts[4] ?? 0)
}

/** ln(1 + e^x). */
export function softplus(value: number): number {
  return value > 0 ? value + Math.log1p(Math.exp(-value)) : Math.log1p(Math.exp(value))
}

/** outputs = inputs * weights + bias; reads the first `inputs` numbers of its input. */
function runDense({ inputs, outputs, weights, bias }: Dense, from: Float32Array, to: Float32Array): void {
  to.set(bias)
  for (let input = 0; input < inputs; input++) {
    const value = from[input] ?? 0
    // Half of what rectified layers give is zero.
    if (value === 0) continue
    const row = input * outputs
    for (let output = 0; output < outputs; output++) {
      to[output] = (to[output] ?? 0) + value * (weights[row + output] ?? 0)
    }
  }
}

function rectify(values: Float32Array): void {
  for (let at = 0; at < values.length; at++) if ((values[at] ?? 0) < 0) values[at] = 0
}

function clip(value: number, most: number): number {
  return value > most ? most : value < -most ? -most : value
}
