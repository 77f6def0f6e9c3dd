import { epochMs, SiteName } from '@eyenet/shared/identity'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDevice, hears, idOf, kindsOf, linksNow, linksOf, MINUTE, PEER, topologyWorld } from './topology.testkit.ts'

test('the first graph is a base without events; what changes after it is told, stored, and there after a restart', async () => {
  const { topology, clock, open } = await topologyWorld(['a', 'b', 'c'])
  await topology.receiveLinks(PEER, linksOf('a', clock.now, { neighbors: [hears('p1', 'b', 'p1')] }))
  await topology.work()
  expect(await kindsOf(topology)).toEqual([])
  expect(linksNow(topology)).toEqual(['a p1 - b p1 up'])
  const told: string[] = []
  topology.onEvent(({ text, cause }) => told.push(`${text} (${cause})`))
  clock.now = epochMs(clock.now + MINUTE)
  await topology.receiveLinks(PEER, linksOf('b', clock.now, { neighbors: [hears('p2', 'c', 'p3')] }))
  await topology.work()
  expect(told).toEqual(['b p2 - c p3 is new (links of b)'])
  await topology.close()
  const again = await open()
  await again.work()
  expect(await kindsOf(again)).toEqual(['link-added'])
  expect(linksNow(again)).toEqual(['a p1 - b p1 up', 'b p2 - c p3 up'])
  expect(again.current().seq).toBe(1)
  await again.close()
})

test('a report that comes twice, or of an unknown device, changes nothing; one of another site is refused', async () => {
  const { topology, clock } = await topologyWorld(['a', 'b'])
  const report = linksOf('a', clock.now, { neighbors: [hears('p1', 'b', 'p1')] })
  await topology.receiveLinks(PEER, report)
  await topology.receiveLinks(PEER, report)
  await topology.receiveLinks(PEER, linksOf('nobody', clock.now, { neighbors: [] }))
  await topology.work()
  expect(topology.stats()).toMatchObject({ reports: 2, strangers: 1 })
  const stranger = { ...PEER, site: SiteName.parse('elsewhere') }
  await expect(topology.receiveLinks(stranger, report)).rejects.toThrow(/belongs to the site lab/)
})

test('a report that was held up does not undo what was told later', async () => {
  const { topology, clock } = await topologyWorld(['a', 'b', 'c'])
  const late = linksOf('a', clock.now, { neighbors: [hears('p1', 'b', 'p1')] })
  clock.now = epochMs(clock.now + MINUTE)
  await topology.receiveLinks(PEER, linksOf('a', clock.now, { neighbors: [hears('p1', 'c', 'p1')] }))
  await topology.receiveLinks(PEER, late)
  await topology.work()
  expect(linksNow(topology)).toEqual(['a p1 - c p1 up'])
})

test('a port that goes down takes its link down when the next samples are stored, and up again', async () => {
  const { topology, clock, store, inventory } = await topologyWorld(['a', 'b'])
  await topology.receiveLinks(PEER, linksOf('a', clock.now, { neighbors: [hears('p1', 'b', 'p1')] }))
  await topology.work()
  for (const step of ['down', 'up'] as const) {
    if (step === 'down') store.down.add(`${idOf('b')}|p1`)
    else store.down.clear()
    clock.now = epochMs(clock.now + MINUTE)
    inventory.sampled(idOf('b'), clock.now)
    await topology.work()
    expect(linksNow(topology)).toEqual([`a p1 - b p1 ${step}`])
  }
  const { items } = await topology.events({ limit: 10 })
  expect(items.map(({ cause }) => cause)).toEqual(['ports of b', 'ports of b'])
})

test('a device that tells of its links before it is known by name is the cause by its name, in one line of text', async () => {
  const { topology, clock, db, store, inventory } = await topologyWorld(['a', 'b'])
  await topology.work()
  await addDevice(db, { name: 'c', store, inventory })
  await db.updateTable('devices').set({ name: 'c\u001b[2J\u202e\r\nd' }).where('id', '=', idOf('c')).execute()
  await topology.receiveLinks(PEER, linksOf('c', clock.now, { neighbors: [hears('p1', 'b', 'p2')] }))
  const device = (await inventory.list()).find(({ name }) => name === 'c')
  if (device === undefined) throw new Error('no device')
  inventory.tell({ kind: 'device', device })
  await topology.work()
  const { items } = await topology.events({ limit: 10 })
  expect(new Set(items.map(({ cause }) => cause))).toEqual(new Set(['links of c [2J d']))
})

test('a device that leaves the inventory is one event that says so, and its links went with it', async () => {
  const { topology, clock, db, inventory } = await topologyWorld(['a', 'b', 'c'])
  await topology.receiveLinks(
    PEER,
    linksOf('b', clock.now, { neighbors: [hears('p1', 'a', 'p1'), hears('p2', 'c', 'p1')] }),
  )
  await topology.work()
  await db.deleteFrom('devices').where('id', '=', idOf('b')).execute()
  inventory.tell({ kind: 'device-removed', id: idOf('b') })
  await topology.work()
  const { items } = await topology.events({ limit: 10 })
  expect(items).toMatchObject([
    { kind: 'node-removed', cause: 'b was removed from the inventory', devices: [idOf('b')] },
  ])
  expect(topology.current()).toMatchObject({ links: [], nodes: [{ name: 'a' }, { name: 'c' }] })
  expect(await db.selectFrom('links_told').selectAll().execute()).toEqual([])
})

test('a device that leaves while its facts are being read stays away, whenever that is', async () => {
  const { topology, db, store, inventory } = await topologyWorld(['a'])
  await topology.work()
  for (let turns = 0; turns < 60; turns += 1) {
    const name = `x${turns}`
    await addDevice(db, { name, store, inventory })
    const device = (await inventory.list()).find((one) => one.name === name)
    if (device === undefined) throw new Error('no device')
    inventory.tell({ kind: 'device', device })
    const working = topology.work()
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
    inventory.tell({ kind: 'device-removed', id: device.id })
    await working
    await topology.work()
    expect({ turns, names: topology.current().nodes.map((one) => one.name) }).toEqual({ turns, names: ['a'] })
  }
})

type Cable = readonly [readonly [string, string], readonly [string, string]]

/**
 * LLDP as devices have it: each hears who is at its ports; who was there before is still told for two minutes, and a
 * device that is read may answer nothing once.
 */
class Lldp {
  #cables: Cable[]
  #gone: { readonly cable: Cable; readonly at: number }[] = []

  constructor(cables: readonly Cable[]) {
    this.#cables = [...cables]
  }

  move(from: Cable, to: Cable, now: number): void {
    this.#cables = this.#cables.map((cable) => (cable === from ? to : cable))
    this.#gone.push({ cable: from, at: now })
  }

  tableOf(name: string, now: number) {
    const lingering = this.#gone.filter(({ at }) => now - at < 2 * MINUTE).map(({ cable }) => cable)
    return [...lingering, ...this.#cables].flatMap((cable) =>
      [cable, [cable[1], cable[0]] as const].flatMap(([near, far]) =>
        near[0] === name ? [hears(near[1], far[0], far[1])] : [],
      ),
    )
  }
}

test('one moved cable is exactly one neighbor-moved, whoever is polled first, late, or answers nothing once, and no other move is told', async () => {
  const names = ['a', 'b', 'c', 'd']
  const polls = fc.array(
    fc.record({
      name: fc.constantFrom(...names),
      empty: fc.integer({ max: 9, min: 0 }),
      wait: fc.integer({ min: 5, max: 90 }),
    }),
    {
      minLength: 3,
      maxLength: 14,
    },
  )
  const target = fc.constantFrom('b p3', 'c p3', 'c p4', 'd p2')
  await fc.assert(
    fc.asyncProperty(polls, target, async (order, to) => {
      const { topology, clock, db } = await topologyWorld(names)
      const moving: Cable = [
        ['a', 'p1'],
        ['b', 'p1'],
      ]
      const lldp = new Lldp([
        moving,
        [
          ['a', 'p2'],
          ['c', 'p1'],
        ],
        [
          ['c', 'p2'],
          ['d', 'p1'],
        ],
      ])
      const poll = async (name: string, isEmpty = false) => {
        const neighbors = isEmpty ? [] : lldp.tableOf(name, clock.now)
        await topology.receiveLinks(PEER, linksOf(name, clock.now, { neighbors }))
        await topology.work()
      }
      for (const name of names) await poll(name)
      const { seq } = topology.current()
      clock.now = epochMs(clock.now + 10 * MINUTE)
      const [device = '', port = ''] = to.split(' ')
      lldp.move(
        moving,
        [
          ['a', 'p1'],
          [device, port],
        ],
        clock.now,
      )
      for (const { name, empty, wait } of order) {
        clock.now = epochMs(clock.now + wait * 1_000)
        await poll(name, empty === 0)
      }
      for (let round = 0; round < 3; round += 1) {
        for (const name of names) {
          clock.now = epochMs(clock.now + MINUTE)
          await poll(name)
        }
      }
      const { items } = await topology.events({ limit: 100 })
      const words = items
        .filter((one) => one.seq > seq)
        .map(({ kind, text }) => (kind === 'link-changed' ? kind : `${kind}: ${text}`))
      expect(words.filter((word) => word !== 'link-changed')).toEqual([`neighbor-moved: a p1 moved from b p1 to ${to}`])
      expect(linksNow(topology)).toEqual([`a p1 - ${to} up`, 'a p2 - c p1 up', 'c p2 - d p1 up'].sort())
      await topology.close()
      await db.destroy()
    }),
    { numRuns: 60, verbose: 1 },
  )
}, 240_000)

test('two devices that turn out to be one: links, stations and places of the first are the second’s, and nothing moved', async () => {
  const { topology, clock, db, inventory } = await topologyWorld(['a', 'b', 'c'])
  const forwarding = [{ port: 'p4', vlan: 1, macs: '001b21aabbcc' }]
  await topology.receiveLinks(PEER, linksOf('a', clock.now, { neighbors: [hears('p1', 'b', 'p1')] }))
  await topology.receiveLinks(PEER, linksOf('b', clock.now, { forwarding, neighbors: [hears('p1', 'a', 'p1')] }))
  await topology.work()
  await topology.savePositions('map', { positions: { [idOf('b')]: { x: 1, y: 2 } } })
  // It is called b now, as its neighbors know it.
  await db.deleteFrom('devices').where('id', '=', idOf('b')).execute()
  const identity = JSON.stringify({ sysName: 'b', sysLocation: '', serial: '' })
  await db.updateTable('devices').set({ name: 'b', identity }).where('id', '=', idOf('c')).execute()
  inventory.names.set(idOf('c'), 'b')
  inventory.tell({ kind: 'device-removed', id: idOf('b') })
  const { seq } = topology.current()
  await topology.deviceMerged(idOf('b'), idOf('c'))
  clock.now = epochMs(clock.now + MINUTE)
  await topology.work()
  expect(linksNow(topology)).toEqual(['a p1 - b p1 up'])
  const { items } = await topology.events({ limit: 100 })
  const kinds = items.filter((one) => one.seq > seq).map(({ kind }) => kind)
  expect(kinds.sort()).toEqual(['link-changed', 'node-changed', 'node-removed'])
  expect(topology.endpoints({ q: '001b21aabbcc', limit: 10 }).items).toMatchObject([{ device: idOf('c'), port: 'p4' }])
  expect(await topology.positions('map')).toMatchObject({ positions: { [idOf('c')]: { x: 1, y: 2 } } })
})

test('a device that takes over what another one told has told since it did itself', async () => {
  const { topology, clock, db, inventory } = await topologyWorld(['a', 'b', 'c'])
  const since = clock.now
  await topology.receiveLinks(PEER, linksOf('c', clock.now, { neighbors: [hears('p1', 'a', 'p1')] }))
  clock.now = epochMs(clock.now + 60 * MINUTE)
  await topology.receiveLinks(PEER, linksOf('c', clock.now, { neighbors: [hears('p1', 'a', 'p1')] }))
  const forwarding = [{ port: 'p4', vlan: 1, macs: '001b21aabbcc' }]
  await topology.receiveLinks(PEER, linksOf('b', clock.now, { forwarding }))
  await topology.work()
  await db.deleteFrom('devices').where('id', '=', idOf('b')).execute()
  inventory.tell({ kind: 'device-removed', id: idOf('b') })
  await topology.deviceMerged(idOf('b'), idOf('c'))
  expect(await db.selectFrom('links_first_told').selectAll().execute()).toEqual([{ device: idOf('c'), at: since }])
})

test('devices that are parted again have the links that each told before', async () => {
  const { topology, clock, db, inventory } = await topologyWorld(['a', 'b', 'c'])
  await topology.receiveLinks(PEER, linksOf('b', clock.now, { neighbors: [hears('p1', 'a', 'p1')] }))
  await topology.work()
  const [row] = await db.selectFrom('devices').selectAll().where('id', '=', idOf('b')).execute()
  const told = await db.selectFrom('links_told').selectAll().execute()
  await db.deleteFrom('devices').where('id', '=', idOf('b')).execute()
  inventory.tell({ kind: 'device-removed', id: idOf('b') })
  await topology.deviceMerged(idOf('b'), idOf('c'))
  await topology.work()
  expect(linksNow(topology)).toEqual(['a p1 - c p1 up'])
  if (row === undefined) throw new Error('no device')
  await db.insertInto('devices').values(row).execute()
  await db
    .updateTable('links_told')
    .set({ device: idOf('b') })
    .execute()
  expect(await db.selectFrom('links_told').selectAll().execute()).toEqual(told)
  const device = (await inventory.list()).find(({ id }) => id === idOf('b'))
  if (device === undefined) throw new Error('no device')
  inventory.tell({ kind: 'device', device })
  await topology.devicesParted([idOf('b'), idOf('c')])
  await topology.work()
  expect(linksNow(topology)).toEqual(['a p1 - b p1 up'])
})

test('rules find a move for an hour and its end for a day, also after a restart; a lost link until it is told again', async () => {
  const { topology, clock, store, open } = await topologyWorld(['a', 'b', 'c'])
  await topology.receiveLinks(
    PEER,
    linksOf('a', clock.now, { neighbors: [hears('p1', 'b', 'p1'), hears('p2', 'c', 'p1')] }),
  )
  await topology.work()
  const pass = (minutes: number) => {
    clock.now = epochMs(clock.now + minutes * MINUTE)
  }
  pass(1)
  await topology.receiveLinks(PEER, linksOf('a', clock.now, { neighbors: [hears('p1', 'c', 'p4')] }))
  await topology.work()
  expect(store.last('topology_neighbor_moved', 'to')).toEqual([['c p4', 1]])
  expect(store.last('topology_neighbor_moved', 'from')).toEqual([['b p1', 1]])
  pass(16)
  await topology.work()
  expect(store.last('topology_link_lost', 'peer')).toEqual([['c p1', 1]])
  await topology.close()
  pass(60)
  const again = await open()
  await again.work()
  expect(store.last('topology_neighbor_moved', 'to')).toEqual([['c p4', 0]])
  expect(store.last('topology_link_lost', 'peer')).toEqual([['c p1', 1]])
  await again.receiveLinks(
    PEER,
    linksOf('a', clock.now, { neighbors: [hears('p1', 'c', 'p4'), hears('p2', 'c', 'p1')] }),
  )
  await again.work()
  expect(store.last('topology_link_lost', 'peer')).toEqual([['c p1', 0]])
  const ups = store.points.filter(({ labels, at }) => labels.__name__ === 'topology_link_up' && at === clock.now)
  expect(ups.slice(-2).map(({ value }) => value)).toEqual([1, 1])
  const before = store.points.length
  pass(24 * 60 + 1)
  await again.work()
  const names = store.points.slice(before).map(({ labels }) => labels.__name__)
  expect(new Set(names)).toEqual(new Set(['topology_link_up', 'topology_changes_total']))
})

test('agents that send no report of links: what their surveys found of neighbors is used', async () => {
  const { topology, db } = await topologyWorld(['a', 'b'])
  const heard = { protocol: 'lldp', localIfIndex: 2, remoteSysName: 'b', remotePort: 'p3' }
  const network = { neighbors: [heard], addresses: [], vlans: [], bgpPeers: [], ospfNeighbors: [] }
  const row = { device: idOf('a'), digest: '', family: '', truncated: 0 as const, sensors: '[]', hardware: '{}' }
  await db
    .insertInto('device_details')
    .values({ ...row, network: JSON.stringify(network) })
    .execute()
  await topology.work()
  expect(linksNow(topology)).toEqual(['a p2 - b p3 up'])
})

test('a retired device leaves the map, and is back with its links when it is restored', async () => {
  const { topology, clock, inventory } = await topologyWorld(['a', 'b'])
  await topology.receiveLinks(PEER, linksOf('b', clock.now, { neighbors: [hears('p1', 'a', 'p1')] }))
  await topology.work()
  const [, b] = await inventory.list()
  if (b === undefined) throw new Error('there are two devices')
  inventory.tell({ kind: 'device', device: { ...b, lifecycle: 'retired' } })
  await topology.work()
  expect(linksNow(topology)).toEqual([])
  inventory.tell({ kind: 'device', device: b })
  await topology.work()
  expect(linksNow(topology)).toEqual(['a p1 - b p1 up'])
  expect(await kindsOf(topology)).toEqual(['node-removed', 'node-added', 'link-added'])
  const { items } = await topology.events({ kinds: ['node-removed'], limit: 1 })
  expect(items).toMatchObject([{ cause: 'b was retired' }])
})

test('a link that is shown before it is an event is shown as it is now', async () => {
  const { topology, clock, store, inventory } = await topologyWorld(['a', 'b'])
  await topology.work()
  clock.now = epochMs(clock.now + MINUTE)
  await topology.receiveLinks(PEER, linksOf('a', clock.now, { neighbors: [hears('p1', 'x', 'p1')] }))
  await topology.work()
  const states = () => topology.current().links.map(({ state }) => state)
  expect([states(), await kindsOf(topology)]).toEqual([['up'], []])
  store.down.add(`${idOf('a')}|p1`)
  inventory.sampled(idOf('a'), clock.now)
  await topology.work()
  expect([states(), await kindsOf(topology)]).toEqual([['down'], []])
  await topology.close()
})
