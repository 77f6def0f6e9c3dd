import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FEATURES, OUTPUTS } from '@eyenet/shared/judge'
import { MODEL_TYPE } from '@eyenet/shared/wire'
import pino from 'pino'
import { expect, test } from 'vitest'
import { openVouched } from '../uplink/signed-message.ts'
import { newSigner } from './detector.testkit.ts'
import { ModelRack } from './model-rack.ts'
import { onnxFile } from './onnx.testkit.ts'

test('an order that a fault of the agent interrupts is told in the log, and the next order is carried out', async () => {
  const signer = await newSigner()
  const dataDir = mkdtempSync(join(tmpdir(), 'eyenet-rack-'))
  const log: string[] = []
  let isBroken = true
  const rack = new ModelRack({
    ...{ dataDir, shippedFile: join(dataDir, 'none.onnx'), notice: () => {}, onChange: () => {} },
    logger: pino({}, { write: (line: string) => void log.push(line) }),
    vouch: (jws) => {
      if (isBroken) throw new Error('the keys cannot be read')
      return openVouched(jws, MODEL_TYPE, { ring: signer.ring })
    },
  })
  const sent = await signer.sent(onnxFile({ weights: new Float32Array(FEATURES * OUTPUTS).fill(0.01) }))
  await rack.set([sent])
  expect(log.join('')).toContain('the keys cannot be read')
  isBroken = false
  await rack.set([sent])
  expect(rack.reports).toEqual([{ id: 'm-1', mode: 'live', state: 'running' }])
  await rack.close()
})
