import { expect, test } from 'vitest'
import type { SurveyResult } from '../survey-result.ts'
import { draftProfile } from './draft-profile.ts'
import { parseProfile } from './parse-profile.ts'

const EMPTY = { interfaces: [], processors: [], memory: [], storage: [], wireless: [], neighbors: [] }
const REST = {
  addresses: [],
  vlans: [],
  inventory: [],
  bgpPeers: [],
  ospfNeighbors: [],
  supplies: [],
  poePorts: [],
  problems: [],
}

test('a draft reads what the rules found, in the same scale, and marks what is doubtful', () => {
  const result: SurveyResult = {
    schema: 'eyenet-snmp-result/1',
    ...EMPTY,
    ...REST,
    device: { sysObjectId: '1.3.6.1.4.1.64500.3.1.7', vendor: 'Example', os: 'exos: 2' },
    sensors: [
      {
        kind: 'temperature',
        name: 'Inlet',
        value: 23.1,
        oid: '1.3.6.1.4.1.64500.1.1.3.1',
        evidence: 'guessed from name',
      },
      { kind: 'count', name: 'Sessions', value: 7, oid: '1.3.6.1.4.1.64500.2.1.0', evidence: 'guessed from name' },
    ],
    suggestions: [
      { kind: 'power', name: 'Port', value: 3, oid: '1.3.6.1.4.1.64500.5.1.2.9', evidence: 'state labels' },
    ],
  }
  const raw = new Map([
    ['1.3.6.1.4.1.64500.1.1.3.1', 231],
    ['1.3.6.1.4.1.64500.2.1.0', 7],
  ])
  const parsed = parseProfile(
    'draft',
    'draft.yaml',
    draftProfile(result, (oid) => raw.get(oid)),
  )
  expect(parsed).toMatchObject({
    kind: 'ok',
    profile: {
      match: { sysObjectId: '1.3.6.1.4.1.64500.3.1' },
      identity: { vendor: 'Example', os: 'exos: 2' },
      sensors: [
        { table: '1.3.6.1.4.1.64500.1.1', columns: { 3: 'temperature/10' } },
        { scalars: { '1.3.6.1.4.1.64500.2.1.0': 'count Sessions' } },
        { table: '1.3.6.1.4.1.64500.5.1', columns: { 2: 'power' }, suggested: true },
      ],
    },
  })
})
