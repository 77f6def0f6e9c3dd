import { epochMs, OutboxEpoch } from '@eyenet/shared/identity'
import type { DiscoveredReport } from '@eyenet/shared/wire'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { type ControlDb, openDatabase } from '../db/db.ts'
import { addDevice, FakeInventory, FakeStore, idOf, linksOf, MINUTE, PEER, START } from './topology.testkit.ts'
import { openTopology } from './topology.ts'

const [FIRST, SECOND, THIRD] = ['0200000000aa', '0200000000bb', '0200000000cc']
/** A station that roams is an event that rarely. */
const LATER_MS = 11 * MINUTE
const KILLED = 'the process was killed'
/** More than the story below has. */
const MAX_STATEMENTS = 200

/** A connection whose process is gone before its n-th statement, for good. */
function dying(db: ControlDb, dieAt: number): ControlDb {
  let taken = 0
  return db.withPlugin({
    transformQuery: ({ node }) => {
      if (taken++ >= dieAt) throw new Error(KILLED)
      return node
    },
    transformResult: async ({ result }) => result,
  })
}

const forwarding = (port: string, macs: string) => [{ port, vlan: 1, macs }]

/** What is told of stations, and where they are, if the server is killed before this statement, and goes on with a new one. */
async function story(dieAt: number) {
  const db = await openDatabase(':memory:')
  const [store, inventory] = [new FakeStore(), new FakeInventory()]
  for (const name of ['a', 'b']) await addDevice(db, { name, store, inventory })
  const clock = { now: epochMs(START) }
  const rest = {
    store,
    inventory,
    now: () => clock.now,
    monotonicMs: () => clock.now,
    logger: pino({ level: 'silent' }),
    workByItself: false,
  }
  let topology = await openTopology({ ...rest, db })
  await topology.receiveLinks(PEER, linksOf('a', clock.now, { forwarding: forwarding('p1', FIRST) }))
  await topology.receiveLinks(PEER, linksOf('b', clock.now, { forwarding: forwarding('p1', SECOND) }))
  await topology.work()
  await topology.close()
  let isKilled = false
  const restart = async (thrown: unknown) => {
    if (!(thrown instanceof Error) || thrown.message !== KILLED) throw thrown
    isKilled = true
    await topology.close()
    topology = await openTopology({ ...rest, db })
  }
  await openTopology({ ...rest, db: dying(db, dieAt) }).then((opened) => {
    topology = opened
  }, restart)
  const tell = (name: string, port: string, macs: string) =>
    topology.receiveLinks(PEER, linksOf(name, clock.now, { forwarding: forwarding(port, macs) }))
  const found: DiscoveredReport = {
    ...{ kind: 'discovered', epoch: OutboxEpoch.parse('00000000000000aa'), seq: 1, at: clock.now },
    items: [{ mac: '02:00:00:00:00:cc', hostname: 'printer', how: 'passive' }],
  }
  // One station is new, one has moved, and the new one's name is heard.
  const steps = [
    () => tell('a', 'p1', FIRST + SECOND + THIRD),
    () => tell('b', 'p1', ''),
    () => topology.work(),
    () => topology.receiveFound(PEER, found),
    () => topology.work(),
  ]
  for (const step of steps) {
    clock.now = epochMs(clock.now + LATER_MS)
    await step().catch(async (thrown) => {
      await restart(thrown)
      await step()
    })
  }
  await topology.close()
  topology = await openTopology({ ...rest, db })
  const events = await topology.events({ kinds: ['endpoint-new', 'endpoint-moved'], limit: 100 })
  const stations = topology
    .endpoints({ limit: 10 })
    .items.map(({ mac, device, port, name }) => [mac, device, port, name])
  const told = events.items.map(({ kind, mac }) => `${kind} ${mac}`).sort()
  await topology.close()
  await db.destroy()
  return { isKilled, told, stations: stations.sort() }
}

test('a server that is killed before any statement tells each change of a station once, and has each where it is', async () => {
  const { isKilled: _, ...whole } = await story(Number.POSITIVE_INFINITY)
  expect(whole.told).toEqual(['endpoint-moved 02:00:00:00:00:bb', 'endpoint-new 02:00:00:00:00:cc'])
  expect(whole.stations).toContainEqual(['02:00:00:00:00:cc', idOf('a'), 'p1', 'printer'])
  for (let dieAt = 0; ; dieAt += 1) {
    expect(dieAt).toBeLessThan(MAX_STATEMENTS)
    const { isKilled, ...rest } = await story(dieAt)
    expect({ dieAt, ...rest }).toEqual({ dieAt, ...whole })
    if (!isKilled) return
  }
})
