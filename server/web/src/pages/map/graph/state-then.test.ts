import { Incident } from '@eyenet/shared/api'
import { expect, test } from 'vitest'
import { incidentsThen, type Readings, stateThen } from './state-then.ts'

const READINGS: Readings = {
  up: new Map([
    ['fine', 1],
    ['failed', 0],
    ['cut-off', 0],
    ['hot', 1],
    ['half', 1],
  ]),
  snmp: new Map([
    ['fine', 1],
    ['half', 0],
  ]),
  // What was behind a failure minutes ago and answers again is well.
  behind: new Set(['cut-off', 'fine']),
  alerts: new Map([['hot', 'critical' as const]]),
}

test('a device at a past moment is as its readings of then say, and unknown where there are none', () => {
  const states = ['fine', 'failed', 'cut-off', 'hot', 'half', 'silent'].map((id) => stateThen(id, READINGS))
  expect(states).toEqual(['ok', 'critical', 'behind-failure', 'critical', 'warning', 'unknown'])
})

test('only what lasted at that moment was broken then', () => {
  const incident = (id: string, since: number, endedAt?: number) =>
    Incident.parse({
      ...{ id, site: 'lab', kind: 'link', cause: { text: id }, or: [], failed: [], behind: [], evidence: [] },
      ...{ since, ...(endedAt !== undefined && { endedAt }) },
    })
  const all = [incident('over', 10, 50), incident('lasts', 20), incident('later', 70), incident('early', 5, 61)]
  expect(incidentsThen(all, 60).map((one) => one.id)).toEqual(['lasts', 'early'])
})
