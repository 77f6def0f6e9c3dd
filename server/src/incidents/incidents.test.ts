import {
  cutCable,
  deviceOff,
  deviceOn,
  type MadeNetwork,
  makeNetwork,
  mendCable,
  powerOff,
  powerOn,
  seenFrom,
} from '@eyenet/shared/made-network'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { idOf, OutageWorld } from './incidents.testkit.ts'

let world: OutageWorld | undefined
afterEach(async () => {
  await world?.close()
  world = undefined
})

async function begin(...[plan]: Parameters<typeof OutageWorld.open>): Promise<OutageWorld> {
  world = await OutageWorld.open(plan)
  await world.run(150)
  expect(await world.firing()).toEqual([])
  return world
}

/** A switch with two behind it, and the only cable to it. */
function onlyCable(network: MadeNetwork) {
  const victim =
    network.devices.find(({ name }) => awayWith(network, deviceOff(network, name)).length === 3)?.name ?? ''
  const alone = (id: string) => awayWith(network, cutCable(network, id)).length === 3
  const cable = network.cables.find(({ id, a, b }) => [a.device, b.device].includes(victim) && alone(id))
  return { victim, cable }
}

/** Who is away when a device fails. */
function awayWith(network: MadeNetwork, changed: MadeNetwork): readonly string[] {
  const home = network.agents[0] ?? ''
  const after = seenFrom(changed, home).answers
  return [...seenFrom(network, home).answers].filter((name) => !after.has(name)).sort()
}

let tree: MadeNetwork
beforeAll(() => {
  tree = makeNetwork({ kind: 'tree', devices: 24, seed: 7, lldp: 'everywhere', hosts: 0 })
})

test('a switch that fails is one alert with its cause, all behind it is a state, and a restart changes nothing', async () => {
  const at = await begin({ kind: 'tree', devices: 24 })
  const victim = tree.devices.find(({ name }) => awayWith(tree, deviceOff(tree, name)).length === 3)?.name ?? ''
  const away = awayWith(tree, deviceOff(tree, victim))
  at.network = deviceOff(at.network, victim)
  await at.run(240)
  const [alert, ...others] = await at.alerting.open()
  expect(others).toEqual([])
  expect(alert).toMatchObject({ rule: 'DeviceDown', state: 'firing', deviceName: victim, affected: 2 })
  expect(alert?.annotations.summary).toMatch(new RegExp(`^${victim} \\(or its link from .+\\) does not answer$`))
  const { items } = await at.incidents.list({ state: 'open', limit: 10 })
  expect(items).toHaveLength(1)
  expect(items[0]).toMatchObject({ id: alert?.incident, kind: 'device', failed: [idOf(victim)] })
  expect(new Set(items[0]?.behind)).toEqual(new Set(away.filter((name) => name !== victim).map(idOf)))
  expect([...at.behind.now.keys()].sort()).toEqual([...(items[0]?.behind ?? [])].sort())
  await at.restart()
  await at.run(300)
  expect((await at.alerting.open()).map(({ id }) => id)).toEqual([alert?.id])
  expect((await at.incidents.list({ state: 'all', limit: 10 })).items.map(({ id }) => id)).toEqual([alert?.incident])
  at.network = deviceOn(at.network, victim)
  await at.run(300)
  expect(await at.alerting.open()).toEqual([])
  expect(await at.incidents.get(alert?.incident ?? '')).toMatchObject({
    endedAt: expect.any(Number),
    afterwards: {
      failed: 'device',
      text: expect.stringMatching(`^${victim} has started anew meanwhile: it failed itself`),
    },
  })
  expect(at.behind.now.size).toBe(0)
  expect(await at.history()).toEqual([`DeviceDown ${victim}`])
}, 240_000)

test('a device that has run on all the time tells, once it is back, that its link had failed', async () => {
  const at = await begin({ kind: 'tree', devices: 24 })
  const { victim, cable } = onlyCable(tree)
  const link = cable?.id ?? ''
  at.network = cutCable(at.network, link)
  await at.run(240)
  const [open] = (await at.incidents.list({ state: 'open', limit: 10 })).items
  expect(open).toMatchObject({
    kind: 'device',
    failed: [idOf(victim)],
    or: expect.arrayContaining([expect.stringMatching('^its link from ')]),
  })
  expect(open?.afterwards).toBeUndefined()
  at.network = mendCable(at.network, link)
  await at.run(300)
  const text = `${victim} has run on all the time: ${open?.or[0]} had failed, and not the device`
  expect(await at.incidents.get(open?.id ?? '')).toMatchObject({ afterwards: { failed: 'link', text } })
}, 240_000)

test('a port that an administrator switches off is told with the device that it led to', async () => {
  const at = await begin({ kind: 'tree', devices: 24 })
  const { victim, cable } = onlyCable(tree)
  const port = [cable?.a, cable?.b].filter((end) => end?.device !== victim).map((end) => `${end?.device} ${end?.port}`)
  at.shut.add(port[0] ?? '')
  at.network = cutCable(at.network, cable?.id ?? '')
  await at.run(240)
  const alerts = await at.alerting.open()
  const summary = `${victim} (or its switched-off link from ${port[0]}`
  expect(alerts.map(({ annotations }) => annotations.summary)).toEqual([expect.stringContaining(summary)])
  const [open] = (await at.incidents.list({ state: 'open', limit: 10 })).items
  expect(open).toMatchObject({ failed: [idOf(victim)], cause: { link: expect.any(String) } })
  expect(open?.evidence).toContain(`${port[0]} towards it is switched off`)
}, 120_000)

test('a redundant link that fails is one alert: no device, and no interface at either end', async () => {
  const at = await begin({ kind: 'ring', devices: 20 })
  const spare =
    at.network.cables.find(({ id }) => awayWith(at.network, cutCable(at.network, id)).length === 0)?.id ?? ''
  at.network = cutCable(at.network, spare)
  await at.run(300)
  const [alert, ...others] = await at.alerting.open()
  expect(others).toEqual([])
  expect(alert).toMatchObject({ rule: 'LinkDown', severity: 'warning', state: 'firing', affected: 0 })
  at.network = mendCable(at.network, spare)
  await at.run(300)
  expect(await at.alerting.open()).toEqual([])
  expect(await at.history()).toHaveLength(1)
}, 240_000)

test('a place that loses its power is one alert', async () => {
  const at = await begin({ kind: 'leaf-spine', devices: 40 })
  const home = at.network.devices.find(({ name }) => name === at.network.agents[0])
  const place = { site: home?.site ?? '', place: 'Server room, rack R2' }
  at.network = powerOff(at.network, place)
  await at.run(300)
  expect(await at.alerting.open()).toHaveLength(1)
  at.network = powerOn(at.network, place)
  await at.run(400)
  expect(await at.alerting.open()).toEqual([])
}, 240_000)

test("an agent whose own line is cut is one alert, and no device's", async () => {
  const at = await begin({ kind: 'tree', devices: 24 })
  const home = at.network.agents[0]
  const own = at.network.cables.find(({ a, b }) => a.device === home || b.device === home)?.id ?? ''
  at.network = cutCable(at.network, own)
  await at.run(300)
  expect(await at.firing()).toEqual([
    expect.stringMatching(/^AgentIsolated: Agent agent-1 at test reaches none of the 23 devices/),
  ])
  at.network = mendCable(at.network, own)
  await at.run(300)
  expect(await at.alerting.open()).toEqual([])
  expect(await at.history()).toEqual(['AgentIsolated'])
}, 240_000)

test('an outage of which the data came late is found with its cause alone; a cut line is found as no device', async () => {
  const at = await begin({ kind: 'tree', devices: 24 })
  const victim = tree.devices.find(({ name }) => awayWith(tree, deviceOff(tree, name)).length === 3)?.name ?? ''
  at.isConnected = false
  await at.run(120)
  at.network = deviceOff(at.network, victim)
  await at.run(600)
  at.network = deviceOn(at.network, victim)
  await at.run(240)
  const home = at.network.agents[0]
  const own = at.network.cables.find(({ a, b }) => a.device === home || b.device === home)?.id ?? ''
  at.network = cutCable(at.network, own)
  await at.run(600)
  at.network = mendCable(at.network, own)
  await at.run(240)
  await at.sendBacklog()
  at.isConnected = true
  await at.run(120)
  expect(await at.history()).toEqual([`DeviceDown ${victim}`])
}, 240_000)
