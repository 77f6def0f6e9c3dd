import { afterEach, expect, test } from 'vitest'
import { FakeSnmp } from '../device/fake-snmp.testkit.ts'
import { TAG } from '../snmp/message.ts'
import { endlessAnswers, udpResponder } from '../snmp/responder.testkit.ts'
import { createSnmpEngine } from '../snmp/snmp.ts'
import { createReader } from './reader.ts'

const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

function fakeDevice(fake: FakeSnmp) {
  return fake.engine().device({ address: '192.0.2.1', credential: { version: '2c', community: 'public' } })
}

test('a column that was read is not read again', async () => {
  const fake = new FakeSnmp()
  fake.set('1.3.6.1.2.1.2.2.1.2.1', 'eth0')
  const reader = createReader(fakeDevice(fake))
  await reader.table(['1.3.6.1.2.1.2.2.1.2'])
  const rows = await reader.table(['1.3.6.1.2.1.2.2.1.2'])
  expect(rows.map(({ index }) => index)).toEqual(['1'])
  expect(fake.walks).toBe(1)
})

test('tables that a device has are told from those it lacks', async () => {
  const fake = new FakeSnmp()
  fake.set('1.3.6.1.2.1.25.3.3.1.2.1', 5)
  const reader = createReader(fakeDevice(fake))
  expect([...(await reader.present(['1.3.6.1.2.1.25', '1.3.6.1.2.1.33']))]).toEqual(['1.3.6.1.2.1.25'])
})

test('enterprises are found without reading them', async () => {
  const fake = new FakeSnmp()
  for (const oid of ['9.9.1.0', '9.10.1.0', '2021.4.5.0']) fake.set(`1.3.6.1.4.1.${oid}`, 1)
  expect(await createReader(fakeDevice(fake)).enterprises()).toEqual([9, 2021])
})

test('a device that falls silent is asked no more, and says so', async () => {
  const fake = new FakeSnmp()
  const reader = createReader(fakeDevice(fake))
  await reader.scalar('1.3.6.1.2.1.1.5.0')
  fake.failure = { kind: 'timeout', attempts: 3 }
  for (let at = 0; at < 10; at++) await reader.scalar(`1.3.6.1.2.1.1.${at}.1`)
  expect(fake.gets.length).toBe(4)
  expect(reader.failure?.kind).toBe('timeout')
  expect(reader.problems[0]).toContain('192.0.2.1')
})

test('a device that has never answered is asked once', async () => {
  const fake = new FakeSnmp()
  fake.failure = { kind: 'timeout', attempts: 3 }
  const reader = createReader(fakeDevice(fake))
  for (let at = 0; at < 10; at++) await reader.scalar(`1.3.6.1.2.1.1.${at}.0`)
  expect(fake.gets.length).toBe(1)
})

test('a survey of a device whose tables never end is given up after a bound number of questions', async () => {
  const { reader, responder } = await endless({ tag: TAG.integer, content: Buffer.from([7]) })
  for (let table = 1; table <= 20; table++) await reader.subtree(`1.3.6.1.2.1.${table}`)
  expect(reader.isSpent).toBe(true)
  expect(responder.heard()).toBeLessThanOrEqual(5_000)
  expect(reader.problems.at(-1)).toBe('the survey was given up: 5000 questions were asked')
  expect(await reader.scalar('1.3.6.1.2.1.1.5.0')).toBeUndefined()
}, 240_000)

test('a survey of a device with large values is given up before it fills the memory', async () => {
  const { reader } = await endless({ tag: TAG.octets, content: Buffer.alloc(4_200, 'a') }, 14)
  let octets = 0
  for (let table = 1; table <= 20; table++) {
    for (const { value } of await reader.subtree(`1.3.6.1.2.1.${table}`, 1_000)) {
      octets += value.kind === 'octets' ? value.value.buffer.byteLength : 0
    }
  }
  expect(reader.isSpent).toBe(true)
  expect(octets).toBeLessThan(32 * 1024 * 1024)
  expect(reader.problems.at(-1)).toBe('the survey was given up: its values are more than 16 MiB')
}, 240_000)

test('a survey of a slow device is given up after ten minutes of asking', async () => {
  let nowMs = 0
  const fake = new FakeSnmp()
  const device = fakeDevice(fake)
  const get = (oids: readonly string[]) => {
    nowMs += 60_000
    return device.get(oids)
  }
  const slow = { ...device, get }
  const reader = createReader(slow, { nowMs: () => nowMs })
  for (let at = 0; at < 20; at++) {
    nowMs += 3_600_000
    await reader.scalar(`1.3.6.1.2.1.1.${at}.0`)
  }
  expect(fake.gets.length).toBe(10)
  expect(reader.isSpent).toBe(true)
})

test('a device whose tables go in circles, one after the other, is given up', async () => {
  const fake = new FakeSnmp()
  const stopped = { kind: 'not-increasing', detail: '' } as const
  const walk = async () => {
    fake.walks++
    return { kind: 'ok', value: { rows: [], stopped } } as const
  }
  const reader = createReader({ ...fakeDevice(fake), walk })
  for (let table = 1; table <= 20; table++) await reader.subtree(`1.3.6.1.2.1.${table}`)
  expect(fake.walks).toBe(8)
  expect(reader.isSpent).toBe(true)
})

async function endless(value: { readonly tag: number; readonly content: Buffer }, rows = 1) {
  const responder = await udpResponder((question) => endlessAnswers(question, value, rows))
  const engine = createSnmpEngine()
  closers.push(responder.close, () => engine.close())
  const credential = { version: '2c', community: 'public' } as const
  const target = { address: '127.0.0.1', port: responder.port, credential, maxRequestsPerSecond: 100_000 }
  return { responder, reader: createReader(engine.device(target)) }
}
