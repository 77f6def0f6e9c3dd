import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AgentId, DeviceId, type EpochMs, epochMs, OutboxEpoch, SiteName } from '@eyenet/shared/identity'
import { FactsReport } from '@eyenet/shared/wire'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openDatabase } from '../db/db.ts'
import { openStore } from '../store/store.ts'
import { type InventoryRoom, type LifecycleChange, openInventory } from './inventory.ts'

const START = epochMs(Date.UTC(2026, 5, 1))
const DAY_MS = 24 * 3_600_000
const MANAGED = DeviceId.parse('6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11')
const OF_THE_FILE = DeviceId.parse('6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a12')
const peer = { site: SiteName.parse('home'), agent: AgentId.parse('11111111-6b7a-4a53-9c5b-0d5c3c9f8a11') }
const WORDS = ['sysName', 'sysDescr', 'sysObjectId', 'sysLocation', 'sysContact', 'vendor', 'os', 'model', 'version']
const identity = Object.fromEntries([...WORDS, 'serial', 'engineId'].map((word) => [word, '']))

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  vi.useRealTimers()
  for (const close of closing.splice(0).reverse()) await close()
})

async function world() {
  const clock: { now: EpochMs } = { now: START }
  const now = () => clock.now
  const logger = pino({ level: 'silent' })
  const db = await openDatabase(':memory:')
  const store = await openStore({ folder: mkdtempSync(join(tmpdir(), 'eyenet-lifecycle-')), logger, clock: { now } })
  closing.push(
    () => db.destroy(),
    () => store.close(),
  )
  const open = async (): Promise<InventoryRoom> => {
    const room = await openInventory({
      ...{ db, store, now, logger, choices: async () => new Map() },
      watched: async (device) => (device === MANAGED ? {} : undefined),
    })
    closing.push(() => room.close())
    return room
  }
  const room = await open()
  const changes: LifecycleChange[] = []
  room.lifecycles.onChange((change) => changes.push(change))
  /** A poll of both devices so many days after the start, with its answer, and a look at the states. */
  const poll = async (day: number, answers: 'up' | 'down', of = room) => {
    clock.now = epochMs(START + day * DAY_MS)
    for (const device of [MANAGED, OF_THE_FILE]) await of.receiveFacts(peer, facts(device, clock.now, answers))
    of.stored({ agent: peer.agent, devices: [MANAGED, OF_THE_FILE], newest: clock.now })
    await vi.advanceTimersByTimeAsync(5_000)
    // What changes devices is done in turn: behind this, the look is through.
    await of.lifecycles.found([], clock.now)
  }
  const lifecycles = async (of = room) => (await of.list()).map(({ lifecycle }) => lifecycle)
  return { clock, db, room, open, poll, changes, lifecycles }
}

function facts(device: DeviceId, at: EpochMs, answers: 'up' | 'down'): FactsReport {
  return FactsReport.parse({
    ...{ kind: 'facts', epoch: OutboxEpoch.parse('00112233aabbccdd'), seq: 1, at, device, identityRank: 'address' },
    ...{ name: device, address: '192.0.2.1', kindOfTarget: 'ping', intervalSeconds: 60, identity },
    ...{ reach: { snmp: 'off', icmp: answers, problem: '' }, interfaces: [], truncated: false },
  })
}

test('devices that answer no more become stale and then retired, but never those of a file; an answer brings them back', async () => {
  const { poll, lifecycles, changes, db } = await world()
  await poll(0, 'up')
  await poll(7, 'down')
  expect(await lifecycles()).toEqual(['active', 'active'])
  await poll(8, 'down')
  expect(await lifecycles()).toEqual(['stale', 'stale'])
  await poll(31, 'down')
  expect(await lifecycles()).toEqual(['retired', 'stale'])
  await poll(32, 'up')
  await poll(32.1, 'up')
  expect(await lifecycles()).toEqual(['active', 'active'])
  expect(changes.filter(({ device }) => device === MANAGED).map(({ to }) => to)).toEqual(['stale', 'retired', 'active'])
  const events = await db
    .selectFrom('device_events')
    .select('body')
    .where('device', '=', MANAGED)
    .orderBy('at')
    .execute()
  expect(events.map(({ body }) => JSON.parse(body))).toMatchObject([
    { kind: 'lifecycle', from: 'active', to: 'stale', by: '' },
    { kind: 'lifecycle', from: 'stale', to: 'retired', agent: peer.agent },
    { kind: 'lifecycle', from: 'retired', to: 'active' },
  ])
})

test('the silence counts on over a restart of the server', async () => {
  const { room, poll, open, lifecycles } = await world()
  await poll(0, 'up')
  await room.close()
  const next = await open()
  await poll(6, 'down', next)
  expect(await lifecycles(next)).toEqual(['active', 'active'])
  await poll(8, 'down', next)
  expect(await lifecycles(next)).toEqual(['stale', 'stale'])
})

test('of a device that was known before its answers were written down, the silence counts from now', async () => {
  const { poll, lifecycles, db } = await world()
  await poll(0, 'down')
  await db.deleteFrom('device_lifecycles').execute()
  await poll(6, 'down')
  expect(await lifecycles()).toEqual(['active', 'active'])
})

test('while its agent is away nothing becomes stale', async () => {
  const { poll, clock, room, lifecycles } = await world()
  await poll(0, 'up')
  await poll(0.1, 'down')
  clock.now = epochMs(START + 60 * DAY_MS)
  await vi.advanceTimersByTimeAsync(5_000)
  await room.lifecycles.found([], clock.now)
  expect(await lifecycles()).toEqual(['active', 'active'])
})

test('a person retires and restores; what is retired by hand does not come back by a search', async () => {
  const { poll, room, clock, lifecycles } = await world()
  await poll(0, 'up')
  await room.lifecycles.retire(MANAGED, 'ada')
  await expect(room.lifecycles.retire(MANAGED, 'ada')).rejects.toMatchObject({ code: 'conflict' })
  await expect(room.lifecycles.retire(OF_THE_FILE, 'ada')).rejects.toThrow(/configuration file/)
  clock.now = epochMs(clock.now + 1_000)
  await room.lifecycles.found([MANAGED], clock.now)
  expect(await lifecycles()).toEqual(['retired', 'active'])
  await room.lifecycles.restore(MANAGED, 'ada')
  await expect(room.lifecycles.restore(MANAGED, 'ada')).rejects.toMatchObject({ code: 'conflict' })
  expect(await lifecycles()).toEqual(['active', 'active'])
})

test('what the server retired by itself comes back when a search finds it', async () => {
  const { poll, room, clock, lifecycles, changes } = await world()
  await poll(0, 'up')
  await poll(8, 'down')
  await poll(31, 'down')
  clock.now = epochMs(clock.now + 1_000)
  await room.lifecycles.found([MANAGED, OF_THE_FILE], clock.now)
  expect(await lifecycles()).toEqual(['active', 'stale'])
  expect(changes.at(-1)).toMatchObject({ device: MANAGED, to: 'active' })
})
