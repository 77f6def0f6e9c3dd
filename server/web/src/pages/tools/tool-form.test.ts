import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EMPTY_FORM } from '../add-device/device-form.ts'
import { deviceLabel, deviceTyped, EMPTY_TOOL_FORM, readTool, type ToolForm } from './tool-form.ts'
import { TOOLS } from './tool-kinds.ts'

const AGENT = '0190b0c0-0000-7000-8000-000000000001'
const DEVICE = '0190b0c0-0000-7000-8000-000000000002'
const form = (part: Partial<ToolForm>): ToolForm => ({ ...EMPTY_TOOL_FORM, ...part })
const SNMP = { ...EMPTY_FORM, community: 'public' }

test('a ping has time for echoes that are not answered', () => {
  expect(readTool('ping', form({ address: ' 192.0.2.1 ' }), AGENT)).toEqual({
    kind: 'task',
    task: { kind: 'ping', address: '192.0.2.1', count: 5, timeoutMs: 15_000 },
  })
  expect(readTool('ping', form({ address: 'core-1', count: '20' }), AGENT)).toMatchObject({
    task: { count: 20, timeoutMs: 46_000 },
  })
})

test('OIDs are taken apart at commas and spaces', () => {
  const read = readTool(
    'snmp-get',
    form({ device: DEVICE, oids: ' sysName.0,  1.3.6.1.2.1.1.3.0\nIF-MIB::ifDescr.3 ' }),
    AGENT,
  )
  expect(read).toMatchObject({
    task: { whom: { device: DEVICE }, oids: ['sysName.0', '1.3.6.1.2.1.1.3.0', 'IF-MIB::ifDescr.3'] },
  })
})

test('an address is asked by the credential that was typed, a watched device by its own', () => {
  const typed = form({ whom: 'address', address: '192.0.2.7', device: DEVICE, snmp: { ...SNMP, port: '1161' } })
  const whom = { address: '192.0.2.7', snmp: { port: 1161, credential: { version: '2c', community: 'public' } } }
  expect(readTool('snmp-walk', typed, AGENT)).toMatchObject({
    task: { whom, from: 'system', maxRows: 500, timeoutMs: 60_000 },
  })
  expect(readTool('snmp-walk', { ...typed, whom: 'device' }, AGENT)).toMatchObject({
    task: { whom: { device: DEVICE } },
  })
  expect(readTool('test', typed, AGENT)).toMatchObject({ kind: 'test', device: { agent: AGENT, address: '192.0.2.7' } })
})

const faultsOf = (read: ReturnType<typeof readTool>) => (read.kind === 'faults' ? Object.keys(read.faults) : [])

test('each fault is told at its field', () => {
  expect(faultsOf(readTool('ping', form({ address: '-f', count: '21' }), AGENT))).toEqual(['address', 'count'])
  expect(faultsOf(readTool('traceroute', form({ address: 'a b', maxHops: '', seconds: '0' }), AGENT))).toEqual([
    'address',
    'maxHops',
    'seconds',
  ])
  expect(faultsOf(readTool('snmp-get', form({}), AGENT))).toEqual(['device'])
  expect(faultsOf(readTool('snmp-get', form({ device: DEVICE, oids: '1.3.6, <b>' }), AGENT))).toEqual(['oids'])
  expect(faultsOf(readTool('snmp-walk', form({ device: DEVICE, from: 'a b', maxRows: '1e9' }), AGENT))).toEqual([
    'from',
    'maxRows',
  ])
  expect(faultsOf(readTool('snmp-walk', form({ whom: 'address' }), AGENT))).toContain('address')
  expect(faultsOf(readTool('snmp-walk', form({ whom: 'address', address: 'büro', snmp: SNMP }), AGENT))).toEqual([
    'address',
  ])
  expect(faultsOf(readTool('snmp-walk', form({ from: 'a b' }), AGENT))).toEqual(['device', 'from'])
  expect(faultsOf(readTool('poll-now', form({}), AGENT))).toEqual(['device'])
})

test('whatever is typed is a request or has faults with words', () => {
  const text = fc.string()
  const typed = fc.record({
    address: text,
    count: text,
    maxHops: text,
    oids: text,
    from: text,
    maxRows: text,
    seconds: text,
  })
  fc.assert(
    fc.property(fc.constantFrom(...TOOLS), typed, fc.constantFrom('device', 'address'), ({ kind }, part, whom) => {
      const read = readTool(kind, form({ ...part, whom }), AGENT)
      if (read.kind !== 'faults') return
      expect(Object.values(read.faults).length).toBeGreaterThan(0)
      for (const words of Object.values(read.faults)) expect(words).not.toBe('')
    }),
  )
})

test('a device is found by its label, name, address or id, and not where several could be meant', () => {
  const devices = [
    { id: 'a', name: 'core-1', address: '192.0.2.1' },
    { id: 'b', name: 'sw', address: '192.0.2.2' },
    { id: 'c', name: 'sw', address: '192.0.2.3' },
  ]
  expect(deviceTyped(devices, 'Core-1 ')).toBe('a')
  expect(deviceTyped(devices, '192.0.2.3')).toBe('c')
  expect(deviceTyped(devices, 'sw')).toBe('')
  expect(deviceTyped(devices, '')).toBe('')
  for (const one of devices) expect(deviceTyped(devices, deviceLabel(one))).toBe(one.id)
})
