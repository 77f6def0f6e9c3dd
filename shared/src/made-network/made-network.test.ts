import fc from 'fast-check'
import { expect, test } from 'vitest'
import { epochMs } from '../identity/identity.ts'
import {
  MADE_KINDS,
  type MadeEnd,
  type MadeNetwork,
  type MadePlan,
  makeNetwork,
  toldBy,
  trueLinks,
} from './made-network.ts'

const NOW = epochMs(1_800_000_000_000)

const plans: fc.Arbitrary<MadePlan> = fc.record({
  kind: fc.constantFrom(...MADE_KINDS),
  devices: fc.integer({ min: 1, max: 130 }),
  seed: fc.integer({ min: 0, max: 1_000 }),
  lldp: fc.constantFrom('everywhere' as const, 'some' as const, 'none' as const),
})

test('the same plan gives the same network, with as many devices as asked, none twice', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const network = makeNetwork(plan)
      expect(makeNetwork(plan)).toEqual(network)
      const managed = network.devices.filter((device) => device.managed)
      expect(managed).toHaveLength(plan.devices)
      const macs = [...network.devices.map((device) => device.chassisMac), ...network.hosts.map(({ mac }) => mac)]
      expect(new Set(macs).size).toBe(macs.length)
      const addresses = [...managed.map(({ address }) => address), ...network.hosts.map(({ ip }) => ip)]
      expect(new Set(addresses).size).toBe(addresses.length)
      expect(
        new Set(network.devices.flatMap(({ name, ports }) => ports.map((port) => `${name} ${port.name}`))).size,
      ).toBe(network.devices.reduce((sum, { ports }) => sum + ports.length, 0))
    }),
    { numRuns: 60 },
  )
})

test('virtual machines share the base address of their hypervisor, have addresses of their own, and are cabled to it', () => {
  const network = makeNetwork({ kind: 'mixed', devices: 60, seed: 2, lldp: 'everywhere', virtualMachines: 4 })
  expect(network.devices.filter((device) => device.managed)).toHaveLength(60)
  const host = network.devices.find(({ role }) => role === 'hypervisor')
  const machines = network.devices.filter(({ name }) => name.includes('vm-'))
  expect(machines.map(({ chassisMac }) => chassisMac)).toEqual(Array(4).fill(host?.chassisMac))
  expect(new Set(machines.flatMap(({ ports, address }) => [address, ...ports.map(({ mac }) => mac)])).size).toBe(8)
  const links = trueLinks(network).filter(({ a, b }) => a.device === host?.name || b.device === host?.name)
  expect(links).toHaveLength(5)
})

test('where LLDP runs everywhere, what is heard is every cable between managed devices, from both ends', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const network = makeNetwork({ ...plan, lldp: 'everywhere' })
      const names = new Map(network.devices.map((device) => [device.sysName, device.name]))
      const heard = new Set<string>()
      for (const { name } of network.devices) {
        for (const one of toldBy(network, name, NOW)?.links.neighbors ?? []) {
          if (one.port !== undefined) heard.add(`${name} ${one.port} ${names.get(one.remoteSysName)}`)
        }
      }
      const expected = network.cables
        .filter(({ kind, a, b }) => kind !== 'wan' && isManaged(network, a.device) && isManaged(network, b.device))
        .flatMap(({ a, b }) => [`${a.device} ${a.port} ${b.device}`, `${b.device} ${b.port} ${a.device}`])
      for (const one of expected) expect(heard).toContain(one)
      const beyond = [...heard].filter((one) => !expected.includes(one))
      const hubs = network.cables.filter(({ a, b }) => !isManaged(network, a.device) || !isManaged(network, b.device))
      const behindHubs = new Set(hubs.flatMap(({ a, b }) => [`${a.device} ${a.port}`, `${b.device} ${b.port}`]))
      expect(beyond.filter((one) => !behindHubs.has(one.split(' ').slice(0, 2).join(' ')))).toEqual([])
    }),
    { numRuns: 40 },
  )
})

test('forwarding tables lead hop by hop to the station, also in a ring, and never over a blocked cable', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const network = makeNetwork(plan)
      const blocked = new Set(
        trueLinks(network)
          .filter(({ state }) => state === 'blocked')
          .flatMap(({ a, b }) => [`${a.device} ${a.port}`, `${b.device} ${b.port}`]),
      )
      const tables = tablesOf(network)
      const far = farEnds(network)
      const wrong: string[] = []
      for (const [device, table] of tables) {
        for (const [mac, port] of table) {
          const next = far.get(`${device} ${port}`)
          const after = next === undefined ? undefined : tables.get(next.device)?.get(mac)
          // The next bridge sends it on, not back; or the station is there, or there is a gap.
          const back = after !== undefined && after === next?.port
          if (blocked.has(`${device} ${port}`) || back) wrong.push(`${device} ${port} ${mac}`)
        }
      }
      expect(wrong).toEqual([])
    }),
    { numRuns: 40 },
  )
})

test('a ring has one blocked link, an unmanaged switch shows in the truth, a bundle is one link', () => {
  const ring = trueLinks(makeNetwork({ kind: 'ring', devices: 20, seed: 1, lldp: 'none' }))
  expect(ring.filter(({ state }) => state === 'blocked')).toHaveLength(1)
  const hubs = trueLinks(makeNetwork({ kind: 'unmanaged', devices: 20, seed: 1, lldp: 'none' }))
  expect(hubs.filter(({ unmanaged }) => unmanaged).length).toBeGreaterThan(4)
  const lag = makeNetwork({ kind: 'lag', devices: 20, seed: 1, lldp: 'none' })
  expect(trueLinks(lag).filter(({ kind }) => kind === 'bundle').length).toBeGreaterThan(2)
  expect(trueLinks(lag)).toHaveLength(19)
})

function tablesOf(network: MadeNetwork): Map<string, Map<string, string>> {
  return new Map(
    network.devices.map(({ name }) => {
      const groups = toldBy(network, name, NOW)?.links.forwarding ?? []
      return [
        name,
        new Map(groups.flatMap(({ port, vlan, macs }) => macsOf(macs).map((mac) => [`${vlan} ${mac}`, port]))),
      ]
    }),
  )
}

const macsOf = (text: string) => text.match(/.{12}/g) ?? []

const isManaged = (network: MadeNetwork, name: string) =>
  network.devices.some((device) => device.name === name && device.managed)

/** What is at the other end, by device and port. */
function farEnds(network: MadeNetwork): ReadonlyMap<string, MadeEnd> {
  const both = trueLinks(network).flatMap(({ a, b }) => [[a, b] as const, [b, a] as const])
  return new Map(both.map(([near, far]) => [`${near.device} ${near.port}`, far]))
}

test('a port that the spanning tree blocks names the port that rules on its cable, and that one names itself', () => {
  const network = makeNetwork({ kind: 'ring', devices: 24, seed: 3, lldp: 'none' })
  const ports = network.devices.flatMap(({ name }) =>
    (toldBy(network, name, NOW)?.links.bridge?.ports ?? []).map((one) => ({ ...one, device: name })),
  )
  const blocked = ports.filter(({ state }) => state === 'blocking')
  expect(blocked.length).toBeGreaterThan(0)
  for (const { device, port, designatedBridge, designatedPort } of blocked) {
    const cable = network.cables.find(({ a, b }) => [a, b].some((end) => end.device === device && end.port === port))
    const far = cable?.a.device === device ? cable.b : cable?.a
    const row = ports.find((one) => one.device === far?.device && one.port === far.port)
    expect(row).toMatchObject({ designatedBridge, designatedPort, state: 'forwarding' })
    expect(designatedBridge).toContain(network.devices.find(({ name }) => name === far?.device)?.chassisMac)
  }
})
