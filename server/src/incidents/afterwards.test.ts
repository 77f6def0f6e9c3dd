import type { Incident } from '@eyenet/shared/api'
import { DeviceId, epochMs, SiteName } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { afterwardsOf } from './afterwards.ts'

const MINUTE = 60_000
const SINCE = Date.UTC(2026, 5, 1)
const DEVICE = DeviceId.parse('0190dddd-0000-4000-8000-000000000001')

const incident = (changed: Partial<Incident> = {}): Incident => ({
  ...{ id: 'one', site: SiteName.parse('lab'), kind: 'device', cause: { device: DEVICE, text: 'access-3' } },
  ...{ since: epochMs(SINCE), endedAt: epochMs(SINCE + 10 * MINUTE), failed: [DEVICE], behind: [], evidence: [] },
  or: ['its link from dist-2 ge-0/0/0'],
  ...changed,
})

const startedAfter = (ms: number) => ({ startedAt: epochMs(SINCE + ms), intervalMs: MINUTE })

test('a device that started before its last answer was cut off by its link', () => {
  const text = 'access-3 has run on all the time: its link from dist-2 ge-0/0/0 had failed, and not the device'
  expect(afterwardsOf(incident(), startedAfter(-3_600_000))).toEqual({ failed: 'link', text })
})

test('a device that started between its last answer and the end failed itself, or its power did', () => {
  const text = 'access-3 has started anew meanwhile: it failed itself, and not its link'
  for (const ms of [-MINUTE, 0, 5 * MINUTE, 10 * MINUTE])
    expect(afterwardsOf(incident(), startedAfter(ms))).toEqual({ failed: 'device', text })
  const withPower = incident({ or: ['its link from dist-2 ge-0/0/0', 'the power of Room 2'] })
  expect(afterwardsOf(withPower, startedAfter(MINUTE))?.text).toContain('it failed itself, or lost its power, and not')
})

test('nothing is said where the times tell nothing', () => {
  // Just before its last answer: the two clocks may differ by that. After the end: that was another matter.
  expect(afterwardsOf(incident(), startedAfter(-MINUTE - 5_000))).toBeUndefined()
  expect(afterwardsOf(incident(), startedAfter(11 * MINUTE))).toBeUndefined()
  expect(afterwardsOf(incident({ or: ['the power of Room 2'] }), startedAfter(MINUTE))).toBeUndefined()
  expect(afterwardsOf(incident({ kind: 'power' }), startedAfter(MINUTE))).toBeUndefined()
  const { endedAt: _, ...open } = incident()
  expect(afterwardsOf(open, startedAfter(MINUTE))).toBeUndefined()
})
