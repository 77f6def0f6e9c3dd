import {
  MODEL_CONTRACT,
  NETWORK_OUTPUTS,
  type Network,
  prepare,
  runNetwork,
  SeriesBank,
  TickBatch,
} from '@eyenet/shared/judge'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { madeSeries } from '../base-model/made-series.ts'
import { madeFeatures, madeNetwork } from './made-network.testkit.ts'
import { readNetwork } from './read-network.ts'
import { JUDGE_SHAPE } from './train-model.ts'
import { writeOnnx } from './write-onnx.ts'

const METADATA = { contract: MODEL_CONTRACT, name: 'made', createdAt: '2026-01-01T00:00:00Z' }

/** The greatest difference between ONNX Runtime and TypeScript, as a share of the value where that is above 1. */
async function difference(network: Network, features: Float32Array): Promise<number> {
  const count = features.length / JUDGE_SHAPE.features
  const outputs = new Float32Array(count * NETWORK_OUTPUTS)
  runNetwork(network, { count, features, outputs })
  const session = await InferenceSession.create(writeOnnx(network, METADATA), { intraOpNumThreads: 1 })
  const answer = await session.run({ features: new Tensor('float32', features, [count, JUDGE_SHAPE.features]) })
  const data = answer.outputs?.data
  await session.release()
  if (!(data instanceof Float32Array)) throw new Error('no outputs')
  expect(data.length).toBe(outputs.length)
  return outputs.reduce((most, value, at) => {
    const off = Math.abs(value - (data[at] ?? Number.NaN)) / Math.max(1, Math.abs(value))
    return Number.isNaN(off) ? Number.POSITIVE_INFINITY : Math.max(most, off)
  }, 0)
}

test('TypeScript and ONNX Runtime agree to 1e-5 on random networks and features', async () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    expect(await difference(madeNetwork(seed), madeFeatures(1_000, seed)), `seed ${seed}`).toBeLessThan(1e-5)
  }
})

test('they agree on the features of series', async () => {
  const rows: Float32Array[] = []
  for (const { times, values } of madeSeries({ count: 14, seed: 5, samples: 600, days: { least: 2, most: 3 } })) {
    const [bank, batch] = [new SeriesBank(1), new TickBatch(1)]
    const slot = bank.open() ?? 0
    for (const [at, time] of times.entries()) {
      batch.clear()
      batch.add(slot, time, values[at] ?? Number.NaN)
      prepare(bank, batch)
      rows.push(batch.features.slice())
    }
  }
  const features = new Float32Array(rows.length * JUDGE_SHAPE.features)
  for (const [at, row] of rows.entries()) features.set(row, at * JUDGE_SHAPE.features)
  expect(rows.length).toBeGreaterThan(5_000)
  expect(features.every((value) => Number.isFinite(value))).toBe(true)
  expect(await difference(madeNetwork(9), features)).toBeLessThan(1e-5)
})

test('quantiles never cross, and the sample does not move them', () => {
  const network = madeNetwork(3)
  const features = madeFeatures(500, 4)
  const answer = () => {
    const outputs = new Float32Array(500 * NETWORK_OUTPUTS)
    runNetwork(network, { count: 500, features, outputs })
    return outputs
  }
  const before = answer()
  for (let row = 0; row < 500; row++) {
    const quantiles = before.slice(row * NETWORK_OUTPUTS, row * NETWORK_OUTPUTS + 5)
    expect([...quantiles].sort((left, right) => left - right)).toEqual([...quantiles])
    for (let at = JUDGE_SHAPE.past; at < JUDGE_SHAPE.features; at++) features[row * JUDGE_SHAPE.features + at] = 7
  }
  const after = answer()
  const isBand = (_: number, at: number) => at % NETWORK_OUTPUTS < 5
  expect(after.filter(isBand)).toEqual(before.filter(isBand))
  expect(after).not.toEqual(before)
})

test('the same network gives the same bytes, and is read back from them', () => {
  const network = madeNetwork(6)
  const file = writeOnnx(network, METADATA)
  expect(writeOnnx(network, METADATA)).toEqual(file)
  expect(file.length).toBeLessThan(32_000)
  const read = readNetwork(file, JUDGE_SHAPE)
  expect(read).toBeDefined()
  if (read !== undefined) expect(writeOnnx(read, METADATA)).toEqual(file)
})
