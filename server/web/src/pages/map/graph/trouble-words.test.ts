import { AlertResource } from '@eyenet/shared/api'
import { DeviceId } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { madeId } from './made-graph.testkit.ts'
import { alertsByDevice, troubleWords } from './trouble-words.ts'

const alert = (number: number, part: Partial<AlertResource>): AlertResource =>
  AlertResource.parse({
    ...{ id: madeId(number), rule: 'LinkSlow', group: 'g', severity: 'warning', state: 'firing', startedAt: number },
    ...{ since: number, labels: {}, annotations: {}, value: '', expr: '', notifications: [], timeline: [], ...part },
  })
const UP = { snmp: 'up', icmp: 'up' } as const

test('the worst alert is the reason, the newest of equals, and others are counted', () => {
  const alerts = [
    alert(1, { interface: 'Gi1/0/3' }),
    alert(2, { rule: 'Hot', severity: 'critical' }),
    alert(9, { rule: 'Told', severity: 'info' }),
    alert(10, { rule: 'Soon', severity: 'critical', state: 'pending' }),
  ]
  expect(troubleWords({ alerts, reach: UP })).toBe('Hot, 1 more')
  expect(troubleWords({ alerts: alerts.slice(0, 1), reach: UP })).toBe('LinkSlow on Gi1/0/3')
  expect(troubleWords({ alerts: [alert(1, {}), alert(2, { rule: 'New' })], reach: UP })).toBe('New, 1 more')
})

test('without an alert it is what the device does not answer, and nothing is made up', () => {
  const words = (snmp: 'up' | 'down' | 'off', icmp: 'up' | 'down' | 'off') =>
    troubleWords({ alerts: [], reach: { snmp, icmp } })
  expect([words('down', 'up'), words('up', 'down'), words('down', 'down')]).toEqual([
    'does not answer SNMP',
    'does not answer ping',
    'does not answer',
  ])
  expect(words('down', 'off')).toBe('does not answer SNMP')
  expect([words('up', 'off'), troubleWords({ alerts: [], reach: undefined })]).toEqual(['', ''])
})

test('alerts are found by their device', () => {
  const [here, there] = [DeviceId.parse(madeId(100)), DeviceId.parse(madeId(101))]
  const found = alertsByDevice([alert(1, { device: here }), alert(2, {}), alert(3, { device: here })])
  expect(found.get(here)?.map((one) => one.startedAt)).toEqual([1, 3])
  expect(found.has(there)).toBe(false)
})
