import { epochMs } from '@eyenet/shared/identity'
import { freePorts, type MadeNetwork, makeNetwork, moveCable, shuffle } from '@eyenet/shared/made-network'
import { expect, test } from 'vitest'
import { madeWorld } from './made-world.testkit.ts'
import { MINUTE } from './topology.testkit.ts'

const SEED = Number(process.env.EYENET_TEST_SEED ?? 222)
const ROUNDS = 13
/** So that each look is written down: between two of ten seconds a restart may add so much to a wait. */
const POLL_EVERY_MS = 10_000
const REST_MS = 4 * MINUTE
const YEAR_MS = 365 * 24 * 60 * MINUTE

type World = Awaited<ReturnType<typeof madeWorld>>
/** What befalls the server after its n-th look. */
type Fate = (world: World, look: number) => Promise<void>

const luck = (seed: number, below: number): number => shuffle([...Array(below).keys()], seed)[0] ?? 0

function movedOnce(network: MadeNetwork, seed: number): MadeNetwork {
  const managed = network.devices.filter(({ managed: is }) => is).map(({ name }) => name)
  for (const cable of shuffle(network.cables, seed)) {
    if (cable.kind !== 'ethernet' || ![cable.a, cable.b].every(({ device }) => managed.includes(device))) continue
    for (const device of shuffle(managed, seed)) {
      const [port] = freePorts(network, device)
      if (device === cable.a.device || device === cable.b.device || port === undefined) continue
      return moveCable(network, cable.id, { end: 'a', device, port })
    }
  }
  throw new Error('a cable of the made network can be moved')
}

/** What is told of a made network that begins and has two cables moved, each with its time without outages. */
async function history(network: MadeNetwork, seed: number, fate: Fate): Promise<readonly string[]> {
  const world = await madeWorld(network)
  const told: string[] = []
  let [look, seq] = [0, 0]
  const work = async (): Promise<void> => {
    await world.topology.work()
    const { items } = await world.topology.events({ limit: 1_000 })
    for (const { kind, text } of items.filter((one) => one.seq > seq && !one.kind.startsWith('endpoint')).reverse()) {
      told.push(`${new Date(world.ran()).toISOString()} ${kind} ${text}`)
    }
    seq = Math.max(seq, ...items.map((one) => one.seq))
    await fate(world, look)
    look += 1
  }
  await work()
  let now = network
  for (let round = 0; round < ROUNDS; round += 1) {
    if (round === 5 || round === 7) {
      now = movedOnce(now, seed + round)
      world.change(now)
    }
    for (const name of shuffle(world.names, seed + round)) {
      world.clock.now = epochMs(world.clock.now + POLL_EVERY_MS)
      await world.poll(name)
      await work()
    }
    world.clock.now = epochMs(world.clock.now + REST_MS)
    await work()
  }
  await world.topology.close()
  await world.db.destroy()
  return told
}

const calm: Fate = async () => {}

for (const [n, lldp] of (['some', 'none'] as const).entries()) {
  const seed = SEED + n
  const network = makeNetwork({ kind: 'tree', devices: 8, seed, lldp })
  const whole = history(network, seed, calm)

  test(`a server that is away at random moments tells the same, as much later as it was away: LLDP ${lldp} (seed ${seed})`, async () => {
    expect((await whole).length).toBeGreaterThan(10)
    const broken = await history(network, seed, async (world, look) => {
      if (luck(seed * 1_000 + look, 6) > 0) return
      await world.restart(([0, 0, 3, 20, 90][luck(seed * 2_000 + look, 5)] ?? 0) * MINUTE)
    })
    expect(broken).toEqual(await whole)
  }, 120_000)

  test(`a clock that is set a year ahead and back ends no wait and makes none longer: LLDP ${lldp} (seed ${seed})`, async () => {
    const broken = await history(network, seed, async (world, look) => {
      if (look === 20 || look === 75) world.setClock(YEAR_MS)
      if (look === 45 || look === 100) world.setClock(-YEAR_MS)
    })
    expect(broken).toEqual(await whole)
  }, 120_000)
}
