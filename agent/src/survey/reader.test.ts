import { expect, test } from 'vitest'
import { FakeSnmp } from '../device/fake-snmp.testkit.ts'
import { createReader } from './reader.ts'

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
