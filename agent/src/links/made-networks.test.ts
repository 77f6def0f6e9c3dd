import { DeviceId, epochMs } from '@eyenet/shared/identity'
import { MADE_TURN_MS, type MadeKind, type ToldLinks, toldBy } from '@eyenet/shared/made-network'
import { LinksReport } from '@eyenet/shared/wire'
import pino from 'pino'
import { expect, test } from 'vitest'
import { Collector } from '../device/collector.testkit.ts'
import { FakeClock } from '../schedule/clock.testkit.ts'
import { createSite, madeSite, NO_FAULTS, serveSite } from '../simulate/simulate.ts'
import { createSnmpEngine } from '../snmp/snmp.ts'
import { LinkWatch } from './links.ts'
import { inOrder } from './told-parts.ts'

const START = MADE_TURN_MS * 2_000_000
const DEVICE = DeviceId.parse('00000000-0000-4000-8000-000000000001')
const KINDS: readonly MadeKind[] = ['ring', 'lag', 'wan', 'mixed']

test.for(KINDS)('every device of a made %s is told as the network has it', { timeout: 240_000 }, async (kind) => {
  const options = { seed: 5, startedAt: START, community: 'public', faults: NO_FAULTS }
  const addressOf = (at: number): string => `127.0.78.${at + 1}`
  const spec = madeSite({ ...options, addressOf }, { kind, devices: 24, seed: 5, lldp: 'everywhere', hosts: 40 })
  const served = await serveSite(createSite(spec), { port: 0, clock: { now: () => epochMs(START) } })
  const engine = createSnmpEngine()
  const { network } = spec
  if (network === undefined) throw new Error('a made site has a network')
  try {
    await Promise.all(
      served.targets.map(async ({ name, address, port }) => {
        const truth = toldBy(network, name, epochMs(START))
        if (truth === undefined) throw new Error(`${name} tells nothing`)
        const outbox = new Collector()
        const credential = { version: '2c', community: 'public' } as const
        const watch = new LinkWatch(engine.device({ address, port, credential, maxRequestsPerSecond: 10_000 }), {
          ...{ everyMs: 300_000, clock: new FakeClock(START), outbox, logger: pino({ level: 'silent' }) },
          turns: { run: async (read) => read() },
        })
        const { interfaces, up, identity } = truth
        const isDown = (one: string): boolean => !up.has(one)
        watch.polled(() => ({ device: DEVICE, sysObjectId: identity.sysObjectId, interfaces, isDown }))
        await watch.settled()
        const [report, ...more] = outbox.findings
        expect(more).toEqual([])
        const told = LinksReport.parse({ ...report, epoch: '0123456789abcdef', seq: 1 })
        const { links } = truth
        expect({ name, ...comparable(told, links) }).toEqual({ name, ...comparable(links, links) })
      }),
    )
  } finally {
    engine.close()
    await served.close()
  }
})

/** The parts in one order, without what a device adds of its own: loopback addresses, a bridge or a port without a tree. */
function comparable(links: ToldLinks, { bridge: isInTree, vlans: isSwitch }: ToldLinks) {
  const { neighbors = [], bundles = [], forwarding = [], arp = [], addresses = [], bridge, vlans = [] } = links
  const { routing = { bgp: [], ospf: [] }, identifiers } = links
  return {
    identifiers,
    neighbors: inOrder(
      neighbors.map(({ remoteSysDescr: _long, capabilities = [], ...one }) => ({
        ...one,
        capabilities: inOrder(capabilities),
      })),
    ),
    bundles: inOrder(bundles.map(({ port, members }) => ({ port, members: [...members].sort() }))),
    forwarding: inOrder(
      forwarding
        .filter(({ macs }) => macs !== '')
        .map(({ macs, ...group }) => ({ ...group, macs: inOrder(macs.match(/.{12}/g) ?? []) })),
    ),
    arp: inOrder(arp),
    addresses: inOrder(addresses.filter(({ ip }) => !ip.startsWith('127.'))),
    bridge: isInTree &&
      bridge && { ...bridge, ports: inOrder(bridge.ports.filter(({ state }) => state !== undefined)) },
    vlans: isSwitch && inOrder(vlans.map(({ id }) => id)),
    routing: { bgp: inOrder(routing.bgp), ospf: inOrder(routing.ospf) },
  }
}
