import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AgentId, DeviceId, type EpochMs, epochMs, OutboxEpoch, SiteName } from '@eyenet/shared/identity'
import { setStaleMarker } from '@eyenet/shared/promql'
import { type DeviceDetails, FactsReport } from '@eyenet/shared/wire'
import { sql } from 'kysely'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { openDatabase } from '../db/db.ts'
import { openStore } from '../store/store.ts'
import { openInventory } from './inventory.ts'

const START = epochMs(Date.UTC(2026, 5, 1))
const CORE = DeviceId.parse('6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11')
const peer = { site: SiteName.parse('home'), agent: AgentId.parse('11111111-6b7a-4a53-9c5b-0d5c3c9f8a11') }
const logger = pino({ level: 'silent' })
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const WORDS = ['sysName', 'sysDescr', 'sysObjectId', 'sysLocation', 'sysContact', 'vendor', 'os', 'model', 'version']
const identity = Object.fromEntries([...WORDS, 'serial', 'engineId'].map((word) => [word, '']))

function facts(details?: DeviceDetails, at: EpochMs = START): FactsReport {
  return FactsReport.parse({
    ...{ kind: 'facts', epoch: OutboxEpoch.parse('00112233aabbccdd'), seq: 1, at, device: CORE, name: 'core-1' },
    ...{ identityRank: 'serial', address: '192.0.2.1', kindOfTarget: 'snmp', intervalSeconds: 60, identity },
    ...{ reach: { snmp: 'up', icmp: 'up', problem: '' }, interfaces: [], truncated: false },
    ...(details && { details }),
  })
}

const nothing: DeviceDetails = {
  ...{ family: 'cisco ios', truncated: false, processors: [], memory: [], storage: [], sensors: [], parts: [] },
  ...{ neighbors: [], addresses: [], vlans: [], bgpPeers: [], ospfNeighbors: [], supplies: [] },
}
const sensor = (name: string, more: Partial<DeviceDetails['sensors'][number]> = {}) => ({
  ...{ sensor: name, metric: 'sensor_temperature_celsius', kind: 'temperature', oid: '1.3.6.1.4.1.1.1', enabled: true },
  ...{ object: '1.3.6.1.4.1.1', evidence: 'unit stated by MIB', ...more },
})

async function world() {
  const clock: { now: EpochMs } = { now: START }
  const now = () => clock.now
  const chosen = new Map<string, boolean>()
  const folder = mkdtempSync(join(tmpdir(), 'eyenet-parts-'))
  const db = await openDatabase(':memory:')
  const store = await openStore({ folder, logger, clock: { now } })
  const open = async () => {
    const options = { db, store, now, logger, watched: async () => undefined, choices: async () => chosen }
    const room = await openInventory(options)
    closing.push(() => room.close())
    return room
  }
  closing.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => db.destroy(),
    () => store.close(),
  )
  const write = async (name: string, labels: Record<string, string>, value: number | 'stale') => {
    const refs = await store.intern([{ __name__: name, site: 'home', device: CORE, ...labels }])
    const values = Float64Array.of(value === 'stale' ? 0 : value)
    if (value === 'stale') setStaleMarker(values, 0)
    return store.append({ refs, times: now(), values })
  }
  const changes = async () => (await sql<{ n: number }>`SELECT total_changes() AS n`.execute(db)).rows[0]?.n ?? 0
  return { db, store, clock, chosen, open, write, changes, room: await open() }
}

test('a device whose agent makes no surveys has none of it, and no error', async () => {
  const { room } = await world()
  await room.receiveFacts(peer, facts())
  expect(await room.sensors(CORE)).toEqual({ family: '', items: [], truncated: false })
  expect(await room.hardware(CORE)).toMatchObject({ processors: [], memory: [], parts: [], truncated: false })
  expect(await room.network(CORE)).toMatchObject({ neighbors: [], vlans: [], truncated: false })
})

test('a sensor has its latest reading, its word, its status and what was decided about it', async () => {
  const { room, write, chosen } = await world()
  const fan = sensor('fan 1', {
    metric: 'sensor_state',
    kind: 'state',
    object: '1.9',
    states: { '1': 'ok', '3': 'bad' },
  })
  const sensors = [sensor('cpu'), sensor('fan 1'), fan, sensor('offered', { enabled: false, value: 3 })]
  await room.receiveFacts(peer, facts({ ...nothing, sensors }))
  await write('sensor_temperature_celsius', { sensor: 'cpu' }, 41.5)
  await write('sensor_state', { sensor: 'fan 1' }, 3)
  await write('sensor_status', { sensor: 'fan 1', kind: 'state' }, 2)
  await write('sensor_status', { sensor: 'cpu', kind: 'temperature' }, 0)
  chosen.set('1.9', true)
  const { family, items } = await room.sensors(CORE)
  expect(family).toBe('cisco ios')
  expect(items).toMatchObject([
    { sensor: 'cpu', unit: 'celsius', reading: 41.5, at: START, status: 'ok', evidence: 'unit stated by MIB' },
    { sensor: 'fan 1', kind: 'temperature', status: 'unknown' },
    { sensor: 'fan 1', kind: 'state', unit: 'state', reading: 3, word: 'bad', status: 'bad', chosen: true },
    { sensor: 'offered', enabled: false, value: 3, status: 'unknown' },
  ])
  expect(items[1]).not.toHaveProperty('reading')
  expect(items[0]).not.toHaveProperty('chosen')
})

test('what a device stopped telling, or told long ago, is no reading', async () => {
  const { room, write, clock } = await world()
  await room.receiveFacts(peer, facts({ ...nothing, sensors: [sensor('a'), sensor('b'), sensor('c')] }))
  await write('sensor_temperature_celsius', { sensor: 'a' }, 1)
  await write('sensor_temperature_celsius', { sensor: 'b' }, 2)
  clock.now = epochMs(START + 3_600_000)
  await write('sensor_temperature_celsius', { sensor: 'b' }, 'stale')
  expect((await room.sensors(CORE)).items.map(({ reading }) => reading)).toEqual([1, undefined, undefined])
  clock.now = epochMs(START + 2 * 3_600_000)
  expect((await room.sensors(CORE)).items[0]).not.toHaveProperty('reading')
})

test('hardware has its figures: main memory, pools, volumes, processors and supplies', async () => {
  const { room, write } = await world()
  const pool = (name: string, totalBytes?: number) => ({ pool: name, evidence: 'e', ...(totalBytes && { totalBytes }) })
  const details = {
    ...nothing,
    processors: [{ cpu: '0', evidence: 'e' }],
    memory: [pool('I/O'), pool('Processor', 400), pool('silent', 7)],
    storage: [pool('/'), pool('/var')],
    supplies: [{ supply: 'Black', kind: 'toner' }],
  }
  await room.receiveFacts(peer, facts(details))
  await write('device_cpu_ratio', { cpu: '0' }, 0.25)
  await write('device_memory_pool_used_ratio', { pool: 'I/O' }, 0.1)
  await write('device_memory_pool_used_bytes', { pool: 'Processor' }, 100)
  await write('device_memory_used_bytes', {}, 99)
  await write('device_storage_used_bytes', { storage: '/' }, 30)
  await write('device_storage_total_bytes', { storage: '/' }, 40)
  await write('device_storage_used_ratio', { storage: '/var' }, 0.9)
  await write('supply_remaining_ratio', { supply: 'Black' }, 0.05)
  expect(await room.hardware(CORE)).toEqual({
    processors: [{ cpu: '0', ratio: 0.25, evidence: 'e' }],
    memory: [
      { pool: 'I/O', usedRatio: 0.1, evidence: 'e' },
      { pool: 'Processor', usedBytes: 100, totalBytes: 400, usedRatio: 0.25, evidence: 'e' },
      { pool: 'silent', totalBytes: 7, evidence: 'e' },
    ],
    storage: [
      { pool: '/', usedBytes: 30, totalBytes: 40, usedRatio: 0.75, evidence: 'e' },
      { pool: '/var', usedRatio: 0.9, evidence: 'e' },
    ],
    parts: [],
    supplies: [{ supply: 'Black', kind: 'toner', remainingRatio: 0.05 }],
    truncated: false,
  })
})

test('memory that is one has the figures of the device', async () => {
  const { room, write } = await world()
  await room.receiveFacts(peer, facts({ ...nothing, memory: [{ pool: 'RAM', evidence: 'e', totalBytes: 4 }] }))
  await write('device_memory_used_bytes', {}, 1)
  expect((await room.hardware(CORE)).memory).toEqual([
    { pool: 'RAM', usedBytes: 1, totalBytes: 4, usedRatio: 0.25, evidence: 'e' },
  ])
})

test('lists have the share of memory of a device that does not tell its size', async () => {
  const { room, write } = await world()
  await room.receiveFacts(peer, facts())
  await write('device_memory_used_ratio', {}, 0.6)
  expect((await room.get(CORE))?.memoryRatio).toBe(0.6)
  await write('device_memory_used_bytes', {}, 1)
  await write('device_memory_total_bytes', {}, 4)
  expect((await room.get(CORE))?.memoryRatio).toBe(0.25)
})

test('repeated details write nothing, a report without them keeps them, a removed device loses them', async () => {
  const { room, open, changes, db } = await world()
  const vlans = [{ id: 7, name: '<b>voice</b>\u001b[31m' }]
  const details = { ...nothing, vlans, truncated: true, sensors: [sensor('a'), sensor('b')] }
  await room.receiveFacts(peer, facts(details))
  const before = await changes()
  await room.receiveFacts(peer, facts(details))
  await (await open()).receiveFacts(peer, facts(details))
  await room.receiveFacts(peer, facts())
  // One row of the device for each report, and after the new start who sees it.
  expect((await changes()) - before).toBe(4)
  expect(await room.network(CORE)).toMatchObject({ vlans, truncated: true })
  expect(await db.selectFrom('device_objects').selectAll().execute()).toEqual([
    { device: CORE, family: 'cisco ios', object: '1.3.6.1.4.1.1' },
  ])
  await room.receiveFacts(peer, facts({ ...nothing, family: 'other' }))
  expect(await room.sensors(CORE)).toEqual({ family: 'other', items: [], truncated: false })
  expect(await db.selectFrom('device_objects').selectAll().execute()).toEqual([])
  await room.remove(CORE)
  expect(await db.selectFrom('device_details').select('device').execute()).toEqual([])
})
