import { blankNetwork, type Network } from '@eyenet/shared/judge'
import { randomiseStack } from './dense-learner.ts'
import { Random } from './random.ts'
import { JUDGE_SHAPE } from './train-model.ts'

/** A network with random weights, as large as trained ones have them. */
export function madeNetwork(seed: number): Network {
  const random = new Random(seed)
  const network = blankNetwork(JUDGE_SHAPE)
  for (const layer of [...network.band, network.straight, ...network.unusual]) {
    randomiseStack([layer], random)
    for (let at = 0; at < layer.weights.length; at++) layer.weights[at] = 4 * (layer.weights[at] ?? 0)
    for (let at = 0; at < layer.bias.length; at++) layer.bias[at] = 0.3 * random.normal()
  }
  for (let at = 0; at < network.mean.length; at++) {
    network.mean[at] = random.normal()
    network.inverseScale[at] = random.spread(0.2, 5)
  }
  return network
}

/** Rows of random features, some of them far out. */
export function madeFeatures(rows: number, seed: number): Float32Array {
  const random = new Random(seed)
  return Float32Array.from({ length: rows * JUDGE_SHAPE.features }, () => 2 * random.normal() * random.spread(0.1, 4))
}
