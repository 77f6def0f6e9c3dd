import { afterEach, expect, test } from 'vitest'
import { TAG } from './message.ts'
import { endlessAnswers, int32, raw, response, udpResponder } from './responder.testkit.ts'
import { createSnmpEngine } from './snmp.ts'

const SYS_UPTIME = '1.3.6.1.2.1.1.3.0'
const uptime = raw(SYS_UPTIME, TAG.timeticks, int32(4711))
const credential = { version: '2c', community: 'public' } as const
const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function site(answer: Parameters<typeof udpResponder>[0]) {
  const responder = await udpResponder(answer)
  const engine = createSnmpEngine()
  closers.push(responder.close, () => engine.close())
  const device = engine.device({ address: '127.0.0.1', port: responder.port, credential, timeoutMs: 30_000 })
  return { responder, engine, device }
}

test('closing a device ends its open question, and those that wait for it, at once', async () => {
  const { responder, device } = await site(() => null)
  const open = [device.get([SYS_UPTIME]), device.walk(['1.3.6.1.2.1.2']), device.inContext('7').get([SYS_UPTIME])]
  while (responder.heard() === 0) await new Promise((resolve) => setImmediate(resolve))
  device.close()
  expect((await Promise.all(open)).map(({ kind }) => kind)).toEqual(['unreachable', 'unreachable', 'unreachable'])
  expect(responder.heard()).toBe(1)
})

test('a closed device is asked nothing more; the others of the engine are', async () => {
  const { responder, engine, device } = await site((question) => response(question, [uptime]))
  expect((await device.get([SYS_UPTIME])).kind).toBe('ok')
  device.close()
  expect((await device.get([SYS_UPTIME])).kind).toBe('unreachable')
  expect(responder.heard()).toBe(1)
  const other = engine.device({ address: '127.0.0.1', port: responder.port, credential })
  expect((await other.get([SYS_UPTIME])).kind).toBe('ok')
})

test('a walk in the middle of a table ends when the device is closed', async () => {
  const { device } = await site((question) => {
    if (++asked === 20) device.close()
    return endlessAnswers(question)
  })
  let asked = 0
  expect(await device.walk(['1.3.6.1.2.1.2.2.1.2'])).toMatchObject({ value: { stopped: { kind: 'unreachable' } } })
  expect(asked).toBe(20)
})

test('a closed engine sends nothing more', async () => {
  const { responder, engine, device } = await site((question) => response(question, [uptime]))
  engine.close()
  expect(await device.get([SYS_UPTIME])).toMatchObject({ kind: 'unreachable' })
  expect(responder.heard()).toBe(0)
})
