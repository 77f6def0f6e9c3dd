import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FEATURES, OUTPUTS } from '@eyenet/shared/judge'
import { AnomalyConfig, type SentModel } from '@eyenet/shared/wire'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { DetectedDevice, MINUTE, MONDAY, newSigner, type Signer } from './detector.testkit.ts'
import { onnxFile } from './onnx.testkit.ts'

const settings = AnomalyConfig.parse({})
let signer: Signer
let world: DetectedDevice

beforeAll(async () => {
  signer = await newSigner()
})
afterEach(() => world.close())

async function ordered(models: readonly SentModel[]) {
  world.detector.configure(settings, models)
  await world.detector.settled()
  return world.detector.status().models
}

const small = (seed: number): Uint8Array =>
  onnxFile({ weights: Float32Array.from({ length: FEATURES * OUTPUTS }, (_, at) => Math.sin(at + seed) / 10) })

test('a model that the server has signed runs, a shadow beside it; withdrawn, none does', async () => {
  world = new DetectedDevice({ signer })
  const live = await signer.sent(small(1), { id: 'm-1' })
  const shadow = await signer.sent(small(2), { id: 'm-2', mode: 'shadow' })
  expect(await ordered([live, shadow])).toEqual([
    { id: 'm-1', mode: 'live', state: 'running' },
    { id: 'm-2', mode: 'shadow', state: 'running' },
  ])
  await world.poll(MONDAY, { icmp_rtt_seconds: 0.01 })
  expect(await ordered([{ ...shadow, mode: 'live' }])).toEqual([{ id: 'm-2', mode: 'live', state: 'running' }])
  expect(await ordered([])).toEqual([])
})

const stranger = newSigner()
const tampered = Buffer.from(onnxFile())
tampered[tampered.length - 30] = (tampered[tampered.length - 30] ?? 0) ^ 1

const REFUSED: readonly (readonly [string, RegExp, () => Promise<SentModel>])[] = [
  [
    'signed by nobody',
    /manifest is refused/,
    async () => ({ ...(await signer.sent(onnxFile())), manifest: 'e30.e30.' }),
  ],
  ['signed by a stranger', /signature/, async () => (await stranger).sent(onnxFile())],
  ['tampered with', /SHA-256/, async () => ({ ...(await signer.sent(onnxFile())), onnx: tampered.toString('base64') })],
  ['of another length', /bytes/, () => signer.sent(onnxFile(), { manifest: { bytes: 7 } })],
  ['of another contract', /contract/, () => signer.sent(onnxFile(), { manifest: { contract: 'eyenet-judge/999' } })],
  ['with too many inputs', /input is float32/, () => signer.sent(onnxFile({ width: FEATURES + 1 }))],
  ['with another input', /inputs are rates/, () => signer.sent(onnxFile({ input: 'rates' }))],
  ['with too few outputs', /output is float32/, () => signer.sent(onnxFile({ outputs: OUTPUTS - 1 }))],
  ['that is no ONNX', /does not load/, () => signer.sent(Buffer.from('no model at all'))],
  [
    'that gives no numbers',
    /trial run/,
    () => signer.sent(onnxFile({ weights: new Float32Array(FEATURES * OUTPUTS).fill(Number.NaN) })),
  ],
]

test.each(REFUSED)('a model %s is refused with the reason, and the former one goes on', async (_what, reason, made) => {
  world = new DetectedDevice({ signer })
  await ordered([await signer.sent(small(1), { id: 'good' })])
  const [running, refused] = await ordered([await made()])
  expect(running).toEqual({ id: 'good', mode: 'live', state: 'running' })
  expect(refused).toMatchObject({ mode: 'live', state: 'refused', reason: expect.stringMatching(reason) })
  expect(world.outbox.notices.at(-1)).toMatch(/^model-refused: .*The model good goes on\.$/)
})

test('after a restart the former one goes on still, unless its file was changed', async () => {
  world = new DetectedDevice({ signer })
  await ordered([await signer.sent(small(1), { id: 'good' })])
  await world.close()
  world = new DetectedDevice({ signer, dataDir: world.dataDir })
  const bad = await signer.sent(onnxFile({ outputs: 2 }), { id: 'bad' })
  expect((await ordered([bad])).map(({ id, state }) => [id, state])).toEqual([
    ['good', 'running'],
    ['bad', 'refused'],
  ])
  await world.close()
  const file = join(world.dataDir, 'models', 'live.json')
  const kept = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify({ ...kept, onnx: Buffer.from(small(9)).toString('base64') }))
  world = new DetectedDevice({ signer, dataDir: world.dataDir })
  world.detector.start()
  await world.detector.settled()
  expect(world.detector.status().models).toMatchObject([{ id: 'good', state: 'refused' }])
})

test('without an order the shipped model runs; in place of an order that fails too', async () => {
  const folder = new DetectedDevice({ signer })
  await folder.close()
  const shippedModel = join(folder.dataDir, 'base.onnx')
  writeFileSync(shippedModel, small(3))
  world = new DetectedDevice({ signer, shippedModel })
  world.detector.start()
  await world.detector.settled()
  expect(world.detector.status().models).toMatchObject([{ mode: 'live', state: 'running' }])
  const models = await ordered([await signer.sent(onnxFile({ outputs: 2 }))])
  expect(models.map(({ id, state }) => [id.slice(0, 5), state])).toEqual([
    ['base-', 'running'],
    ['m-1', 'refused'],
  ])
})

test('a model that gives infinity at run time is left out after three times, and judging goes on', async () => {
  world = new DetectedDevice({ signer })
  await ordered([await signer.sent(onnxFile({ badRows: 3 }))])
  for (let tick = 0; tick < 4; tick++) {
    expect(world.detector.status().models).toMatchObject([{ id: 'm-1', state: tick < 3 ? 'running' : 'refused' }])
    await world.poll(MONDAY + tick * MINUTE, { device_cpu_ratio: 0.5, device_load1: 1, icmp_rtt_seconds: 0.01 })
  }
  expect(world.detector.status().models[0]?.reason).toContain('3 times')
  expect(world.outbox.notices.at(-1)).toMatch(/The detectors judge alone\.$/)
  expect(await ordered([await signer.sent(onnxFile({ badRows: 3 }))])).toMatchObject([{ state: 'refused' }])
})
