import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AgentId, DeviceId, type EpochMs, epochMs, OutboxEpoch, SiteName } from '@eyenet/shared/identity'
import { EventReport, FactsReport } from '@eyenet/shared/wire'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { type ControlDb, openDatabase } from '../db/db.ts'
import { openStore } from '../store/store.ts'
import { type InventoryChange, openInventory } from './inventory.ts'

const START = epochMs(Date.UTC(2026, 5, 1))
const EPOCH = OutboxEpoch.parse('00112233aabbccdd')
const CORE = DeviceId.parse('6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11')
const peer = { site: SiteName.parse('home'), agent: AgentId.parse('11111111-6b7a-4a53-9c5b-0d5c3c9f8a11') }
const stranger = { site: SiteName.parse('branch'), agent: AgentId.parse('22222222-6b7a-4a53-9c5b-0d5c3c9f8a11') }
const logger = pino({ level: 'silent' })
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const WORDS = ['sysName', 'sysDescr', 'sysObjectId', 'sysLocation', 'sysContact', 'vendor', 'os', 'model', 'version']
const identity = Object.fromEntries([...WORDS, 'serial', 'engineId'].map((word) => [word, `the ${word}`]))
const port = (ifIndex: number, name = `eth${ifIndex}`) => ({
  ...{ interface: name, ifIndex, ifName: name, ifDescr: name, ifAlias: '', ifType: 6, mac: '' },
})

function facts(changed: Partial<FactsReport> = {}): FactsReport {
  return FactsReport.parse({
    ...{ kind: 'facts', epoch: EPOCH, seq: 1, at: START, device: CORE, identityRank: 'serial', name: 'core-1' },
    ...{ address: '192.0.2.1', kindOfTarget: 'snmp', intervalSeconds: 60, identity },
    ...{ reach: { snmp: 'up', icmp: 'up', problem: '' }, interfaces: [port(2), port(1)], truncated: false },
    ...changed,
  })
}

/** The server says that the agent watches it. */
async function watched(db: ControlDb): Promise<void> {
  const agent = {
    ...{ id: peer.agent, name: 'edge', site: peer.site, password_hash: '', encryption_key: '{}', hostname: 'h' },
    ...({ version: '1', enrolled_at: START, state: 'connected', state_since: START, desired_revision: 1 } as const),
    ...({ actual_revision: 1, takes_settings: 1, resends: 0 } as const),
  }
  await db.insertInto('agents').values(agent).execute()
  const row = { device: CORE, agent: peer.agent, sealed: Buffer.of(), interval_seconds: null, created_at: START }
  await db.insertInto('targets').values(row).execute()
}

const reachChanged = (changed: Record<string, unknown> = {}) =>
  EventReport.parse({
    ...{ kind: 'reach-changed', epoch: EPOCH, seq: 1, at: START + 1_000, device: CORE },
    ...{ snmp: 'down', icmp: 'down', problem: 'no answer', ...changed },
  })

async function world() {
  const clock: { now: EpochMs } = { now: START }
  const now = () => clock.now
  const chosen = new Map<string, boolean>()
  const db = await openDatabase(':memory:')
  const store = await openStore({ folder: mkdtempSync(join(tmpdir(), 'eyenet-inventory-')), logger, clock: { now } })
  closing.push(
    () => db.destroy(),
    () => store.close(),
  )
  const open = async () => {
    const choices = async () => chosen
    const room = await openInventory({ db, store, now, logger, watched: async () => undefined, choices })
    closing.push(() => room.close())
    return room
  }
  const append = async (name: string, labels: Record<string, string>, points: readonly [number, number][]) => {
    const [ref = 0] = await store.intern([{ __name__: name, site: 'home', device: CORE, ...labels }])
    return store.append({
      refs: Int32Array.from(points, () => ref),
      times: Float64Array.from(points, ([ms]) => START + ms),
      values: Float64Array.from(points, ([, value]) => value),
    })
  }
  return { db, clock, open, append, chosen, room: await open() }
}

test('facts make a device with its interfaces, which a restart finds again', async () => {
  const { room, open } = await world()
  await room.receiveFacts(peer, facts())
  for (const one of [room, await open()]) {
    const device = await one.get(CORE)
    expect(device).toMatchObject({ id: CORE, name: 'core-1', site: 'home', state: 'ok', interfaces: 2, managed: false })
    expect(device?.sysContact).toBe('the sysContact')
    expect((await one.interfaces(CORE)).map(({ ifName }) => ifName)).toEqual(['eth1', 'eth2'])
    expect(await one.list()).toHaveLength(1)
    expect(one.nameOf(CORE)).toBe('core-1')
  }
})

test('a role is what the agent tells, else what the device says of itself', async () => {
  const { room, open } = await world()
  const roleIn = async (one: typeof room) => {
    const [listed, device] = [(await one.list())[0], await one.get(CORE)]
    expect(listed?.role).toBe(device?.role)
    return [device?.role, device?.roleEvidence]
  }
  await room.receiveFacts(peer, facts({ role: 'firewall', roleEvidence: 'system panos' }))
  expect(await roleIn(room)).toEqual(['firewall', 'system panos'])
  expect(await roleIn(await open())).toEqual(['firewall', 'system panos'])
  const says = { ...facts().identity, os: 'procurve' }
  await room.receiveFacts(peer, facts({ identity: says }))
  expect(await roleIn(room)).toEqual(['switch', 'system procurve'])
  await room.receiveFacts(peer, facts({ identity: says, role: 'teleporter', roleEvidence: 'of a newer agent' }))
  expect(await roleIn(room)).toEqual(['switch', 'system procurve'])
})

test('the maker of most of its adapters is the maker of a device that names none, and a hint of what it is for', async () => {
  const { room } = await world()
  const silent = { ...facts().identity, vendor: '', sysDescr: '', sysObjectId: '', model: '', os: '' }
  const ports = ['00:1b:21:00:00:01', '00:40:8c:00:00:01', '00:40:8C:00:00:02', '02:42:ac:00:00:01', ''].map(
    (mac, at) => ({
      ...port(at + 1),
      mac,
    }),
  )
  const [camera, host] = [
    facts({ identity: silent, interfaces: ports, role: 'unknown' }),
    { kindOfTarget: 'host' } as const,
  ]
  await room.receiveFacts(peer, camera)
  expect(await room.get(CORE)).toMatchObject({
    ...{ vendor: 'Axis Communications AB', role: 'camera' },
    roleEvidence: 'its adapter is made by Axis Communications AB',
  })
  await room.receiveFacts(peer, { ...camera, identity: { ...silent, vendor: 'ACME' }, role: 'printer' })
  expect((await room.list())[0]).toMatchObject({ vendor: 'ACME', role: 'printer' })
  await room.receiveFacts(peer, { ...camera, ...host })
  expect((await room.list())[0]).toMatchObject({ vendor: '', role: 'unknown' })
})

test('newer facts replace what was known, interfaces too; repeated ones change nothing; older ones undo nothing', async () => {
  const { room } = await world()
  await room.receiveFacts(peer, facts({ at: epochMs(START - 10_000) }))
  await room.receiveFacts(peer, facts({ at: START, name: 'core-2', interfaces: [port(3), port(3)] }))
  await room.receiveFacts(peer, facts({ at: START, name: 'core-2', interfaces: [port(3), port(3)] }))
  await room.receiveFacts(peer, facts({ at: epochMs(START - 20_000) }))
  expect((await room.get(CORE))?.name).toBe('core-2')
  expect((await room.interfaces(CORE)).map(({ ifName }) => ifName)).toEqual(['eth3'])
  expect((await room.list())[0]?.interfaces).toBe(1)
})

test('a clock that is a year ahead does not freeze what is known', async () => {
  const { room, clock } = await world()
  await room.receiveFacts(peer, facts({ at: epochMs(START + 365 * 86_400_000) }))
  clock.now = epochMs(START + 1_000)
  await room.receiveEvent(peer, reachChanged())
  expect(await room.get(CORE)).toMatchObject({ state: 'critical', reach: { problem: 'no answer' } })
  await room.receiveFacts(peer, facts({ at: clock.now, name: 'core-2' }))
  expect((await room.get(CORE))?.name).toBe('core-2')
})

test('an agent of another site cannot take a device over, nor say that it is well', async () => {
  const { room } = await world()
  await room.receiveFacts(peer, facts())
  await room.receiveEvent(peer, reachChanged())
  await expect(room.receiveFacts(stranger, facts({ name: 'mine' }))).rejects.toMatchObject({ code: 'conflict' })
  const lie = reachChanged({ snmp: 'up', icmp: 'up', at: START + 2_000 })
  await expect(room.receiveEvent(stranger, lie)).rejects.toMatchObject({ code: 'conflict' })
  expect(await room.get(CORE)).toMatchObject({ name: 'core-1', state: 'critical', agent: peer.agent })
})

test('an event that overtakes the first facts of its device counts, where it is newer and of the same agent', async () => {
  const { room, db, clock } = await world()
  await watched(db)
  clock.now = epochMs(START + 10_000)
  const silent = { snmp: 'down', icmp: 'down', problem: 'no answer' } as const
  const isWell = { snmp: 'up', icmp: 'up', problem: '' }
  const answers = async () => {
    const [one] = room.answers()
    await room.remove(CORE)
    return one?.answers
  }
  await room.receiveEvent(peer, reachChanged(isWell))
  await room.receiveFacts(peer, facts({ reach: silent }))
  expect(room.answers()).toMatchObject([{ toldAt: START + 1_000 }])
  expect(await answers()).toBe(true)
  // Asked for once: what comes later stands for itself.
  await room.receiveFacts(peer, facts({ reach: silent }))
  expect(await answers()).toBe(false)
  await room.receiveEvent(peer, reachChanged(isWell))
  await room.receiveFacts(peer, facts({ reach: silent, at: epochMs(START + 2_000) }))
  expect(await answers()).toBe(false)
  await room.receiveEvent(stranger, reachChanged(isWell))
  await room.receiveFacts(peer, facts({ reach: silent }))
  expect(await answers()).toBe(false)
  // Nor does another agent's word put the agent's own aside.
  await room.receiveEvent(peer, reachChanged(isWell))
  await room.receiveEvent(stranger, reachChanged(silent))
  await room.receiveFacts(peer, facts({ reach: silent }))
  expect(await answers()).toBe(true)
})

test('events of devices that are not known leave no rows; five hundred of one device are kept', async () => {
  const { room, db } = await world()
  const rows = async () => (await db.selectFrom('device_events').select('key').execute()).length
  await room.receiveEvent(peer, reachChanged())
  expect(await rows()).toBe(0)
  await room.receiveFacts(peer, facts())
  for (let seq = 1; seq <= 510; seq += 1) await room.receiveEvent(peer, reachChanged({ seq: Math.min(seq, 505) }))
  expect(await rows()).toBe(500)
})

test('a device that falls silent is unknown, alerts count, and listeners hear of each change', async () => {
  const { room, clock } = await world()
  const heard: InventoryChange[] = []
  room.onChange((change) => heard.push(change))
  await room.receiveFacts(peer, facts())
  room.stored({ agent: peer.agent, devices: [CORE], newest: START })
  room.alertsChanged(new Map([[CORE, { critical: 1, warning: 1, info: 0 }]]))
  await room.receiveFacts(peer, facts())
  expect(await room.get(CORE)).toMatchObject({ state: 'critical', openAlerts: 2, lastSeenAt: START })
  clock.now = epochMs(START + 10 * 60_000)
  room.alertsChanged(new Map())
  await room.receiveEvent(peer, reachChanged({ kind: 'discontinuity', cause: 'restart' }))
  expect(await room.get(CORE)).toMatchObject({ state: 'unknown', openAlerts: 0, since: clock.now })
  const states = heard.map((change) => change.kind === 'device' && change.device.state)
  expect([states[0], states.at(-1)]).toEqual(['ok', 'unknown'])
})

test('a device that is down was last seen when it last answered, though its samples go on', async () => {
  const { room } = await world()
  const stored = (seconds: number) =>
    room.stored({ agent: peer.agent, devices: [CORE], newest: epochMs(START + seconds * 1000) })
  await room.receiveFacts(peer, facts())
  stored(10)
  await room.receiveEvent(peer, reachChanged())
  stored(20)
  expect(await room.get(CORE)).toMatchObject({ state: 'critical', lastSeenAt: START + 10_000 })
  await room.receiveEvent(peer, reachChanged({ seq: 2, snmp: 'up', icmp: 'up', at: epochMs(START + 30_000) }))
  stored(30)
  expect(await room.get(CORE)).toMatchObject({ state: 'ok', lastSeenAt: START + 30_000 })
})

test('lists carry the latest values: traffic, load, status and readings', async () => {
  const { room, append, clock } = await world()
  await room.receiveFacts(peer, facts())
  await append('device_cpu_ratio', {}, [[0, 0.25]])
  await append('ifOperStatus', { interface: 'eth1' }, [[0, 1]])
  const octets: [number, number][] = [
    [0, 1_000],
    [60_000, 61_000],
  ]
  await append('ifHCInOctets', { interface: 'eth1' }, octets)
  await append('ifHCOutOctets', { interface: 'eth1' }, octets)
  clock.now = epochMs(START + 60_000)
  const [eth1, eth2] = await room.interfaces(CORE)
  expect(eth1).toMatchObject({ operStatus: 1, inBps: 8_000, outBps: 8_000 })
  expect(eth2).not.toHaveProperty('inBps')
  for (const device of [await room.get(CORE), (await room.list())[0]]) {
    expect(device).toMatchObject({ cpuRatio: 0.25, trafficBps: 16_000 })
  }
  const readings = await room.readings(CORE)
  expect(readings[0]).toMatchObject({ metric: 'device_cpu_ratio', value: '0.25', labels: {}, at: START })
})

test('what was on its way when a device was removed does not bring it back; one that is added again is taken', async () => {
  const { room, db, clock } = await world()
  await room.receiveFacts(peer, facts())
  await room.remove(CORE)
  clock.now = epochMs(START + 8_000)
  await room.receiveFacts(peer, facts({ at: clock.now }))
  expect(await room.get(CORE)).toBeUndefined()
  await watched(db)
  await room.receiveFacts(peer, facts({ at: clock.now }))
  expect(await room.get(CORE)).toMatchObject({ name: 'core-1' })
  await db.deleteFrom('targets').execute()
  await room.remove(CORE)
  // Its agent names it by itself from now on.
  clock.now = epochMs(START + 30_000)
  await room.receiveFacts(peer, facts({ at: clock.now }))
  expect(await room.get(CORE)).toMatchObject({ name: 'core-1' })
})

test('a removed device is gone with its rows, and its listeners hear it', async () => {
  const { room, db, open } = await world()
  const heard: string[] = []
  room.onChange(({ kind }) => heard.push(kind))
  await room.receiveFacts(peer, facts())
  await room.receiveEvent(peer, reachChanged())
  // A report that is under way when it is removed does not bring half of it back.
  await Promise.all([room.receiveFacts(peer, facts()), room.remove(CORE)])
  expect(await room.get(CORE)).toBeUndefined()
  expect(await (await open()).list()).toEqual([])
  expect(await db.selectFrom('interfaces').selectAll().execute()).toEqual([])
  expect(heard.at(-1)).toBe('device-removed')
  await expect(room.remove(CORE)).rejects.toMatchObject({ code: 'not_found' })
})
