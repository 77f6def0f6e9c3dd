import { randomBytes } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { DeviceId, epochMs } from '@eyenet/shared/identity'
import { DeviceDetails, type ReportedInterface } from '@eyenet/shared/wire'
import { expect, test } from 'vitest'
import type { SurveyResult } from '../survey/survey.ts'
import { detailsOf, MAX_DETAILS_BYTES } from './details.ts'
import { factsOf } from './facts.ts'

const random = (length: number): string => randomBytes(length).toString('base64').slice(0, length)
const reach = { snmp: 'up', icmp: 'off', problem: '' } as const
const noPlan = { series: [], sensors: [], processors: [], memory: [], storage: [], supplies: [] }
const nothing: SurveyResult = {
  device: { sysName: 'sw1' } as SurveyResult['device'],
  ...{ processors: [], memory: [], storage: [], sensors: [], wireless: [], suggestions: [], supplies: [] },
  ...{ inventory: [], neighbors: [], addresses: [], vlans: [], bgpPeers: [], ospfNeighbors: [] },
} as unknown as SurveyResult

function factsWith(interfaces: readonly ReportedInterface[], details?: DeviceDetails) {
  const device = DeviceId.parse('00000000-0000-4000-8000-000000000001')
  const head = { at: epochMs(0), device, rank: 'address', name: undefined, address: '192.0.2.1' }
  const system = undefined
  return factsOf({ ...head, kindOfTarget: 'snmp', intervalMs: 60_000, system, reach, interfaces, details })
}

const interfacesNamed = (count: number, name: (at: number) => string): ReportedInterface[] =>
  Array.from({ length: count }, (_, at) => ({
    ...{ interface: name(at), ifIndex: at, ifName: name(at), ifDescr: name(at), ifAlias: '', ifType: 6 },
    ...{ mac: '00:00:5e:00:53:01', speedBps: 1e9 },
  }))

test('the longest lists of details are cut to the budget, the short ones stay whole', () => {
  const inventory = Array.from({ length: 2_000 }, (_, index) => ({
    ...{ index, class: 'module', name: random(250), descr: random(250), model: random(250), serial: random(250) },
  }))
  const vlans = Array.from({ length: 100 }, (_, id) => ({ id, name: `vlan ${id}` }))
  const details = detailsOf({ ...nothing, inventory, vlans } as SurveyResult, noPlan)
  expect(Buffer.byteLength(JSON.stringify(details))).toBeLessThanOrEqual(MAX_DETAILS_BYTES)
  expect(details.truncated).toBe(true)
  expect(details.parts.length).toBeGreaterThan(200)
  expect(details.vlans).toHaveLength(100)
  const worst = factsWith(
    interfacesNamed(20_000, () => random(200)),
    details,
  )
  expect(worst.truncated).toBe(true)
  expect(deflateRawSync(Buffer.from(JSON.stringify(worst))).length).toBeLessThan(1_000_000)
})

test('a chassis of 20,000 interfaces with usual names is told whole', () => {
  const facts = factsWith(interfacesNamed(20_000, (at) => `Gi${at >> 8}/${at & 255}`))
  expect(facts.interfaces).toHaveLength(20_000)
  expect(facts.truncated).toBe(false)
})

test('a number beyond all is left out, so that the server can read the rest', () => {
  const pool = { pool: '/data', evidence: 'type column', totalBytes: Number.POSITIVE_INFINITY }
  const bgpPeers = [{ peer: '192.0.2.2', remoteAs: Number.POSITIVE_INFINITY, state: 'idle' }]
  const plan = { ...noPlan, memory: [{ ...pool, totalBytes: Number.NaN }], storage: [pool] }
  const details = detailsOf({ ...nothing, bgpPeers } as SurveyResult, plan)
  expect(DeviceDetails.parse(JSON.parse(JSON.stringify(details)))).toMatchObject({
    ...{ memory: [{ pool: '/data', evidence: 'type column' }], storage: [{ pool: '/data' }], bgpPeers: [] },
  })
})
