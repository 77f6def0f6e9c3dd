import { blankNetwork, joinInputs, type Network, type NetworkShape, POSITIONS } from '@eyenet/shared/judge'
import { bandLesson, beginBand } from './band-lesson.ts'
import { randomiseStack } from './dense-learner.ts'
import { learnLesson } from './learn-lesson.ts'
import { Random } from './random.ts'
import type { TrainingMatrix } from './training-matrix.ts'
import { unusualLesson } from './unusual-lesson.ts'

/** A feature that never moves is not scaled up; it is as it is. */
const LEAST_DEVIATION = 1e-3
/** Features far out are cut off before mean and deviation are taken, or one of them would blind the rest. */
const FAR = 50

export type FitOptions = {
  readonly shape: NetworkShape
  readonly seed: number
  /** Learning begins with its weights; it must have the same shape. */
  readonly start?: Network
  /** Told of the share that is done, 0 to 1; it may throw to stop. */
  readonly onProgress?: (share: number) => void
  readonly maxEpochs?: number
}

/** A network fitted to the matrix; the same for the same seed and rows. First the band, then `unusual` with the band at rest. */
export function fitNetwork(matrix: TrainingMatrix, options: FitOptions): Network {
  const { shape, seed, maxEpochs, start } = options
  const random = new Random(seed)
  const network = blankNetwork(shape)
  if (start === undefined) {
    measureFeatures(network, matrix)
    randomise(network, random)
  } else copyNetwork(start, network)
  const tell = (from: number) => (share: number) => options.onProgress?.(from + share / 2)
  const epochs = maxEpochs === undefined ? {} : { maxEpochs }
  const stride = shape.features + POSITIONS
  const inputs = new Float32Array(matrix.rows * stride)
  const material = { network, matrix, inputs, stride }

  joinAll(network, matrix, inputs)
  learnLesson(bandLesson(material), { random, onPass: tell(0), ...epochs })
  joinAll(network, matrix, inputs)
  learnLesson(unusualLesson(material), { random, onPass: tell(0.5), ...epochs })
  return network
}

function randomise(network: Network, random: Random): void {
  randomiseStack(network.band, random)
  beginBand(network)
  randomiseStack(network.unusual, random)
}

function copyNetwork(from: Network, to: Network): void {
  if (from.shape.features !== to.shape.features || from.shape.past !== to.shape.past) {
    throw new Error('learning cannot begin with a network of another shape')
  }
  to.mean.set(from.mean)
  to.inverseScale.set(from.inverseScale)
  const layers = ({ band, straight, unusual }: Network) => [...band, straight, ...unusual]
  for (const [at, layer] of layers(to).entries()) {
    layer.weights.set(layers(from)[at]?.weights ?? [])
    layer.bias.set(layers(from)[at]?.bias ?? [])
  }
}

/** The network's own view of every row: standardised features, and positions by the band as it is now. */
function joinAll(network: Network, matrix: TrainingMatrix, inputs: Float32Array): void {
  const { inputs: own } = network.scratch
  for (let row = 0; row < matrix.rows; row++) {
    joinInputs(network, matrix.features, row * network.shape.features)
    inputs.set(own, row * own.length)
  }
}

/** Mean and deviation of each feature over the rows that are as usual. */
function measureFeatures({ shape, mean, inverseScale }: Network, matrix: TrainingMatrix): void {
  for (let feature = 0; feature < shape.features; feature++) {
    let [count, sum, squares] = [0, 0, 0]
    for (let row = 0; row < matrix.rows; row++) {
      if (matrix.labels[row] === 1) continue
      const value = Math.max(-FAR, Math.min(FAR, matrix.features[row * shape.features + feature] ?? 0))
      count++
      sum += value
      squares += value * value
    }
    const middle = sum / Math.max(count, 1)
    const deviation = Math.sqrt(Math.max(0, squares / Math.max(count, 1) - middle * middle))
    mean[feature] = middle
    inverseScale[feature] = deviation < LEAST_DEVIATION ? 1 : 1 / deviation
  }
}
