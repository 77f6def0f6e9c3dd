import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AgentId, DeviceId, type EpochMs, epochMs, OutboxEpoch, SiteName } from '@eyenet/shared/identity'
import { FactsReport } from '@eyenet/shared/wire'
import { pino } from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { openDatabase } from '../../db/db.ts'
import { openStore } from '../../store/store.ts'
import { type MergeChange, openInventory } from '../inventory.ts'

const START = epochMs(Date.UTC(2026, 5, 1))
const OLD = DeviceId.parse('1f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11')
const NEW = DeviceId.parse('2f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11')
const agent = (digit: number) => ({
  site: SiteName.parse('home'),
  agent: AgentId.parse(`${String(digit).repeat(8)}-6b7a-4a53-9c5b-0d5c3c9f8a11`),
})
const logger = pino({ level: 'silent' })
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const WORDS = ['sysName', 'sysDescr', 'sysObjectId', 'sysLocation', 'sysContact', 'vendor', 'os', 'model', 'version']
const blank = Object.fromEntries([...WORDS, 'serial', 'engineId'].map((word) => [word, '']))
const port = (ifIndex: number, mac = '') => ({
  ...{ interface: `eth${ifIndex}`, ifIndex, ifName: `eth${ifIndex}`, ifDescr: '', ifAlias: '', ifType: 6, mac },
})

function facts(device: DeviceId, changed: Record<string, unknown>): FactsReport {
  const { identity = {}, ...rest } = changed
  return FactsReport.parse({
    ...{ kind: 'facts', epoch: OutboxEpoch.parse('00112233aabbccdd'), seq: 1, at: START, device, name: 'a device' },
    ...{ identityRank: 'serial', address: '192.0.2.1', kindOfTarget: 'snmp', intervalSeconds: 60 },
    ...{ reach: { snmp: 'up', icmp: 'up', problem: '' }, interfaces: [], truncated: false },
    identity: { ...blank, ...(identity as object) },
    ...rest,
  })
}
const bare = (at = 0) =>
  facts(OLD, {
    identityRank: 'address',
    kindOfTarget: 'ping',
    name: 'gateway',
    at: START + at,
    reach: { snmp: 'off', icmp: 'up', problem: '' },
  })
const whole = (at = 0) =>
  facts(NEW, {
    name: 'router-1',
    at: START + at,
    identity: { serial: 'FOC1234X', sysName: 'router-1' },
    interfaces: [port(1)],
  })

async function world() {
  const clock: { now: EpochMs } = { now: epochMs(START + 3_600_000) }
  const now = () => clock.now
  const db = await openDatabase(':memory:')
  const store = await openStore({ folder: mkdtempSync(join(tmpdir(), 'eyenet-merging-')), logger, clock: { now } })
  closing.push(
    () => db.destroy(),
    () => store.close(),
  )
  const open = async () => {
    const room = await openInventory({
      db,
      store,
      now,
      logger,
      watched: async () => undefined,
      choices: async () => new Map(),
    })
    closing.push(() => room.close())
    return room
  }
  const room = await open()
  const changes: MergeChange[] = []
  room.identities.onMerge((change) => changes.push(change))
  const append = async (device: DeviceId, times: readonly number[]) => {
    const [ref = 0] = await store.intern([{ __name__: 'icmp_rtt_seconds', site: 'home', device }])
    const at = Float64Array.from(times, (one) => START + one)
    await store.append({ refs: new Int32Array(times.length).fill(ref), times: at, values: Float64Array.from(times) })
  }
  const samples = async (device: DeviceId) => {
    const matchers = [{ name: 'device', op: '=' as const, value: device }]
    const [found] = await store.select({ matchers, from: epochMs(0), to: clock.now })
    return [...(found?.values ?? [])]
  }
  return { db, clock, room, open, changes, append, samples }
}

test('an address that was pinged and answers SNMP later is one device, which keeps its id, history and new facts', async () => {
  const { room, changes, append, samples, open } = await world()
  await room.receiveFacts(agent(1), bare())
  await append(OLD, [1_000, 2_000])
  await append(NEW, [2_000, 3_000, 4_000])
  await room.receiveFacts(agent(1), whole(60_000))
  expect(changes).toEqual([{ from: NEW, into: OLD, undone: false }])
  for (const one of [room, await open()]) {
    expect(await one.list()).toHaveLength(1)
    expect(await one.get(NEW)).toMatchObject({ id: OLD, name: 'router-1', kind: 'snmp', serial: 'FOC1234X' })
    expect(await one.interfaces(OLD)).toHaveLength(1)
    expect(one.identities.resolve(NEW)).toBe(OLD)
  }
  // Before and after what it has itself; no moment has two.
  await vi.waitUntil(async () => (await samples(OLD)).length === 4)
  expect(await samples(OLD)).toEqual([1_000, 2_000, 3_000, 4_000])
  const { merges, sightings } = await room.identities.of(OLD)
  expect(merges[0]?.evidence).toEqual(['one is known by nothing but an address that the other has'])
  expect(sightings).toHaveLength(1)
})

test('reports under either id are of the one device; a ping of its address takes nothing away from it', async () => {
  const { room } = await world()
  await room.receiveFacts(agent(1), bare())
  await room.receiveFacts(agent(1), whole(60_000))
  await room.receiveFacts(agent(2), { ...bare(120_000), at: epochMs(START + 120_000) })
  expect(await room.get(OLD)).toMatchObject({ name: 'router-1', agent: agent(1).agent })
  await room.receiveFacts(agent(1), { ...whole(180_000), name: 'router-one' })
  expect(await room.list()).toMatchObject([{ id: OLD, name: 'router-one' }])
  expect((await room.identities.of(OLD)).sightings).toHaveLength(2)
})

test('a merge that is undone gives both devices back, and they are not merged by themselves again', async () => {
  const { room, changes, open } = await world()
  await room.receiveFacts(agent(1), bare())
  await room.receiveFacts(agent(1), whole(60_000))
  const [merge] = await room.identities.merges()
  const undone = await room.identities.undo(merge?.id ?? '', 'ada')
  expect(undone).toMatchObject({ undoneBy: 'ada', merged: { id: NEW } })
  expect(changes.at(-1)).toEqual({ from: NEW, into: OLD, undone: true })
  const again = await open()
  for (const one of [room, again]) {
    expect(await one.get(OLD)).toMatchObject({ name: 'gateway', kind: 'ping', interfaces: 0 })
    expect(await one.get(NEW)).toMatchObject({ id: NEW, name: 'router-1', interfaces: 1 })
  }
  await again.receiveFacts(agent(1), whole(120_000))
  expect(await again.list()).toHaveLength(2)
  await expect(room.identities.undo(merge?.id ?? '', 'ada')).rejects.toMatchObject({ code: 'conflict' })
  await expect(room.identities.undo('00000000-0000-4000-8000-000000000000', 'ada')).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('with a device its merges are removed: what is told of the other id is a new device, and nothing brings it back', async () => {
  const { room, changes, open } = await world()
  await room.receiveFacts(agent(1), bare())
  await room.receiveFacts(agent(1), whole(60_000))
  const [merge] = await room.identities.merges()
  await expect(room.remove(NEW)).rejects.toMatchObject({ code: 'not_found' })
  await room.remove(OLD)
  expect(changes.at(-1)).toEqual({ from: NEW, into: OLD, undone: true })
  const again = await open()
  for (const one of [room, again]) {
    expect(one.identities.resolve(NEW)).toBe(NEW)
    await expect(one.identities.undo(merge?.id ?? '', 'ada')).rejects.toMatchObject({ code: 'not_found' })
  }
  await room.receiveFacts(agent(1), whole(120_000))
  expect(await room.list()).toMatchObject([{ id: NEW, name: 'router-1' }])
})

test('what each told of its links is there again after a merge is undone', async () => {
  const { db, room } = await world()
  const row = { device: OLD, part: 'neighbors', told: '[]', since: '{"told":[],"gone":[]}', at: START }
  await room.receiveFacts(agent(1), bare())
  await db.insertInto('links_told').values(row).execute()
  await room.receiveFacts(agent(1), whole(60_000))
  await db.updateTable('links_told').set({ told: '[1]' }).execute()
  const [merge] = await room.identities.merges()
  await room.identities.undo(merge?.id ?? '', 'ada')
  expect(await db.selectFrom('links_told').selectAll().execute()).toEqual([row])
})

test('a device under a new name with the same serial number, seen by two agents, is one', async () => {
  const { room } = await world()
  await room.receiveFacts(agent(1), facts(OLD, { identity: { serial: 'FOC1234X', sysName: 'sw-old' } }))
  const renamed = facts(NEW, {
    at: START + 1_000,
    address: '192.0.2.9',
    identity: { serial: 'FOC1234X', sysName: 'sw-new' },
  })
  await room.receiveFacts(agent(2), renamed)
  expect(await room.list()).toMatchObject([{ id: OLD, address: '192.0.2.9' }])
})

test('virtual machines that share a base address stay apart; people see the pair and may merge it', async () => {
  const { room } = await world()
  const mac = '02:00:5e:00:53:01'
  const machine = (device: DeviceId, sysName: string) =>
    facts(device, {
      identityRank: 'name',
      name: sysName,
      identity: { sysName },
      interfaces: [port(1, mac)],
      address: sysName,
    })
  await room.receiveFacts(agent(1), machine(OLD, 'vm-1'))
  await room.receiveFacts(agent(1), machine(NEW, 'vm-2'))
  expect(await room.list()).toHaveLength(2)
  expect(room.identities.duplicates()).toMatchObject([
    { devices: [OLD, NEW], evidence: ['interfaces of both have the same addresses (1)'] },
  ])
  await expect(room.identities.merge(OLD, OLD, { by: 'ada', comment: '' })).rejects.toMatchObject({ code: 'invalid' })
  const merge = await room.identities.merge(OLD, NEW, { by: 'ada', comment: 'moved' })
  expect(merge).toMatchObject({ device: OLD, merged: { id: NEW }, by: 'ada', evidence: ['ada says so: moved'] })
  expect(room.identities.duplicates()).toEqual([])
})
