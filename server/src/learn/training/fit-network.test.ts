import { blankNetwork, NETWORK_OUTPUTS, type NetworkShape, runNetwork } from '@eyenet/shared/judge'
import { expect, test } from 'vitest'
import { fitNetwork } from './fit-network.ts'
import { Random } from './random.ts'
import type { TrainingMatrix } from './training-matrix.ts'

const SHAPE: NetworkShape = { features: 4, past: 2, value: 2 }

/** The sample is the first feature plus noise whose size is the second; one row in four is far off and labelled so. */
function madeMatrix(rows: number, seed: number): TrainingMatrix {
  const random = new Random(seed)
  const matrix = {
    rows,
    features: new Float32Array(rows * SHAPE.features),
    labels: new Uint8Array(rows),
    targets: new Float32Array(rows),
    unusualWeights: new Float32Array(rows).fill(1),
    bandWeights: new Float32Array(rows).fill(1),
    stopping: new Uint8Array(rows),
  }
  for (let row = 0; row < rows; row++) {
    const [level, size] = [random.normal(), random.between(0.5, 2)]
    const isAnomaly = random.unit() < 0.25
    const noise = isAnomaly ? 8 * size * (random.unit() < 0.5 ? -1 : 1) : size * random.normal()
    matrix.features.set([level, size, level + noise, random.unit()], row * SHAPE.features)
    matrix.labels[row] = isAnomaly ? 1 : 0
    matrix.targets[row] = isAnomaly ? 3 : -3
    matrix.bandWeights[row] = isAnomaly ? 0 : 1
    matrix.stopping[row] = row % 5 === 0 ? 1 : 0
  }
  return matrix
}

test('the band has the quantiles that it says on rows it has not seen, and unusual tells the far ones', () => {
  const network = fitNetwork(madeMatrix(12_000, 1), { shape: SHAPE, seed: 1 })
  const seen = madeMatrix(8_000, 2)
  const outputs = new Float32Array(seen.rows * NETWORK_OUTPUTS)
  runNetwork(network, { count: seen.rows, features: seen.features, outputs })
  const below = [0, 0, 0, 0, 0]
  let [usual, right] = [0, 0]
  for (let row = 0; row < seen.rows; row++) {
    const isAnomaly = seen.labels[row] === 1
    if ((outputs[row * NETWORK_OUTPUTS + 5] ?? 0) > 0 === isAnomaly) right++
    if (isAnomaly) continue
    usual++
    const sample = seen.features[row * SHAPE.features + SHAPE.value] ?? 0
    for (let at = 0; at < 5; at++) {
      if (sample <= (outputs[row * NETWORK_OUTPUTS + at] ?? 0)) below[at] = (below[at] ?? 0) + 1
    }
  }
  const shares = below.map((count) => count / usual)
  const wanted = [0.005, 0.25, 0.5, 0.75, 0.995]
  for (const [at, share] of shares.entries()) {
    expect(Math.abs(share - (wanted[at] ?? 0)), `quantile ${wanted[at]}: ${share}`).toBeLessThan(
      at % 4 === 0 ? 0.006 : 0.03,
    )
  }
  expect(right / seen.rows).toBeGreaterThan(0.97)
})

test('the same seed gives the same weights, and learning can go on from a network', () => {
  const matrix = madeMatrix(2_000, 3)
  const fit = (seed: number) => fitNetwork(matrix, { shape: SHAPE, seed, maxEpochs: 2 })
  expect(fit(1)).toEqual(fit(1))
  expect(fit(2).unusual[0].weights).not.toEqual(fit(1).unusual[0].weights)
  const start = fit(1)
  const kept = start.mean.slice()
  const further = fitNetwork(matrix, { shape: SHAPE, seed: 5, maxEpochs: 1, start })
  expect(further.mean).toEqual(kept)
  expect(start).toEqual(fit(1))
  expect(() => fitNetwork(matrix, { shape: SHAPE, seed: 1, start: blankNetwork({ ...SHAPE, past: 1 }) })).toThrow(
    'another shape',
  )
})

test('no rows at all leave a network whose answers are numbers', () => {
  const empty = madeMatrix(0, 1)
  const network = fitNetwork(empty, { shape: SHAPE, seed: 1 })
  const outputs = new Float32Array(NETWORK_OUTPUTS)
  runNetwork(network, { count: 1, features: Float32Array.of(1, 2, 3, 4), outputs })
  expect([...outputs].every(Number.isFinite)).toBe(true)
})
