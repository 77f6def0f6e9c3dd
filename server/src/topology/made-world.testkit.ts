import { createHash } from 'node:crypto'
import { DeviceId, epochMs } from '@eyenet/shared/identity'
import { type MadeNetwork, toldBy } from '@eyenet/shared/made-network'
import { pino } from 'pino'
import { openDatabase } from '../db/db.ts'
import { AGENT, FakeInventory, FakeStore, linksOf, MINUTE, PEER, SITE, START } from './topology.testkit.ts'
import { openTopology } from './topology.ts'

/** The id of a device of a made network by its name. */
export function madeId(name: string): DeviceId {
  const hex = createHash('sha1').update(name).digest('hex')
  return DeviceId.parse(
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`,
  )
}

/** A room that watches a made network: its devices are in the inventory, and tell what they have when they are polled. */
export async function madeWorld(first: MadeNetwork, file = ':memory:') {
  const db = await openDatabase(file)
  /** The time of day; how much of it came by setting the clock, and passed while the server was away. */
  const clock = { now: epochMs(START), setMs: 0, awayMs: 0 }
  /** By which tables forget: the same network tells the same, whatever befalls the server. */
  const ran = () => epochMs(clock.now - clock.setMs - clock.awayMs)
  const store = new FakeStore()
  const inventory = new FakeInventory()
  const world = { network: first }
  for (const { name, managed } of first.devices) {
    const told = managed ? toldBy(first, name, clock.now) : undefined
    if (told === undefined) continue
    const device = madeId(name)
    const row = { id: device, agent: AGENT, site: SITE, name, address: told.device.address, kind: 'snmp' as const }
    const times = { reach_at: clock.now, state_since: clock.now, first_seen_at: clock.now, facts_at: clock.now }
    const state = { interval_seconds: 60, identity_rank: 'chassis', reach: '{}', state: 'ok' as const }
    await db
      .insertInto('devices')
      .values({ ...row, ...times, ...state, identity: JSON.stringify(told.identity) })
      .execute()
    const ports = told.interfaces.map((one) => ({ device, interface: one.interface, facts: JSON.stringify(one) }))
    if (ports.length > 0) await db.insertInto('interfaces').values(ports).execute()
    inventory.names.set(device, name)
  }
  const open = () =>
    openTopology({
      ...{ db, store, now: () => clock.now, monotonicMs: () => clock.now - clock.setMs, inventory },
      ...{ logger: pino({ level: 'silent' }), workByItself: false },
    })
  let topology = await open()
  const poll = async (name: string): Promise<void> => {
    const told = toldBy(world.network, name, ran())
    if (told === undefined) return
    const device = madeId(name)
    const ports = told.interfaces.map((one) => one.interface)
    store.ports.set(device, ports)
    for (const port of ports) {
      if (told.up.has(port)) store.down.delete(`${device}|${port}`)
      else store.down.add(`${device}|${port}`)
    }
    inventory.sampled(device, clock.now)
    await topology.receiveLinks(PEER, { ...linksOf(name, clock.now, told.links), device })
  }
  const names = first.devices.filter(({ managed }) => managed).map(({ name }) => name)
  return {
    ...{ db, clock, ran, store, inventory, poll, names, open },
    get topology() {
      return topology
    },
    /** The server is gone, and there again after a while; what was told to it is on disk, what it was about to do is not. */
    async restart(outageMs: number): Promise<void> {
      await topology.close()
      clock.now = epochMs(clock.now + outageMs)
      clock.awayMs += outageMs
      topology = await open()
    },
    setClock(byMs: number): void {
      clock.now = epochMs(clock.now + byMs)
      clock.setMs += byMs
    },
    change(next: MadeNetwork) {
      world.network = next
    },
    /** Each is polled once, a moment after the other, and what that means is worked out. */
    async round(order: readonly string[], everyMs = 2_000): Promise<void> {
      for (const name of order) {
        clock.now = epochMs(clock.now + everyMs)
        await poll(name)
        await topology.work()
      }
      clock.now = epochMs(clock.now + 5 * MINUTE)
    },
  }
}
