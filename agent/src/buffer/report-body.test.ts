import { randomBytes } from 'node:crypto'
import { DeviceId, epochMs } from '@eyenet/shared/identity'
import type { DeviceDetails } from '@eyenet/shared/wire'
import { expect, test } from 'vitest'
import { factsOf } from '../device/facts.ts'
import { newFolder, outboxIn, reportOf, START, takeAll } from './outbox.testkit.ts'
import type { NewFacts } from './pending-group.ts'

const noDetails: DeviceDetails = {
  ...{ family: 'f', processors: [], memory: [], storage: [], sensors: [], parts: [], neighbors: [], addresses: [] },
  ...{ vlans: [], bgpPeers: [], ospfNeighbors: [], supplies: [], truncated: false },
}

function factsWith(details: DeviceDetails): NewFacts {
  const device = DeviceId.parse('00000000-0000-4000-8000-000000000001')
  const head = { at: epochMs(START), device, rank: 'address', name: undefined, address: '192.0.2.1' }
  const reach = { snmp: 'up', icmp: 'off', problem: '' } as const
  const rest = { kindOfTarget: 'snmp', intervalMs: 60_000, system: undefined, reach, interfaces: [], details } as const
  return factsOf({ ...head, ...rest })
}

test('a report that no packet carries is dropped and counted; what comes after it is sent', () => {
  const outbox = outboxIn(newFolder())
  const random = () => randomBytes(190).toString('base64').slice(0, 250)
  const parts = Array.from({ length: 2_000 }, (_, index) => ({
    ...{ index, class: 'module', name: random(), descr: random(), model: random(), serial: random() },
  }))
  outbox.append({ facts: [factsWith({ ...noDetails, parts }), factsWith(noDetails)] })
  outbox.flush()
  expect(takeAll(outbox).map(({ lane, first }) => [lane, first])).toEqual([['facts', 1]])
  expect(outbox.status().lanes.facts.dropped).toBe(1)
})

test('details that the server could not read are left out and counted, the rest of the facts is sent', () => {
  const outbox = outboxIn(newFolder())
  const storage = [{ pool: '/', evidence: 'e', totalBytes: Number.POSITIVE_INFINITY }]
  outbox.append({ facts: [factsWith({ ...noDetails, storage })] })
  outbox.flush()
  const [message] = takeAll(outbox)
  expect(reportOf(message!)).toMatchObject({ kind: 'facts', address: '192.0.2.1' })
  expect(reportOf(message!)).not.toHaveProperty('details')
  expect(outbox.status().lanes.facts.dropped).toBe(1)
})
