import { expect, test } from 'vitest'
import { openDatabase } from '../../db/db.ts'
import { at, device, idOf, link, node, Watcher } from './history.testkit.ts'
import { HistoryRecords, NOTHING_REMEMBERED } from './history.ts'
import { pairLinks } from './pair-links.ts'
import { MAX_GONE_STRANGERS } from './remember.ts'

const A = device('A')
const strangers = (round: number, count: number) =>
  Array.from({ length: count }, (_, n) => node(`heard:${round}-${n}`, 'heard'))

test('a device that makes up other neighbors with each report keeps as many lost ones as a report has', () => {
  const watcher = new Watcher()
  for (let round = 0; round < 3; round += 1) {
    const nodes = strangers(round, MAX_GONE_STRANGERS)
    const links = nodes.map(({ id }, n) => link(`A.${round}-${n}~${id}`))
    watcher.see(round, { nodes: [A, ...nodes], links })
  }
  const { graph, missing } = watcher.remembered
  expect(missing.size).toBe(MAX_GONE_STRANGERS)
  expect(graph.links.size).toBe(2 * MAX_GONE_STRANGERS)
  expect(graph.nodes.size).toBe(2 * MAX_GONE_STRANGERS + 1)
})

test.each([
  ['one port', () => '1'],
  ['ports of their own', (n: number) => String(n)],
])('thousands of neighbors that all changed at %s are not compared each with each', (_, portOf) => {
  let asked = 0
  const count = 2_000
  const all = new Map([A, ...strangers(0, count), ...strangers(1, count)].map((one) => [one.id, one]))
  const nodeOf = (id: string) => {
    asked += 1
    return all.get(id)
  }
  const linksOf = (round: number) => strangers(round, count).map(({ id }, n) => link(`A.${portOf(n)}~${id}`))
  const world = {
    nodeBefore: nodeOf,
    nodeNow: nodeOf,
    linksNow: () => count,
    linksBefore: () => count,
    ...{ hasJoined: () => false, wasTouched: () => false },
  }
  const pairs = pairLinks(linksOf(0), linksOf(1), { ...world, mergedInto: new Map() })
  expect(pairs.length).toBeGreaterThan(0)
  expect(asked).toBeLessThan(count * 400)
})

test('a device with many links that is merged takes each of them along', () => {
  const count = 300
  const ends = Array.from({ length: count }, (_, n) => device(String.fromCharCode(0x100 + n)))
  const of = (hub: string) => ends.map(({ name }, n) => link(`${hub}.${n}~${name}.1`))
  const nodes = new Map([A, device('B'), ...ends].map((one) => [one.id, one]))
  const pairs = pairLinks(of('A'), of('B'), {
    nodeBefore: (id) => nodes.get(id),
    nodeNow: (id) => nodes.get(id),
    linksNow: () => count,
    linksBefore: () => count,
    ...{ hasJoined: () => false, wasTouched: () => false },
    mergedInto: new Map([[idOf('A'), idOf('B')]]),
  })
  expect(pairs.filter(({ kind, old, link: is }) => kind === 'renamed' && old.b.node === is.b.node)).toHaveLength(count)
})

test('where events come in crowds, too many are looked for before the day is over', async () => {
  const db = await openDatabase(':memory:')
  const records = new HistoryRecords(db)
  const events = Array.from({ length: 20_000 }, (_, n) => {
    return { seq: n + 1, at: at(0), kind: 'node-added' as const, text: '', cause: '', devices: [], node: A }
  })
  const graph = { ...NOTHING_REMEMBERED.graph, at: at(0) }
  await records.append(events.slice(1), { ...NOTHING_REMEMBERED, graph: { ...graph, seq: 20_000 } })
  expect(records.isCrowded).toBe(false)
  await records.append(
    [{ ...events[0], ...{ seq: 20_001, at: at(0), kind: 'node-added', text: '', cause: '', devices: [] } }],
    { ...NOTHING_REMEMBERED, graph: { ...graph, seq: 20_001 } },
  )
  expect(records.isCrowded).toBe(true)
  await records.expire(at(0))
  expect(records.isCrowded).toBe(false)
  await db.destroy()
})
