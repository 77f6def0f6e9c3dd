import { epochMs, OutboxEpoch, SiteName } from '@eyenet/shared/identity'
import type { LinksReport } from '@eyenet/shared/wire'
import { expect, test } from 'vitest'
import { addDevice } from '../../anomalies/anomalies.testkit.ts'
import { AGENT, ALERT, apiWorld, DEVICE, post } from '../api.testkit.ts'

const SITE = SiteName.parse('lab')
const PEER = { agent: AGENT, site: SITE }
const EVIL = '=cmd|"<b>\u202e'

/** An API over one switch that hears a neighbor with a hostile name, which is gone from its port later. */
async function wiredWorld() {
  const world = await apiWorld()
  await addDevice(world.db, DEVICE, SITE)
  world.inventory.changes.tell({ kind: 'device', device: world.inventory.devices[0] ?? never() })
  const report = (neighbors: LinksReport['neighbors']): LinksReport => ({
    ...{ kind: 'links', epoch: OutboxEpoch.parse('00000000000000aa'), seq: 1, at: world.clock.now(), device: DEVICE },
    ...{ neighbors, truncated: [] },
  })
  const hear = async (remoteSysName: string, port = 'p1') => {
    await world.topology.receiveLinks(PEER, report([{ protocol: 'lldp', port, remoteSysName, remotePort: 'eth0' }]))
    await world.topology.work()
  }
  await hear('ap-1')
  const began = world.clock.now()
  // Beyond the first minutes of a site, in which what is new is waited for.
  world.clock.advance(4 * 60_000)
  await hear(EVIL)
  return { ...world, hear, began, json: async (path: string) => (await world.as('viewer')(path)).json() }
}

function never(): never {
  throw new Error('there is a device')
}

test('viewers see the network of now with the state of its devices, and as it was', async () => {
  const { json, ask, as, began } = await wiredWorld()
  const now = await json('/api/v1/topology')
  expect(now.nodes).toMatchObject([
    { kind: 'device', id: DEVICE, state: 'ok' },
    { kind: 'heard', name: EVIL },
  ])
  expect(now.links).toHaveLength(1)
  const before = await json(`/api/v1/topology?at=${began}`)
  expect(before.nodes.map((one: { name: string }) => one.name)).toContain('ap-1')
  expect((await ask('/api/v1/topology')).status).toBe(401)
  expect((await as('integration')('/api/v1/topology')).status).toBe(403)
  expect((await as('viewer')(`/api/v1/topology?at=${began - 1}`)).status).toBe(404)
  expect((await as('viewer')('/api/v1/topology?focus=nobody')).status).toBe(404)
  for (const bad of ['layer=l4', 'vlan=0', 'depth=-1', 'at=yesterday']) {
    expect((await as('viewer')(`/api/v1/topology?${bad}`)).status).toBe(400)
  }
  expect((await json(`/api/v1/topology?focus=${DEVICE}&depth=0`)).nodes).toHaveLength(1)
})

test('what changed is listed, filtered, told as a difference, and as CSV without formulas', async () => {
  const { json, as, began, clock } = await wiredWorld()
  const { items, total } = await json('/api/v1/topology/events?kind=neighbor-moved')
  expect({ total, items }).toMatchObject({
    total: 1,
    items: [{ kind: 'neighbor-moved', devices: [DEVICE], port: { port: 'p1' } }],
  })
  expect(await json(`/api/v1/topology/events?device=${AGENT}`)).toMatchObject({ total: 0 })
  const diff = await json(`/api/v1/topology/diff?from=${began}&to=${clock.now()}`)
  expect(diff).toMatchObject({
    links: { added: [{}], removed: [{}] },
    nodes: { added: [{ name: EVIL }], removed: [{ name: 'ap-1' }] },
  })
  expect(await json('/api/v1/topology/history')).toMatchObject({ from: began })
  const csv = await (await as('viewer')('/api/v1/topology/events?format=csv')).text()
  expect(csv.split('\r\n').filter((line) => /(^|,)"?[=+@]/.test(line))).toEqual([])
  expect(csv).not.toContain('\u202e')
  const viewer = as('viewer')
  for (const bad of ['kind=silly', 'cursor=x', 'limit=0', 'from=5&to=4']) {
    expect((await viewer(`/api/v1/topology/events?${bad}`)).status).toBe(400)
  }
})

test('pages of changes follow each other without a gap', async () => {
  const { json, hear, clock } = await wiredWorld()
  for (const name of ['x', 'y', 'z']) {
    clock.advance(60_000)
    await hear(name)
  }
  const seen: number[] = []
  let cursor = ''
  do {
    const page = await json(`/api/v1/topology/events?limit=2${cursor}`)
    seen.push(...page.items.map(({ seq }: { seq: number }) => seq))
    cursor = page.next === undefined ? '' : `&cursor=${page.next}`
  } while (cursor !== '')
  expect(seen).toEqual(Array.from({ length: seen.length }, (_, n) => seen.length - n))
  expect(seen.length).toBeGreaterThan(6)
})

test('an alert has what changed around it, the nearest first', async () => {
  const { json, alerting, clock, as } = await wiredWorld()
  alerting.alerts = alerting.alerts.map((one) => ({ ...one, startedAt: clock.now(), device: DEVICE }))
  const changes = await json(`/api/v1/alerts/${ALERT}/changes`)
  expect(changes.items[0]).toMatchObject({ hops: 0 })
  expect(changes.items.map(({ event }: { event: { kind: string } }) => event.kind)).toContain('neighbor-moved')
  alerting.alerts = alerting.alerts.map((one) => ({ ...one, startedAt: epochMs(clock.now() + 2 * 3_600_000) }))
  expect(await json(`/api/v1/alerts/${ALERT}/changes`)).toMatchObject({ items: [] })
  expect((await as('viewer')('/api/v1/alerts/0190cccc-0000-4000-8000-000000000009/changes')).status).toBe(404)
})

test('the network is a file in three formats, in which no name is more than a name', async () => {
  const { as } = await wiredWorld()
  for (const [format, type] of [
    ['graphml', 'application/graphml+xml; charset=utf-8'],
    ['dot', 'text/vnd.graphviz; charset=utf-8'],
    ['json', 'application/json'],
  ]) {
    const answer = await as('viewer')(`/api/v1/topology/export?format=${format}`)
    expect(answer.headers.get('content-type')).toBe(type)
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="topology.${format}"`)
    if (format === 'graphml') expect(await answer.text()).not.toContain('<b>')
  }
  expect((await as('viewer')('/api/v1/topology/export?format=exe')).status).toBe(400)
})

test('a parameter that is misspelt is refused with those that there are, so that no filter is left out silently', async () => {
  const { as } = await apiWorld()
  for (const path of ['topology?sight=lab', 'topology/events?devices=x', 'endpoints?toString=1', 'devices?state=ok']) {
    const answer = await as('viewer')(`/api/v1/${path}`)
    expect([path, answer.status]).toEqual([path, 400])
  }
  const detailOf = async (path: string) => (await (await as('viewer')(`/api/v1/${path}`)).json()).detail
  expect(await detailOf('topology?sight=lab&x=1')).toBe(
    'there is no parameter "sight", "x" here; there is at, site, layer, vlan, focus, depth',
  )
  expect(await detailOf('discovery?agent=x&__proto__=1')).toBe(
    'there is no parameter "agent", "__proto__" here; there is none',
  )
  expect(await detailOf('endpoints?q=a&q=b')).toBe('give the parameter "q" once')
})

test('operators save where nodes are, view by view, and it is logged', async () => {
  const { as, json, auth } = await wiredWorld()
  const put = (body: unknown) => ({ ...post(body), method: 'PUT' })
  const path = '/api/v1/topology/positions?view=floor%201'
  const positions = { [DEVICE]: { x: 1.5, y: -2 }, __proto__: { x: 3, y: 4 } }
  expect((await as('viewer')(path, put({ positions }))).status).toBe(403)
  expect((await as('operator')(path, put({ positions }))).status).toBe(204)
  expect(await json(path)).toEqual({ positions: { [DEVICE]: { x: 1.5, y: -2 } }, revision: 1 })
  expect(await json('/api/v1/topology/positions')).toEqual({ positions: {}, revision: 0 })
  // Who edited what somebody has replaced since is told so, whether it is there still or not.
  const from = async (base: number, places: object) =>
    (await as('operator')(path, put({ positions: places, base }))).status
  expect([await from(1, positions), await from(1, positions), await from(0, positions)]).toEqual([204, 409, 409])
  expect([await from(2, {}), await from(2, positions), await from(0, positions)]).toEqual([204, 409, 204])
  expect(await json(path)).toMatchObject({ revision: 3 })
  const many = Object.fromEntries(Array.from({ length: 5_001 }, (_, n) => [`n${n}`, { x: n, y: n }]))
  expect((await as('operator')(path, put({ positions: many }))).status).toBeGreaterThanOrEqual(400)
  expect((await as('operator')(path, put({ positions: { a: { x: 'left', y: 0 } } }))).status).toBe(400)
  const { items } = await auth.audit.list({ limit: 1 })
  expect(items[0]).toMatchObject({ action: 'topology.positions', subject: 'floor 1' })
})

test('changes are in the live feed as they come', async () => {
  const { topology, hear } = await wiredWorld()
  const told: string[] = []
  const end = topology.onEvent(({ kind }) => told.push(kind))
  await hear('ap-9', 'p2')
  end()
  await hear('ap-10', 'p3')
  expect(told).toContain('link-added')
  expect(told.filter((kind) => kind === 'link-added')).toHaveLength(1)
})

test('stations are found by their address in any notation, as JSON and CSV', async () => {
  const { topology, db, clock, as, json } = await wiredWorld()
  const report: LinksReport = {
    ...{ kind: 'links', epoch: OutboxEpoch.parse('00000000000000aa'), seq: 9, at: clock.now(), device: DEVICE },
    ...{ forwarding: [{ port: 'p4', vlan: 20, macs: '001b21aabbcc001b21aabbcd' }], truncated: [] },
    arp: [{ ip: '192.0.2.77', mac: '00:1b:21:aa:bb:cc' }],
  }
  clock.advance(60_000)
  await topology.receiveLinks(PEER, report)
  await topology.work()
  expect(await db.selectFrom('endpoints').select('mac').execute()).toHaveLength(2)
  for (const q of ['00:1B:21:AA:BB:CC', '001b.21aa.bbcc', '00-1b-21-aa-bb-cc', '192.0.2.77']) {
    const { items, total } = await json(`/api/v1/endpoints?q=${encodeURIComponent(q)}`)
    expect({ total, items }).toMatchObject({
      total: 1,
      items: [{ mac: '00:1b:21:aa:bb:cc', port: 'p4', vlan: 20, ips: ['192.0.2.77'] }],
    })
  }
  expect(await json(`/api/v1/endpoints?device=${DEVICE}&port=p4`)).toMatchObject({ total: 2 })
  const first = await json('/api/v1/endpoints?limit=1')
  expect((await json(`/api/v1/endpoints?limit=1&cursor=${first.next}`)).items[0].mac).not.toBe(first.items[0].mac)
  expect(await json('/api/v1/endpoints?q=intel%20corp')).toMatchObject({
    total: 2,
    items: [{ vendor: 'Intel Corporate' }, {}],
  })
  expect(await json('/api/v1/endpoints?q=yealink')).toMatchObject({ total: 0 })
  const csv = await (await as('viewer')('/api/v1/endpoints?format=csv')).text()
  expect(csv).toContain('00:1b:21:aa:bb:cc,Intel Corporate,192.0.2.77,')
  expect(csv.split('\r\n')).toHaveLength(4)
  expect((await as('viewer')('/api/v1/endpoints?cursor=x')).status).toBe(400)
})

test('the way between two nodes has its links, and what is in every way', async () => {
  const { json, as } = await wiredWorld()
  const { nodes, links } = await json('/api/v1/topology')
  const heard = nodes.find(({ kind }: { kind: string }) => kind === 'heard').id
  const path = await json(`/api/v1/topology/path?from=${DEVICE}&to=${encodeURIComponent(heard)}`)
  expect(path.hops.map(({ node }: { node: string }) => node)).toEqual([DEVICE, heard])
  expect(path.hops.flatMap(({ link }: { link?: string }) => link ?? [])).toEqual([links[0].id])
  expect((await as('viewer')(`/api/v1/topology/path?from=${DEVICE}&to=nobody`)).status).toBe(404)
})
