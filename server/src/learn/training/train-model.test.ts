import { MODEL_CONTRACT } from '@eyenet/shared/judge'
import { expect, test } from 'vitest'
import { readOnnxInfo } from './read-onnx-info.ts'
import { trainModel } from './train-model.ts'
import type { TrainingJob } from './training-job.ts'
import { wavySeries } from './wavy-series.testkit.ts'
import { writeOnnx } from './write-onnx.ts'

const JOB: TrainingJob = {
  series: Array.from({ length: 4 }, (_, at) => wavySeries({ days: 7, seed: at + 1, gaps: true })),
  seed: 1,
  settings: { alarmsPerMonth: 4, deviceAlarmsPerWeek: 1 },
}
const METADATA = { contract: MODEL_CONTRACT, name: 'trained', createdAt: '2026-01-01T00:00:00Z' }

test('training gives a model that can be shipped, with an evaluation on the held-back days, the same each time', () => {
  const told: number[] = []
  const steps = new Set<string>()
  const result = trainModel(JOB, (share, step) => {
    told.push(share)
    steps.add(step)
  })
  const file = writeOnnx(result.network, METADATA)
  expect(readOnnxInfo(file).name).toBe('trained')
  expect(told).toEqual([...told].sort((left, right) => left - right))
  expect(told.at(-1)).toBeCloseTo(1)
  expect([...steps]).toEqual(['gathering rows', 'learning', 'judging held-back days'])

  const { evaluation } = result
  expect(evaluation.seriesCount).toBe(4)
  expect(evaluation.heldBackDays).toBe(2)
  expect(evaluation.to - evaluation.from).toBe(2 * 86_400_000)
  expect(evaluation.rows).toBeGreaterThan(2_000)
  expect(evaluation.injected).toBeGreaterThan(20)
  expect(evaluation.coverage.actual).toBeGreaterThan(0.9)
  expect(evaluation.pinball.running).toBeUndefined()
  expect(evaluation.reasons.length).toBeGreaterThan(0)

  expect(writeOnnx(trainModel(JOB).network, METADATA)).toEqual(file)
  // Learning goes on from the running one, which is judged beside it.
  const next = trainModel({ ...JOB, running: result.network })
  expect(next.evaluation.pinball.running).toBeCloseTo(evaluation.pinball.model, 10)
  expect(next.evaluation.detection.running).toEqual(evaluation.detection.model)
}, 240_000)

test('training stops where the one that is told throws', () => {
  const stop = new Error('enough')
  let times = 0
  const train = () =>
    trainModel(JOB, () => {
      times++
      throw stop
    })
  expect(train).toThrow(stop)
  expect(times).toBe(1)
})
