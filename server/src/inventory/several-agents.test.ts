import { AgentId, DeviceId, epochMs } from '@eyenet/shared/identity'
import type { DeviceReach } from '@eyenet/shared/wire'
import { expect, test } from 'vitest'
import { SeveralAgents } from './several-agents.ts'

const DEVICE = DeviceId.parse('1f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11')
const agent = (digit: number) => AgentId.parse(`${String(digit).repeat(8)}-6b7a-4a53-9c5b-0d5c3c9f8a11`)
const up: DeviceReach = { snmp: 'up', icmp: 'up', problem: '' }
const down: DeviceReach = { snmp: 'down', icmp: 'down', problem: 'no answer' }
const at = (minutes: number) => epochMs(minutes * 60_000)

test('a device that answers one of its agents answers, as long as that one is heard', () => {
  const several = new SeveralAgents()
  expect(several.reachOf(DEVICE, { agent: agent(1), reach: up, at: at(0) })).toEqual(up)
  expect(several.reachOf(DEVICE, { agent: agent(2), reach: down, at: at(1) })).toEqual(up)
  several.heard(DEVICE, agent(1), at(9))
  expect(several.reachOf(DEVICE, { agent: agent(2), reach: down, at: at(10) })).toEqual(up)
  expect(several.reachOf(DEVICE, { agent: agent(2), reach: down, at: at(20) })).toEqual(down)
})

test('what its only agent says holds, and what the other one says last where neither reaches it', () => {
  const several = new SeveralAgents()
  expect(several.reachOf(DEVICE, { agent: agent(1), reach: down, at: at(0) })).toEqual(down)
  const worse = { ...down, problem: 'no route' }
  expect(several.reachOf(DEVICE, { agent: agent(2), reach: worse, at: at(1) })).toEqual(worse)
  several.forget(DEVICE)
  expect(several.reachOf(DEVICE, { agent: agent(2), reach: down, at: at(2) })).toEqual(down)
})
