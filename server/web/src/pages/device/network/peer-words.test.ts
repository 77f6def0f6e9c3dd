import { DeviceSummary } from '@eyenet/shared/api'
import { expect, test } from 'vitest'
import { bgpMark, neighborDevice, ospfMark } from './peer-words.ts'

const device = (name: string, address: string, at: number): DeviceSummary =>
  DeviceSummary.parse({
    id: `c0ffee00-0000-4000-8000-00000000000${at}`,
    name,
    address,
    site: 'berlin',
    agent: 'c0ffee00-0000-4000-8000-0000000000ff',
    kind: 'snmp',
    intervalSeconds: 60,
    state: 'ok',
    lifecycle: 'active',
    role: 'switch',
    since: 0,
    reach: { snmp: 'up', icmp: 'up', problem: '' },
    vendor: '',
    os: '',
    model: '',
    version: '',
    interfaces: 0,
    openAlerts: 0,
  })

const devices = [device('dist-1', '192.0.2.12', 1), device('core-2', '192.0.2.13', 2)]
const neighbor = (remoteSysName: string, remoteAddress?: string) => ({
  protocol: 'lldp',
  remoteSysName,
  remotePort: 'Ethernet1',
  ...(remoteAddress !== undefined && { remoteAddress }),
})

test('a neighbour is found by name, by name without its domain, and by address', () => {
  expect(neighborDevice(neighbor('DIST-1'), devices)?.name).toBe('dist-1')
  expect(neighborDevice(neighbor('core-2.example.net'), devices)?.name).toBe('core-2')
  expect(neighborDevice(neighbor('', '192.0.2.13'), devices)?.name).toBe('core-2')
  expect(neighborDevice(neighbor('phone-1000'), devices)).toBeUndefined()
  expect(neighborDevice(neighbor(''), devices)).toBeUndefined()
  expect(neighborDevice(neighbor('192.0.2.99'), [device('192.0.2.12', '192.0.2.12', 1)])).toBeUndefined()
})

test('a session that does not stand is wrong; two ordinary OSPF routers at twoWay are not', () => {
  expect(bgpMark('established').kind).toBe('ok')
  expect(bgpMark('Active').kind).toBe('warning')
  expect(bgpMark(undefined).kind).toBe('unknown')
  expect(ospfMark('full').kind).toBe('ok')
  expect(ospfMark('2-Way').kind).toBe('warning')
  expect(ospfMark('twoWay').kind).toBe('info')
  expect(ospfMark('exStart').kind).toBe('warning')
})
