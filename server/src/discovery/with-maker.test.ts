import { AgentId, epochMs, SiteName } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { NO_EVIDENCE } from './evidence.ts'
import { type InboxEntry, macKey } from './inbox-entry.ts'
import { withMaker } from './with-maker.ts'

const AT = epochMs(Date.UTC(2026, 5, 1))
const AXIS = '00:40:8c:12:34:56'

function believed(mac: string | undefined, told: Partial<InboxEntry['evidence']> = {}) {
  const { evidence } = withMaker({
    ...{ id: 'one', site: SiteName.parse('home'), state: 'new', device: undefined, decided: undefined },
    ...{ agent: AgentId.parse('11111111-6b7a-4a53-9c5b-0d5c3c9f8a11'), firstSeenAt: AT, lastSeenAt: AT },
    ...{ evidence: { ...NO_EVIDENCE, ...told }, keys: new Map(mac === undefined ? [] : [[macKey(mac), AT]]) },
  })
  return [evidence.vendor, evidence.role, evidence.roleEvidence]
}

test('the maker of an adapter names who made what says nothing, and what it may be', () => {
  const byMaker = 'its adapter is made by Axis Communications AB'
  expect(believed(AXIS)).toEqual(['Axis Communications AB', 'camera', byMaker])
  const ports = { ports: [22, 80], role: 'server' as const, roleEvidence: 'TCP port 22 is open' }
  expect(believed(AXIS, ports)).toEqual(['Axis Communications AB', 'camera', byMaker])
  expect(believed('00:1b:21:00:00:01', ports)).toEqual(['Intel Corporate', 'server', 'TCP port 22 is open'])
})

test('what is known by more than its ports keeps that, and what has a chosen address or none has no maker', () => {
  const heard = { role: 'phone', roleEvidence: 'LLDP: telephone' } as const
  expect(believed(AXIS, heard)).toEqual(['Axis Communications AB', 'phone', 'LLDP: telephone'])
  expect(believed(AXIS, { vendor: 'ACME' })).toEqual(['ACME', 'unknown', ''])
  expect(believed('02:42:ac:11:00:02')).toEqual(['', 'unknown', ''])
  expect(believed(undefined)).toEqual(['', 'unknown', ''])
})
