import { epochMs } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { waysFrom, waysOf } from './depend/depend.ts'
import { deviceId, graphOf, view } from './infer/made-view.testkit.ts'
import { NOTHING_TOLD, toldAfter } from './told-links.ts'
import { linksOf, START } from './topology.testkit.ts'

const addressOf = (ip: string, port: string) => [{ ip, prefixLength: 24, port }]
const router = (name: string, ip: string) =>
  view({ name, role: 'router', ports: ['v10'], links: { addresses: addressOf(ip, 'v10') } })
const CORES = [router('core-1', '10.1.0.1'), router('core-2', '10.1.0.2')]
const host = (gateways: readonly string[]) =>
  view({
    ...{ name: 'agent-host', role: 'server', kind: 'host', ports: ['eth0'] },
    links: { addresses: addressOf('10.1.0.9', 'eth0'), gateways: gateways.map((ip) => ({ ip, port: 'eth0' })) },
  })

/** What is next to the agent's own machine, as failures are judged. */
function nextToHost(gateways: readonly string[]): readonly string[] {
  const { nodes, links } = graphOf([...CORES, host(gateways)])
  const ways = waysOf({ nodes: [...nodes], links: [...links] })
  return waysFrom(ways, deviceId('agent-host')).map(({ to }) => ways.nodes.get(to)?.name ?? to)
}

test('an agent that no switch names stands at its default gateway', () => {
  expect(nextToHost(['10.1.0.2'])).toEqual(['core-2'])
  const link = graphOf([...CORES, host(['10.1.0.2'])]).links.find(
    ({ a, b }) => a.port !== undefined && b.port !== undefined,
  )
  expect(link).toMatchObject({ layer: 'l3', kind: 'subnet', confidence: 0.9 })
  expect(link?.evidence.map(({ text }) => text)).toEqual([
    'agent-host has the default gateway 10.1.0.2, which is core-2',
  ])
})

test('where it tells no gateway, or one that is no device, it stands in its network', () => {
  for (const gateways of [[], ['10.1.0.254']]) expect(nextToHost(gateways)).toEqual(['10.1.0.0/24'])
})

test('gateways are kept as a part of what a device tells', () => {
  const gateways = [{ ip: '10.1.0.2', port: 'eth0' }]
  const { told, changed } = toldAfter(NOTHING_TOLD, linksOf('agent-host', epochMs(START), { gateways }), epochMs(START))
  expect({ changed, told: told.parts.gateways }).toEqual({ changed: ['gateways'], told: gateways })
})
