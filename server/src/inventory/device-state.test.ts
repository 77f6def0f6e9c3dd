import { SILENT_AFTER_MS } from '@eyenet/shared/api'
import { epochMs } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { type DeviceFindings, deviceState, NO_ALERTS } from './device-state.ts'

const now = epochMs(Date.UTC(2026, 5, 1))
const well: DeviceFindings = {
  reach: { snmp: 'up', icmp: 'up', problem: '' },
  alerts: NO_ALERTS,
  isBehind: false,
  seenAt: now,
  intervalSeconds: 60,
  now,
}
const reach = (snmp: 'up' | 'down' | 'off', icmp: 'up' | 'down' | 'off', problem = '') => ({
  reach: { snmp, icmp, problem },
})
const alerts = (counts: Partial<DeviceFindings['alerts']>) => ({ alerts: { ...NO_ALERTS, ...counts } })
const silent = (ms: number) => ({ seenAt: epochMs(now - ms) })

const cases: readonly [string, Partial<DeviceFindings>, string][] = [
  ['answers everything', {}, 'ok'],
  ['answers SNMP and is not pinged', reach('up', 'off'), 'ok'],
  ['answers SNMP but no ping', reach('up', 'down'), 'ok'],
  ['is the machine of the agent', reach('off', 'off'), 'ok'],
  ['was found and never answered', reach('off', 'off', 'no answer'), 'unknown'],
  ['answers ping but no SNMP', reach('down', 'up'), 'warning'],
  ['answers nothing', reach('down', 'down'), 'critical'],
  ['answers no ping, which is all it is asked', reach('off', 'down'), 'critical'],
  ['answers nothing because of another one', { ...reach('down', 'down'), isBehind: true }, 'behind-failure'],
  ['answers ping, whatever is said of others', { ...reach('down', 'up'), isBehind: true }, 'warning'],
  ['has a critical alert', alerts({ critical: 1, warning: 3 }), 'critical'],
  ['has a warning', alerts({ warning: 1 }), 'warning'],
  ['has news only', alerts({ info: 4 }), 'ok'],
  ['has been heard of just so', silent(SILENT_AFTER_MS), 'ok'],
  ['fell silent, whatever was wrong before', { ...silent(SILENT_AFTER_MS + 1), ...alerts({ critical: 1 }) }, 'unknown'],
  ['is asked hourly and was heard of two hours ago', { ...silent(7_200_000), intervalSeconds: 3_600 }, 'ok'],
  ['was heard of by a clock that is ahead', silent(-60_000), 'ok'],
]

for (const [what, findings, state] of cases) {
  test(`a device that ${what} is ${state}`, () => {
    expect(deviceState({ ...well, ...findings })).toBe(state)
  })
}
