import { epochMs } from '@eyenet/shared/identity'
import type { Discovered, Peer } from '@eyenet/shared/wire'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ATTIC, DAY_MS, EDGE, found, START, snmpOf } from './discovery.testkit.ts'
import { FindingsMerge } from './findings-merge.ts'
import { addressesOf, type InboxEntry, macsOf } from './inbox-entry.ts'

const MAC = (last: number) => `00:00:5e:00:53:${last.toString(16).padStart(2, '0')}`

/** Reports one after the other, each by somebody at some day; what is known in between is what the database would give. */
function told(
  ...reports: readonly [peer: Peer, day: number, findings: readonly Discovered[]][]
): readonly InboxEntry[] {
  let known = new Map<string, InboxEntry>()
  const ids = Array.from({ length: 100 }, (_none, at) => `e${100 + at}`)
  for (const [peer, day, findings] of reports) {
    const at = epochMs(START + day * DAY_MS)
    const merge = new FindingsMerge([...known.values()], { peer, at, newId: () => ids.shift() ?? 'beyond' })
    for (const finding of findings) merge.take(finding)
    known = new Map([...known, ...merge.changed().map((entry) => [entry.id, entry] as const)])
    for (const id of merge.gone()) known.delete(id)
  }
  return [...known.values()]
}

const placesOf = (entries: readonly InboxEntry[]) =>
  entries.map((one) => [...addressesOf(one).map(({ address }) => address), ...macsOf(one)])

test('a host that is found again is one entry, seen from the first time to the last', () => {
  const [entry, ...others] = told([EDGE, 0, [found('192.0.2.1')]], [EDGE, 3, [found('192.0.2.1', { rttSeconds: 0.1 })]])
  expect(others).toEqual([])
  expect(entry).toMatchObject({ firstSeenAt: START, lastSeenAt: START + 3 * DAY_MS, evidence: { rttSeconds: 0.1 } })
})

test('one device at two addresses, found by two agents, is one entry with both', () => {
  const entries = told(
    [EDGE, 0, [found('192.0.2.1', { snmp: snmpOf(1) })]],
    [ATTIC, 0, [found('192.0.2.9', { snmp: snmpOf(1) })]],
  )
  expect(placesOf(entries)).toEqual([['192.0.2.1', '192.0.2.9']])
  expect(entries[0]?.evidence.seenBy.map(({ agent }) => agent)).toEqual([ATTIC.agent, EDGE.agent])
})

test('what was heard by MAC and found by address turns out to be one when both are told together', () => {
  const apart = [{ how: 'passive', mac: MAC(1) }, found('192.0.2.1')] as const
  expect(told([EDGE, 0, apart])).toHaveLength(2)
  expect(placesOf(told([EDGE, 0, apart], [EDGE, 1, [{ how: 'arp', address: '192.0.2.1', mac: MAC(1) }]]))).toEqual([
    ['192.0.2.1', MAC(1)],
  ])
})

test('an address that is handed on to another MAC leaves its former holder', () => {
  const entries = told(
    [EDGE, 0, [found('192.0.2.1', { mac: MAC(1) })]],
    [EDGE, 1, [found('192.0.2.1', { mac: MAC(2) })]],
  )
  expect(placesOf(entries)).toEqual([[MAC(1)], ['192.0.2.1', MAC(2)]])
})

test('two devices of different serial numbers are never one, be it at one address', () => {
  const entries = told(
    [EDGE, 0, [found('192.0.2.1', { snmp: snmpOf(1) })]],
    [EDGE, 1, [found('192.0.2.1', { snmp: snmpOf(2) })]],
  )
  // The first has no place left, and nobody had decided about it.
  expect(entries.map(({ evidence }) => evidence.snmp?.serial)).toEqual(['S2'])
})

test('a device that is known by its address alone keeps its entry when it tells its serial number', () => {
  const entries = told(
    [EDGE, 0, [found('192.0.2.1', { snmp: snmpOf(1, { identityRank: 'address' }) })]],
    [EDGE, 1, [found('192.0.2.1', { snmp: snmpOf(2) })]],
  )
  expect(entries).toHaveLength(1)
})

test('a MAC that answers for many addresses joins no more of them', () => {
  const behind = Array.from({ length: 40 }, (_none, at) => found(`192.0.2.${at + 1}`, { mac: MAC(1) }))
  const once = told([EDGE, 0, behind])
  expect(once.length).toBe(25)
  expect(told([EDGE, 0, behind], [EDGE, 1, behind]).length).toBe(25)
})

test('what was ignored stays ignored, and counts when two entries turn out to be one', () => {
  const merge = (known: readonly InboxEntry[], findings: readonly Discovered[]) => {
    const one = new FindingsMerge(known, { peer: EDGE, at: epochMs(START + DAY_MS), newId: () => 'fresh' })
    for (const finding of findings) one.take(finding)
    return { changed: one.changed(), gone: one.gone(), refused: one.refused() }
  }
  const known = told([EDGE, 0, [{ how: 'passive', mac: MAC(1) }, found('192.0.2.1')]]).map((entry) =>
    macsOf(entry).length > 0 ? { ...entry, state: 'ignored' as const } : entry,
  )
  const done = merge(known, [found('192.0.2.1', { mac: MAC(1) })])
  expect(done.changed).toMatchObject([{ state: 'ignored', id: known.find(({ state }) => state === 'ignored')?.id }])
  expect(done.gone).toEqual([known.find(({ state }) => state === 'new')?.id])
})

test('findings without a place and MACs of groups make no entry and are counted', () => {
  const merge = new FindingsMerge([], { peer: EDGE, at: START, newId: () => 'one' })
  const wrong = ['not an address', '192.0.2.256', '=cmd|x'].map((address) => found(address))
  for (const finding of [...wrong, { how: 'passive', mac: '01:00:5e:00:00:01' } as const]) merge.take(finding)
  expect(merge.changed()).toEqual([])
  expect(merge.refused()).toBe(4)
})

test('whatever is found in whatever order, each key has one entry, nothing is lost, and telling it again changes nothing', () => {
  const finding = fc.record(
    {
      how: fc.constantFrom('sweep', 'arp', 'passive', 'neighbor') as fc.Arbitrary<Discovered['how']>,
      address: fc.integer({ min: 1, max: 6 }).map((last) => `192.0.2.${last}`),
      mac: fc.integer({ min: 1, max: 5 }).map(MAC),
      snmp: fc.integer({ min: 1, max: 4 }).map((one) => snmpOf(one)),
    },
    { requiredKeys: ['how', 'address'] },
  )
  fc.assert(
    fc.property(fc.array(finding, { maxLength: 30 }), (findings) => {
      const reports = findings.map((one, day) => [EDGE, day, [one]] as const)
      const entries = told(
        ...reports.map(([peer, day, items]): [Peer, number, Discovered[]] => [peer, day, [...items]]),
      )
      const keys = entries.flatMap((entry) => [...entry.keys.keys()])
      expect(new Set(keys).size).toBe(keys.length)
      for (const { address } of findings) expect(keys).toContain(`address ${address}`)
      const last = findings.at(-1)
      if (last === undefined) return
      const merge = new FindingsMerge(entries, { peer: EDGE, at: START, newId: () => 'again' })
      merge.take(last)
      expect(merge.gone()).toEqual([])
      for (const entry of merge.changed()) expect(entries).toContainEqual(entry)
    }),
  )
})
