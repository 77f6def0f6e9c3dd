import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { writeRequest } from '../../push/remote-write.testkit.ts'
import { packSnappyBlock } from '../../push/snappy.testkit.ts'
import { apiWorld, DEVICE } from '../api.testkit.ts'
import { MAX_PUSH_BYTES } from './push-body.ts'

const body = (of: string | Buffer, headers: Record<string, string> = {}): RequestInit => ({
  ...{ method: 'POST', headers },
  body: typeof of === 'string' ? of : new Uint8Array(of),
})
const valuesOf = ({ batches }: { batches: readonly { values: Float64Array }[] }) =>
  batches.flatMap((one) => [...one.values])

test('each way of pushing stores its samples and answers 204', async () => {
  const { as, taken } = await apiWorld()
  const write = writeRequest([{ labels: { __name__: 'w' }, samples: [{ time: 5, bits: 0x3ff0000000000000n }] }])
  const ways: [string, RequestInit][] = [
    ['/write?db=telegraf&precision=s', body('m v=2 1')],
    ['/api/v2/write?bucket=x', body(gzipSync('m v=3 1000000'), { 'content-encoding': 'gzip' })],
    ['/api/v1/import/prometheus', body('m 4 1\n')],
    ['/api/v1/import', body('{"metric":{"__name__":"m"},"values":[5],"timestamps":[1]}')],
    ['/api/v1/write', body(packSnappyBlock(write), { 'content-encoding': 'snappy' })],
  ]
  for (const [path, init] of ways) expect([path, (await as('operator')(path, init)).status]).toEqual([path, 204])
  expect(valuesOf(taken)).toEqual([2, 3, 4, 5, 1])
})

test('a partly bad body is stored as far as it is good, and its bad lines are named', async () => {
  const { as, taken } = await apiWorld()
  const response = await as('operator')('/write', body('m v=1\n<script>\nm v=2\n'))
  expect(response.status).toBe(400)
  const answer = await response.json()
  expect(answer).toMatchObject({
    code: 'invalid',
    stored: 2,
    refused: 1,
    lines: [{ line: 2, reason: 'it has no fields' }],
  })
  expect(answer.error).toMatch(/^partial write: /)
  expect(JSON.stringify(answer)).not.toContain('script')
  expect(valuesOf(taken)).toEqual([1, 2])
})

test('who may only read does not push, and series of devices are for administrators', async () => {
  const { as, ask, taken } = await apiWorld()
  const ofDevice = body(`up{device="${DEVICE}"} 0`)
  for (const role of ['integration', 'viewer'] as const) {
    expect((await as(role)('/api/v1/import/prometheus', ofDevice)).status).toBe(403)
  }
  expect((await ask('/api/v1/import/prometheus', ofDevice)).status).toBe(401)
  expect((await as('operator')('/api/v1/import/prometheus', ofDevice)).status).toBe(400)
  expect(taken.batches).toEqual([])
  expect((await as('admin')('/api/v1/import/prometheus', ofDevice)).status).toBe(204)
  // What the administrator wrote is not open to others for it.
  expect((await as('operator')('/api/v1/import/prometheus', ofDevice)).status).toBe(400)
})

test('bodies that are too large, packed or not, or packed in another way are refused', async () => {
  const { as, taken } = await apiWorld()
  const bomb = gzipSync(Buffer.alloc(MAX_PUSH_BYTES + 1))
  const status = async (path: string, init: RequestInit) => (await as('operator')(path, init)).status
  expect(await status('/write', body(bomb, { 'content-encoding': 'gzip' }))).toBe(413)
  expect(await status('/write', body(Buffer.alloc(MAX_PUSH_BYTES + 1)))).toBe(413)
  expect(await status('/write', body('m v=1', { 'content-encoding': 'gzip' }))).toBe(400)
  expect(await status('/write', body('m v=1', { 'content-encoding': 'br' }))).toBe(400)
  expect(await status('/write?precision=toString', body('m v=1'))).toBe(400)
  expect(await status('/api/v1/write', body('m v=1'))).toBe(400)
  expect(taken.batches).toEqual([])
})

test('a disk that refuses is answered so that the sender tries again', async () => {
  const { as, taken } = await apiWorld()
  taken.isFull = true
  expect((await as('operator')('/write', body('m v=1'))).status).toBe(503)
})
