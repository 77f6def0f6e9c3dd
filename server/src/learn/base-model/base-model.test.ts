import { createHash } from 'node:crypto'
import { FEATURE_NAMES, MODEL_CONTRACT } from '@eyenet/shared/judge'
import { expect, test } from 'vitest'
import { JUDGE_SHAPE, readNetwork, readOnnxInfo } from '../training/training.ts'
import { makeBaseModel, readBaseModel, SHIPPED_RECIPE } from './base-model.ts'
import { featurePrint } from './feature-print.ts'
import { madeSeries } from './made-series.ts'

const SHORT = { ...SHIPPED_RECIPE, series: 14, samples: 900, testSeries: 3, days: { least: 4, most: 9 } }

test('the model that ships is the one of its manifest, made by the shipped recipe, and can be run', () => {
  const { onnx, manifest } = readBaseModel()
  expect(createHash('sha256').update(onnx).digest('hex')).toBe(manifest.sha256)
  expect(onnx.length).toBe(manifest.bytes)
  expect(manifest.recipe).toEqual(SHIPPED_RECIPE)
  expect(readOnnxInfo(onnx)).toMatchObject({ contract: MODEL_CONTRACT, name: 'base', createdAt: manifest.createdAt })
  expect(readNetwork(onnx, JUDGE_SHAPE)).toBeDefined()
})

test('the model that ships was made for the features of today; otherwise run node install/make-base-model.mjs', () => {
  const { manifest } = readBaseModel()
  expect(manifest.features).toEqual(FEATURE_NAMES)
  expect(manifest.featurePrint).toBe(featurePrint())
})

test('the model that ships is better than none on made series that it has not seen', () => {
  expect(readBaseModel().manifest.evaluation).toMatchObject({ better: true })
})

test('a recipe gives the same bytes each time, another seed others', () => {
  const { onnx, manifest } = makeBaseModel(SHORT)
  expect(makeBaseModel(SHORT).onnx).toEqual(onnx)
  expect(manifest.rows).toBeGreaterThan(500)
  expect(makeBaseModel({ ...SHORT, seed: 3 }).manifest.sha256).not.toBe(manifest.sha256)
}, 240_000)

test('made series are the same for a seed, end together, and have numbers or gaps', () => {
  const options = { count: 42, seed: 2, samples: 500, days: { least: 4, most: 8 } }
  const series = madeSeries(options)
  expect(madeSeries(options)).toEqual(series)
  expect(new Set(series.map(({ key }) => key)).size).toBe(42)
  const ends = series.map(({ times }) => times.at(-1) ?? 0)
  expect(Math.max(...ends) - Math.min(...ends)).toBeLessThan(2 * 3_600_000)
  for (const { times, values } of series) {
    expect(values.every((value) => Number.isFinite(value) || Number.isNaN(value))).toBe(true)
    expect(values.filter((value) => Number.isFinite(value)).length).toBeGreaterThan(values.length * 0.8)
    expect(times.every((time, at) => at === 0 || time > (times[at - 1] ?? 0))).toBe(true)
  }
})
