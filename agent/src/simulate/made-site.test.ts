import { epochMs } from '@eyenet/shared/identity'
import { MADE_KINDS, MADE_TURN_MS, type MadeKind, type Told, toldBy } from '@eyenet/shared/made-network'
import { afterEach, expect, test } from 'vitest'
import { createSnmpEngine } from '../snmp/snmp.ts'
import { createReader, type SurveyResult, surveyDevice } from '../survey/survey.ts'
import { FaultScript, NO_FAULTS } from './fault-script.ts'
import { madeSite } from './made-site.ts'
import { walk } from './manager.testkit.ts'
import { createSite } from './site.ts'
import { type ServedSite, serveSite } from './udp-agents.ts'

const START = MADE_TURN_MS * 2_000_000
const LLDP_SYS_NAME = '1.0.8802.1.1.2.1.4.1.1.9'
const IF_OPER = '1.3.6.1.2.1.2.2.1.8'
const open: ServedSite[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((site) => site.close()))
})

const specOf = (kind: MadeKind, faults: FaultScript = NO_FAULTS) =>
  madeSite(
    { seed: 3, startedAt: START, community: 'public', addressOf: (at) => `127.0.77.${at + 1}`, faults },
    { kind, devices: 24, seed: 3, lldp: 'everywhere', hosts: 30 },
  )

test.for(MADE_KINDS)('a survey of a made %s reads what the network has', async (kind) => {
  const spec = specOf(kind)
  const served = await serveSite(createSite(spec), { port: 0, clock: { now: () => epochMs(START) } })
  open.push(served)
  const engine = createSnmpEngine()
  try {
    for (const { name, address, port } of served.targets) {
      const credential = { version: '2c', community: 'public' } as const
      const reader = createReader(engine.device({ address, port, credential }))
      const found = await surveyDevice(reader, { tables: ['arp', 'forwarding'] })
      const told = spec.network === undefined ? undefined : toldBy(spec.network, name, epochMs(START))
      if (told === undefined) throw new Error(`${name} tells nothing`)
      expect(found.problems).toEqual([])
      expect({ name, ...readOf(found) }).toEqual({ name, ...toldOf(told) })
    }
  } finally {
    engine.close()
  }
})

test('a cable that the script moves is heard in the other port, and both ports show it', () => {
  const spec = specOf('tree')
  const cable = spec.network?.cables.find(({ b }) => b.device.includes('printer'))
  if (cable === undefined) throw new Error('there is a printer')
  const target = spec.devices.find(({ name }) => name.includes('access') && name !== cable.a.device)
  const free = target?.interfaces.findLast((port) => !port.plugged)
  if (target === undefined || free === undefined) throw new Error('there is a free port')
  const move = { kind: 'move_cable', device: cable.a.device, interface: cable.a.port, at: 60, for: 120 }
  const faults = FaultScript.parse({ faults: [{ ...move, to: { device: target.name, interface: free.name } }] })
  const site = createSite(specOf('tree', faults))
  const told = (name: string, seconds: number) => {
    const device = site.devices.find(({ model }) => model.spec.name === name)
    if (device === undefined) throw new Error(`no ${name}`)
    const now = START + seconds * 1_000
    const index = (of: string) => device.model.spec.interfaces.findIndex((port) => port.name === of)
    const states = walk(device, IF_OPER, now).map(({ content }) => content[0] === 1)
    return { heard: walk(device, LLDP_SYS_NAME, now).map(({ content }) => content.toString()), states, index }
  }
  const printer = `${cable.b.device}.example.net`
  for (const [seconds, isMoved] of [
    [0, false],
    [60, true],
    [179, true],
    [180, false],
  ] as const) {
    const [from, to] = [told(cable.a.device, seconds), told(target.name, seconds)]
    expect([from.heard.includes(printer), to.heard.includes(printer)]).toEqual([!isMoved, isMoved])
    const far = told(cable.b.device, seconds)
    expect(far.states[far.index(cable.b.port)]).toBe(true)
    expect([from.states[from.index(cable.a.port)], to.states[to.index(free.name)]]).toEqual([!isMoved, isMoved])
  }
})

const sorted = (lines: readonly string[]) => [...new Set(lines)].sort()

/** What was read, as lines. */
function readOf(found: SurveyResult) {
  const names = new Map(found.interfaces.map((one) => [one.ifIndex, one.name]))
  const nameOf = (ifIndex: number | undefined) => names.get(ifIndex ?? -1) ?? '?'
  const bridge = found.bridge?.spanningTree
  return {
    neighbors: sorted(found.neighbors.map((one) => `${one.localPort} ${one.remoteSysName} ${one.remotePort}`)),
    forwarding: sorted((found.forwarding ?? []).map((one) => `${one.mac} ${one.vlan} ${nameOf(one.ifIndex)}`)),
    arp: sorted((found.arp ?? []).map((one) => `${one.ip} ${one.mac} ${nameOf(one.ifIndex)}`)),
    addresses: sorted(
      found.addresses.filter(({ ip }) => !ip.startsWith('127.')).map((one) => `${one.ip} ${nameOf(one.ifIndex)}`),
    ),
    bundles: sorted(
      found.interfaces
        .filter(({ type }) => type === 161)
        .map(({ name, lower = [] }) => `${name} ${sorted(lower.map(nameOf)).join(' ')}`),
    ),
    root: bridge?.root,
    vlans: found.vlans.filter(({ name }) => /^(devices|users|servers)/.test(name)).map(({ id }) => id),
    peers: sorted([...found.bgpPeers.map(({ peer }) => peer), ...found.ospfNeighbors.map(({ neighbor }) => neighbor)]),
  }
}

function toldOf({ links }: Told) {
  return {
    neighbors: sorted((links.neighbors ?? []).map((one) => `${one.port} ${one.remoteSysName} ${one.remotePort}`)),
    forwarding: sorted(
      (links.forwarding ?? []).flatMap(({ port, vlan, macs }) =>
        (macs.match(/.{12}/g) ?? []).map((mac) => `${mac.replace(/(..)(?=.)/g, '$1:')} ${vlan} ${port}`),
      ),
    ),
    arp: sorted((links.arp ?? []).map((one) => `${one.ip} ${one.mac} ${one.port}`)),
    addresses: sorted((links.addresses ?? []).map((one) => `${one.ip} ${one.port}`)),
    bundles: sorted((links.bundles ?? []).map(({ port, members }) => `${port} ${sorted(members).join(' ')}`)),
    root: links.bridge?.root,
    vlans: (links.vlans ?? []).map(({ id }) => id),
    peers: sorted([
      ...(links.routing?.bgp ?? []).map(({ peer }) => peer),
      ...(links.routing?.ospf ?? []).map(({ neighbor }) => neighbor),
    ]),
  }
}
