import fc from 'fast-check'
import { expect, test } from 'vitest'
import { epochMs } from '../identity/identity.ts'
import {
  cutCable,
  deviceOff,
  deviceOn,
  freePorts,
  type MadeNetwork,
  makeNetwork,
  mendCable,
  moveCable,
  moveHost,
  powerOff,
  powerOn,
  restart,
  seenFrom,
  toldBy,
  trueLinks,
} from './made-network.ts'

const NOW = epochMs(1_800_000_000_000)
const made = (kind: 'tree' | 'ring' | 'leaf-spine' | 'lag' | 'wan', devices = 60) =>
  makeNetwork({ kind, devices, seed: 5, lldp: 'everywhere' })
const managed = (network: MadeNetwork) => network.devices.filter((device) => device.managed).map(({ name }) => name)
const agentOf = (network: MadeNetwork) => network.agents[0] ?? ''

test('everybody answers while nothing failed', () => {
  const kinds = fc.constantFrom('tree' as const, 'ring' as const, 'leaf-spine' as const, 'lag' as const, 'wan' as const)
  fc.assert(
    fc.property(kinds, fc.integer({ min: 1, max: 200 }), (kind, devices) => {
      const network = made(kind, devices)
      const seen = seenFrom(network, agentOf(network))
      expect([...seen.answers].sort()).toEqual(managed(network).sort())
      expect(seen.portsDown).toEqual([])
    }),
    { numRuns: 40 },
  )
})

test('a ring goes on when any one of its cables is cut, and the two ports show it', () => {
  const network = made('ring', 30)
  const ring = trueLinks(network).filter(({ a, b }) => isSwitch(network, a.device) && isSwitch(network, b.device))
  const around = ring.filter(({ a, b }) => !`${a.device} ${b.device}`.includes('core'))
  expect(around.length).toBeGreaterThan(5)
  for (const { cables, a, b } of around) {
    const cut = cables.reduce(cutCable, network)
    const seen = seenFrom(cut, agentOf(network))
    expect(seen.answers.size).toBe(30)
    expect(seen.portsDown).toHaveLength(2)
    expect(seen.portsDown).toEqual(expect.arrayContaining([a, b]))
    // The tree has grown anew: nothing is blocked where no ring is.
    expect(trueLinks(cut).filter(({ state }) => state === 'blocked')).toEqual([])
  }
})

test('two cores stand in for each other; one rack goes with its leaf switch', () => {
  const network = made('leaf-spine')
  expect(seenFrom(deviceOff(network, 'spine-1'), agentOf(network)).answers.size).toBe(59)
  const without = seenFrom(deviceOff(network, 'leaf-2'), agentOf(network))
  expect(managed(network).filter((name) => !without.answers.has(name))).toEqual(
    managed(network).filter((name) => name === 'leaf-2' || /^(server|storage)-2-/.test(name)),
  )
  expect(without.portsDown.every(({ device }) => device.startsWith('spine-'))).toBe(true)
})

test('a bundle lives as long as one of its cables', () => {
  const network = made('lag')
  const bundle = trueLinks(network).find(({ kind }) => kind === 'bundle')
  const [first, ...rest] = bundle?.cables ?? []
  const one = cutCable(network, first ?? '')
  expect(seenFrom(one, agentOf(network)).answers.size).toBe(60)
  expect(seenFrom(rest.reduce(cutCable, one), agentOf(network)).answers.size).toBeLessThan(60)
})

test('what is switched off and cut comes back as it was', () => {
  const network = made('tree')
  const [cable] = network.cables
  const place = { site: 'main', place: 'Building 1, floor 1' }
  const dark = powerOff(network, place)
  expect(dark.off.size).toBeGreaterThan(1)
  for (const name of dark.off) expect(toldBy(dark, name, NOW)).toBeUndefined()
  expect(powerOn(dark, place)).toEqual(network)
  expect(deviceOn(deviceOff(network, 'core-1'), 'core-1')).toEqual(network)
  expect(mendCable(cutCable(network, cable?.id ?? ''), cable?.id ?? '')).toEqual(network)
})

test('a moved cable changes what its three devices hear, and nobody else', () => {
  const network = made('tree')
  const cable = network.cables.find(({ b }) => b.device.includes('printer'))
  const target = managed(network).find((name) => name.includes('access') && name !== cable?.a.device)
  const [port] = freePorts(network, target ?? '')
  const moved = moveCable(network, cable?.id ?? '', { end: 'a', device: target ?? '', port: port ?? '' })
  const changed = managed(network).filter(
    (name) =>
      JSON.stringify(toldBy(network, name, NOW)?.links.neighbors) !==
      JSON.stringify(toldBy(moved, name, NOW)?.links.neighbors),
  )
  expect(changed.sort()).toEqual([cable?.a.device, target, cable?.b.device].sort())
  expect(seenFrom(moved, agentOf(network)).answers.size).toBe(60)
  expect(freePorts(moved, target ?? '')).not.toContain(port)
  expect(() => moveCable(moved, 'cable-1', { end: 'a', device: target ?? '', port: port ?? '' })).toThrow('is taken')
})

test('a station that moves is learned at its new port', () => {
  const network = made('tree')
  const [host] = network.hosts
  const target = managed(network).find((name) => name.includes('access') && name !== host?.device) ?? ''
  const port = freePorts(network, target)[0] ?? ''
  const moved = moveHost(network, host?.name ?? '', { device: target, port })
  const at = (from: MadeNetwork) =>
    toldBy(from, target, NOW)?.links.forwarding?.find((group) => group.port === port)?.macs ?? ''
  expect(at(network)).toBe('')
  expect(at(moved)).toBe(host?.mac.replaceAll(':', ''))
})

test('a restart gives interfaces other numbers and some other names, and keeps their stable ones', () => {
  const network = made('tree')
  const before = toldBy(network, 'core-1', NOW)?.interfaces ?? []
  const after = toldBy(restart(network, 'core-1', 3), 'core-1', NOW)?.interfaces ?? []
  expect(after.map((one) => one.interface)).toEqual(before.map((one) => one.interface))
  expect(after.map(({ ifIndex }) => ifIndex).sort()).toEqual(before.map(({ ifIndex }) => ifIndex).sort())
  expect(after.map(({ ifIndex }) => ifIndex)).not.toEqual(before.map(({ ifIndex }) => ifIndex))
})

const isSwitch = (network: MadeNetwork, name: string) =>
  network.devices.some((device) => device.name === name && device.role === 'switch')
