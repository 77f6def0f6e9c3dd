import { afterEach, expect, test } from 'vitest'
import { TAG } from './message.ts'
import { endlessAnswers, raw, response, udpResponder } from './responder.testkit.ts'
import { createSnmpEngine } from './snmp.ts'

const COLUMN = '1.3.6.1.2.1.2.2.1.2'
const credential = { version: '2c', community: 'public' } as const
const large = { tag: TAG.octets, content: Buffer.alloc(60_000, 'a') }
const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** A device that is asked as fast as it answers; each question takes `tookMs` on its clock. */
async function deviceOf(answer: Parameters<typeof udpResponder>[0], tookMs = 0) {
  let nowMs = 0
  const responder = await udpResponder((question, socket) => {
    nowMs += tookMs
    return answer(question, socket)
  })
  const engine = createSnmpEngine({ timers: { nowMs: () => nowMs, after: () => () => undefined } })
  closers.push(responder.close, () => engine.close())
  const target = {
    address: '127.0.0.1',
    port: responder.port,
    credential,
    maxRequestsPerSecond: Number.POSITIVE_INFINITY,
  }
  return { responder, device: engine.device(target) }
}

test('of a value that is larger than any text only the beginning is kept, and no packet for it', async () => {
  const { device } = await deviceOf((question) =>
    response(question, [{ ...raw('1.3.6.1.2.1.1.1.0', 0, Buffer.of()), ...large }]),
  )
  const outcome = await device.get(['1.3.6.1.2.1.1.1.0'])
  const value = outcome.kind === 'ok' ? outcome.value[0]?.value : undefined
  const octets = value?.kind === 'octets' ? value.value : undefined
  expect(octets?.length).toBe(4_096)
  expect(octets?.buffer.byteLength).toBe(4_096)
})

test('a table of large values ends at its limit, and keeps no packet', async () => {
  const { device } = await deviceOf((question) =>
    endlessAnswers(question, { ...large, content: Buffer.alloc(4_200) }, 14),
  )
  const outcome = await device.readColumns([COLUMN])
  if (outcome.kind !== 'ok') throw new Error(outcome.kind)
  expect(outcome.value.stopped).toEqual({ kind: 'limit', detail: 'its values are more than 16 MiB' })
  const kept = outcome.value.columns[0]?.octets ?? []
  expect(kept.reduce((sum, octets) => sum + (octets?.buffer.byteLength ?? 0), 0)).toBeLessThan(17 * 1024 * 1024)
}, 240_000)

test('a poll of a table with few rows is not asked thousands of questions', async () => {
  const { device, responder } = await deviceOf((question) => endlessAnswers(question))
  const outcome = await device.readColumns([COLUMN], { expectRows: 50 })
  expect(outcome).toMatchObject({ value: { stopped: { kind: 'limit' } } })
  expect(responder.heard()).toBe(500)
})

test('a poll of a slow device that does not end is given up after a minute', async () => {
  const { device, responder } = await deviceOf((question) => endlessAnswers(question), 1_900)
  const outcome = await device.readColumns([COLUMN], { expectRows: 50 })
  expect(outcome).toMatchObject({ value: { stopped: { kind: 'limit', detail: 'it did not end within 60 s' } } })
  expect(responder.heard()).toBe(32)
})

test('a walk ends where its caller allows no more questions', async () => {
  const { device, responder } = await deviceOf((question) => endlessAnswers(question))
  let left = 7
  const outcome = await device.walk([COLUMN], { mayAsk: () => left-- > 0 })
  expect(outcome).toMatchObject({ value: { stopped: { kind: 'limit' } } })
  expect(responder.heard()).toBe(7)
})
