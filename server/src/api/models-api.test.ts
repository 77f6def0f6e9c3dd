import { epochMs } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { apiWorld, post } from './api.testkit.ts'

const onnx = Buffer.from([1, 2, 3]).toString('base64')
const MODELS = '/api/v1/models'

test('viewers read models, operators train and take back, administrators import and roll out', async () => {
  const { as, ask } = await apiWorld()
  const statuses = async (path: string, init?: RequestInit) => {
    const asked = [
      ask(path, init),
      ...(['integration', 'viewer', 'operator'] as const).map((role) => as(role)(path, init)),
    ]
    return (await Promise.all(asked)).map(({ status }) => status)
  }
  expect(await statuses(MODELS)).toEqual([401, 403, 200, 200])
  expect(await statuses(`${MODELS}/import`, post({ name: 'mine', onnx }))).toEqual([401, 403, 403, 403])
  expect(await statuses(`${MODELS}/mine-1/rollout`, post({ stage: 'all' }))).toEqual([401, 403, 403, 403])
  expect(await statuses(`${MODELS}/mine-1/withdraw`, post({}))).toEqual([401, 403, 403, 404])
  expect(await statuses(`${MODELS}/train`, post({}))).toEqual([401, 403, 403, 201])
  expect(await statuses(`${MODELS}/training`)).toEqual([401, 403, 200, 200])
})

test('a model is imported, rolled out, fetched and withdrawn; the audit log has each step', async () => {
  const { as, auth } = await apiWorld()
  const admin = as('admin')
  const made = await admin(`${MODELS}/import`, post({ name: 'mine', onnx }))
  expect(made.status).toBe(201)
  expect(await made.json()).toMatchObject({ id: 'mine-1', stage: 'candidate', source: 'imported', bytes: 3 })
  const out = await admin(`${MODELS}/mine-1/rollout`, post({ stage: 'all' }))
  expect(await out.json()).toMatchObject({ stage: 'all', counts: { running: 0 } })
  const file = await as('viewer')(`${MODELS}/mine-1/file`)
  expect(file.headers.get('content-disposition')).toBe('attachment; filename="mine-1.onnx"')
  expect(Buffer.from(await file.arrayBuffer())).toEqual(Buffer.from([1, 2, 3]))
  const gone = await as('operator')(`${MODELS}/mine-1/withdraw`, post({}))
  expect(await gone.json()).toMatchObject({ stage: 'withdrawn', reason: 'operator withdrew it' })
  const { items } = await auth.audit.list({ limit: 3 })
  expect(items.map(({ action }) => action)).toEqual(['model.withdraw', 'model.rollout.all', 'model.import'])
})

test('what is no model, no base64, too large or twice there is refused with a reason', async () => {
  const { as } = await apiWorld()
  const send = async (body: unknown) => {
    const answer = await as('admin')(`${MODELS}/import`, post(body))
    return [answer.status, (await answer.json()).detail]
  }
  expect(await send({ name: 'mine', onnx: Buffer.from([2]).toString('base64') })).toEqual([
    400,
    expect.stringMatching(/no ONNX/),
  ])
  expect((await send({ name: 'mine', onnx: '***' }))[0]).toBe(400)
  expect((await send({ name: '../x', onnx }))[0]).toBe(400)
  expect((await send({ name: 'mine', onnx: Buffer.alloc(300_000, 1).toString('base64') }))[0]).toBe(400)
  expect((await send({ name: 'mine', onnx: 'A'.repeat(2_000_000) }))[0]).toBe(413)
  expect((await send({ name: 'mine', onnx }))[0]).toBe(201)
  expect(await send({ name: 'other', onnx })).toEqual([409, expect.stringMatching(/mine-1/)])
})

test('a training that was asked for is told with its end', async () => {
  const { as, learn, clock } = await apiWorld()
  const run = await (await as('operator')(`${MODELS}/train`, post({ weeks: 1 }))).json()
  await learn.trained()
  const { items } = await (await as('viewer')(`${MODELS}/training`)).json()
  expect(items).toMatchObject([
    { id: run.id, state: 'failed', by: 'operator', reasons: [expect.stringMatching(/no series/)] },
  ])
  expect(items[0].endedAt).toBe(epochMs(clock.now()))
  const again = await as('operator')(`${MODELS}/training/${run.id}/cancel`, post({}))
  expect(again.status).toBe(409)
})
