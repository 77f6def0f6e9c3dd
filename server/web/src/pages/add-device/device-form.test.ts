import { expect, test } from 'vitest'
import { EMPTY_FORM, readForm } from './device-form.ts'

const AGENT = 'c0ffee00-0000-4000-8000-000000000001'
const filled = { ...EMPTY_FORM, agent: AGENT, address: ' 192.0.2.7 ', community: 'public' }

test('a filled form is a request', () => {
  expect(readForm(filled)).toEqual({
    kind: 'ok',
    device: {
      agent: AGENT,
      address: '192.0.2.7',
      snmp: { port: 161, credential: { version: '2c', community: 'public' } },
      ping: true,
      force: false,
    },
  })
})

test('what is missing is said at its field, in words', () => {
  const read = readForm({ ...filled, address: '', community: '', port: '0' })
  expect(read.kind === 'faults' && Object.keys(read.faults).sort()).toEqual([
    'address',
    'snmp.credential.community',
    'snmp.port',
  ])
})

test('SNMPv3 needs keys of eight characters, and authentication for encryption', () => {
  const v3 = { ...filled, snmp: '3' as const, user: 'monitor', authKey: 'short', privKey: 'longenough' }
  const read = readForm(v3)
  expect(read.kind === 'faults' && read.faults['snmp.credential.authKey']).toMatch(/8 characters/)
  const open = readForm({ ...v3, authProtocol: '' })
  expect(open.kind === 'faults' && open.faults['snmp.credential']).toMatch(/needs authentication/)
  expect(readForm({ ...v3, authKey: 'longenough' }).kind).toBe('ok')
})

test('a device that is asked nothing is refused', () => {
  expect(readForm({ ...filled, snmp: 'off', ping: false }).kind).toBe('faults')
})

test('an address is one, and nothing that a shell, a log or an option could take for something else', () => {
  const isFine = (address: string): boolean => readForm({ ...filled, address }).kind === 'ok'
  for (const address of ['192.0.2.7', '2001:db8::7', '::1', 'fe80::1%eth0', 'core-1.example.net', 'drucker_süd', 'x']) {
    expect([address, isFine(address)]).toEqual([address, true])
  }
  for (const address of [
    '-c 1',
    '-f',
    'a\nb',
    'a b',
    '$(reboot)',
    'http://192.0.2.7',
    'a/b',
    '\u001b[31m',
    'a\u202eb',
  ]) {
    expect([address, isFine(address)]).toEqual([address, false])
  }
})
