import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { blankNetwork, FEATURES, MODEL_CONTRACT } from '@eyenet/shared/judge'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JUDGE_SHAPE, writeOnnx } from '../training/training.ts'
import { tryModel } from './try-model.ts'

// The program that tries is spawned as it is installed: `npx tsc -b shared server` comes first.
const PROGRAM = new URL('../../../dist/learn/importing/trial-process.js', import.meta.url)
const tried = (onnx: Uint8Array) => tryModel(onnx, PROGRAM)
const metadata = { contract: MODEL_CONTRACT, name: 'hand', createdAt: '2026-06-01T00:00:00Z' }

describe.skipIf(!existsSync(fileURLToPath(PROGRAM)))('a model that nobody vouches for', () => {
  test('is taken when it answers as the contract says', async () => {
    const answer = await tried(writeOnnx(blankNetwork(JUDGE_SHAPE), metadata))
    expect(answer).toMatchObject({ contract: MODEL_CONTRACT, name: 'hand' })
  })

  test('is refused with a sentence when it is of another contract, has another shape, or is none', async () => {
    const network = blankNetwork(JUDGE_SHAPE)
    const foreign = tried(writeOnnx(network, { ...metadata, contract: 'other/9' }))
    await expect(foreign).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(/other\/9.*eyenet-judge/),
    })
    const narrow = blankNetwork({ features: FEATURES - 1, past: JUDGE_SHAPE.past, value: JUDGE_SHAPE.value })
    await expect(tried(writeOnnx(narrow, metadata))).rejects.toMatchObject({ code: 'invalid' })
    await expect(tried(new TextEncoder().encode('#!/bin/sh\nreboot\n'))).rejects.toMatchObject({ code: 'invalid' })
    await expect(tried(new Uint8Array())).rejects.toMatchObject({ code: 'invalid' })
    await expect(tried(new Uint8Array(400_000))).rejects.toMatchObject({ code: 'too_large' })
  })

  test('is refused when it answers what is no number', async () => {
    const network = blankNetwork(JUDGE_SHAPE)
    // Each weight is a number, and what comes of them is none.
    for (const dense of network.unusual) dense.weights.fill(3e38)
    network.unusual[0].bias.fill(3e38)
    const answer = tried(writeOnnx(network, metadata))
    await expect(answer).rejects.toMatchObject({ code: 'invalid', message: expect.stringMatching(/no number/) })
  })

  test('never ends the one who tries it, however it was damaged', async () => {
    const good = writeOnnx(blankNetwork(JUDGE_SHAPE), metadata)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        async (faults) => {
          const bad = Uint8Array.from(good)
          for (const [at, value] of faults) bad[at] = value
          const outcome = await tried(bad).then(
            () => 'taken',
            (thrown) => thrown.code,
          )
          expect(['taken', 'invalid', 'too_large']).toContain(outcome)
        },
      ),
      { numRuns: 6 },
    )
  }, 180_000)
})
