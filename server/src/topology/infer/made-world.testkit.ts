import type { TopologyLink } from '@eyenet/shared/api'
import { type EpochMs, SiteName } from '@eyenet/shared/identity'
import { type LinkScore, type MadeNetwork, scoreLinks, toldBy } from '@eyenet/shared/made-network'
import type { DeviceView } from './device-view.ts'
import type { InferredGraph } from './inference.ts'
import { deviceId } from './made-view.testkit.ts'

/** What inference knows of each managed device of a made network. */
export function viewsOf(network: MadeNetwork, moment: EpochMs): readonly DeviceView[] {
  return network.devices.flatMap((made): readonly DeviceView[] => {
    const told = toldBy(network, made.name, moment)
    if (told === undefined) return []
    const { identity, links, up, adminUp } = told
    return [
      {
        ...{ device: deviceId(made.name), name: made.name, sysName: identity.sysName, serial: identity.serial },
        ...{ site: SiteName.parse(made.site), role: made.role, place: made.place, address: made.address, kind: 'snmp' },
        interfaces: told.interfaces.map(({ interface: port, speedBps, ...rest }) => ({
          ...(speedBps !== undefined && { speedBps }),
          ...{ port, ...rest, isUp: up.has(port), adminUp: adminUp.has(port) },
        })),
        links,
        linksAt: moment,
      },
    ]
  })
}

/** Links of layer 2 against the truth. */
export function score(network: MadeNetwork, graph: InferredGraph): LinkScore {
  const names = new Map<string, string>(network.devices.map(({ name }) => [deviceId(name), name]))
  const named = ({ node, port }: TopologyLink['a']) => ({ node: names.get(node) ?? node, port })
  const links = graph.links.filter(({ layer }) => layer === 'l2')
  return scoreLinks(
    network,
    links.map(({ a, b }) => ({ a: named(a), b: named(b) })),
  )
}
