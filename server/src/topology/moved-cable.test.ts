import type { TopologyGraph } from '@eyenet/shared/api'
import {
  freePorts,
  MADE_KINDS,
  MADE_LLDP,
  type MadeNetwork,
  makeNetwork,
  moveCable,
  shuffle,
} from '@eyenet/shared/made-network'
import { expect, test } from 'vitest'
import { madeId, madeWorld } from './made-world.testkit.ts'

/** The same networks each time: how often tables mislead is counted, and a count by chance would fail by chance. */
const SEED = Number(process.env.EYENET_TEST_SEED ?? 222)
const MOVES = 1

/** A cable of two managed devices, and a free port of a third where its first end may be plugged in. */
function chooseMove(network: MadeNetwork, seed: number) {
  const managed = new Set(network.devices.filter(({ managed: is }) => is).map(({ name }) => name))
  const bundled = new Set(
    network.devices.flatMap(({ name, ports }) =>
      ports.filter(({ bundle }) => bundle !== undefined).map((port) => `${name}|${port.name}`),
    ),
  )
  const cables = network.cables.filter(
    ({ kind, a, b }) =>
      kind === 'ethernet' &&
      managed.has(a.device) &&
      managed.has(b.device) &&
      ![a, b].some(({ device, port }) => bundled.has(`${device}|${port}`)),
  )
  for (const cable of shuffle(cables, seed)) {
    const { role, site } = network.devices.find((one) => one.name === cable.a.device) ?? {}
    const others = network.devices.filter(
      (one) =>
        one.managed &&
        one.name !== cable.a.device &&
        one.name !== cable.b.device &&
        one.role === role &&
        one.site === site,
    )
    for (const { name } of shuffle(others, seed)) {
      const [port] = freePorts(network, name)
      if (port !== undefined) return { cable, to: { end: 'a' as const, device: name, port } }
    }
  }
  return undefined
}

/** Whether the map has the cable where it is now: from the port that stayed to the other device. */
function isLinked({ links }: TopologyGraph, stayed: { device: string; port: string }, to: string): boolean {
  return links.some(({ layer, a, b }) =>
    [a, b].some(
      (end, n) =>
        layer === 'l2' &&
        end.node === madeId(stayed.device) &&
        end.port === stayed.port &&
        [b, a][n]?.node === madeId(to),
    ),
  )
}

for (const lldp of MADE_LLDP) {
  test(`a cable that is moved in a made network is one neighbor-moved, LLDP ${lldp} (seed ${SEED})`, async () => {
    const wrong: string[] = []
    const unseen: string[] = []
    let [moves, right] = [0, 0]
    for (const [n, kind] of MADE_KINDS.entries()) {
      for (let seed = SEED + n; seed < SEED + n + MOVES; seed += 1) {
        const network = makeNetwork({ kind, devices: 24, seed, lldp })
        const move = chooseMove(network, seed)
        if (move === undefined) continue
        moves += 1
        const world = await madeWorld(network)
        for (const name of world.names) await world.poll(name)
        await world.topology.work()
        for (let turn = 0; turn < 2; turn += 1) await world.round(shuffle(world.names, seed + turn))
        const { seq } = world.topology.current()
        world.change(moveCable(network, move.cable.id, move.to))
        for (let turn = 0; turn < 5; turn += 1) await world.round(shuffle(world.names, seed + turn + 10))
        const { items } = await world.topology.events({ kinds: ['neighbor-moved', 'link-changed'], limit: 100 })
        const told = items.filter((one) => one.seq > seq)
        const moved = told.filter((one) => one.kind === 'neighbor-moved')
        const changes = told.filter((one) => one.kind === 'link-changed' && one.link?.id === moved[0]?.link?.id)
        // Both ends tell of it, one after the other: that is one change at most.
        if (lldp === 'everywhere') expect(changes.length).toBeLessThanOrEqual(1)
        const { b } = move.cable
        const isIt =
          moved.length === 1 &&
          moved[0]?.devices.includes(madeId(b.device)) &&
          moved[0].devices.includes(madeId(move.to.device))
        const cable = `${move.cable.a.device} ${move.cable.a.port} - ${b.device} ${b.port}`
        const text = `${kind} ${seed}: ${cable} to ${move.to.device} ${move.to.port}: ${moved.map((one) => one.text).join('; ')}`
        if (isIt) right += 1
        else if (isLinked(world.topology.current(), b, move.to.device)) wrong.push(text)
        else unseen.push(text)
        await world.topology.close()
        await world.db.destroy()
      }
    }
    const rest = [...wrong, ...unseen]
    process.stderr.write(`LLDP ${lldp}, seed ${SEED}: ${right} of ${moves} moves told as one\n${rest.join('\n')}\n`)
    expect(moves).toBeGreaterThanOrEqual(MADE_KINDS.length - 2)
    expect(wrong).toEqual([])
    // Where the cable is now nobody tells: a routed port without an address at its new end, or a blocked link without LLDP.
    expect(unseen.length).toBeLessThanOrEqual(lldp === 'everywhere' ? 0 : moves / 2)
  }, 240_000)
}
