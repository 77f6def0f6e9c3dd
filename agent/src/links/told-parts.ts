import {
  type BridgeFacts,
  type HeardNeighbor,
  type LinksReport,
  MAX_LINKS,
  type ReportedInterface,
} from '@eyenet/shared/wire'
import type { NewLinks } from '../buffer/buffer.ts'
import type { LinkSurvey, SurveyBridge, SurveyNeighbor } from '../survey/survey.ts'

/** Parts of a report; one that is not there is not told. */
export type LinkParts = Partial<Omit<NewLinks, 'kind' | 'at' | 'device' | 'truncated'>>
export type LinkPartName = keyof LinkParts

/** Parts in the words of the wire, except tables of stations, which are kept over readings; and those that were cut. */
export type ToldParts = { readonly parts: LinkParts; readonly truncated: readonly LinkPartName[] }

const PROTOCOLS = ['lldp', 'cdp', 'fdp', 'edp'] as const
const MAX_MEMBERS = 64
const MAX_CAPABILITIES = 16
const MOST_VLAN = 4_094

/** What a survey of links found, with the stable names of the device's interfaces, in an order that says nothing. */
export function toldParts(survey: LinkSurvey, ports: PortNames): ToldParts {
  const { identifiers, neighbors, bridge, bundles, addresses, vlans, routing } = survey
  const truncated = new Set<LinkPartName>(survey.cut)
  const bounded = <T>(part: LinkPartName, items: readonly T[], most: number): T[] => {
    if (items.length > most) truncated.add(part)
    return items.slice(0, most)
  }
  const parts: LinkParts = {
    ...(identifiers && {
      identifiers: bounded('identifiers', identifiers, MAX_LINKS.identifiers).map((one) => clipped(one)),
    }),
    ...(neighbors && {
      neighbors: inOrder(bounded('neighbors', neighbors, MAX_LINKS.neighbors).flatMap((one) => heardOf(one, ports))),
    }),
    ...(bridge && { bridge: bridgeOf(bridge, ports, (all) => bounded('bridge', all, MAX_LINKS.ports)) }),
    ...(bundles && {
      bundles: inOrder(
        bounded('bundles', bundles, MAX_LINKS.bundles).flatMap(({ ifIndex, members }) => {
          const port = ports.of(ifIndex)
          const names = members.flatMap((member) => ports.of(member) ?? [])
          return port === undefined ? [] : [{ port, members: bounded('bundles', names.sort(), MAX_MEMBERS) }]
        }),
      ),
    }),
    ...(addresses && {
      addresses: inOrder(
        bounded('addresses', addresses, MAX_LINKS.addresses).map(({ ip, prefixLength, ifIndex }) => {
          const port = ports.of(ifIndex)
          const isLength = prefixLength !== undefined && prefixLength >= 0 && prefixLength <= 128
          return { ip: clipped(ip, 64), ...(isLength && { prefixLength }), ...(port !== undefined && { port }) }
        }),
      ),
    }),
    ...(vlans && {
      vlans: bounded('vlans', vlans, MOST_VLAN).map(({ id, name }) => ({ id, name: clipped(name) })),
    }),
    ...(routing && { routing: routingOf(routing) }),
  }
  return { parts, truncated: [...truncated].sort() }
}

/** The interfaces of one device by what its tables call them. */
export class PortNames {
  readonly #byIndex: ReadonlyMap<number, string>
  readonly #byName = new Map<string, string>()

  constructor(interfaces: readonly ReportedInterface[]) {
    this.#byIndex = new Map(interfaces.map((one) => [one.ifIndex, one.interface]))
    for (const { ifName, ifDescr, ifAlias, interface: port } of interfaces) {
      for (const name of [ifName, ifDescr, ifAlias])
        if (name !== '' && !this.#byName.has(name)) this.#byName.set(name, port)
    }
  }

  of(ifIndex: number | undefined): string | undefined {
    return ifIndex === undefined ? undefined : this.#byIndex.get(ifIndex)
  }

  /** Of a name that the device uses somewhere; that name itself where no interface has it. */
  named(name: string | undefined): string | undefined {
    return name === undefined ? undefined : (this.#byName.get(name) ?? clipped(name))
  }
}

function heardOf(one: SurveyNeighbor, ports: PortNames): HeardNeighbor[] {
  const protocol = PROTOCOLS.find((known) => known === one.protocol)
  if (protocol === undefined) return []
  const port = ports.of(one.localIfIndex) ?? ports.named(one.localPort)
  const { remotePortDescr, remoteChassisId, remoteAddress, remoteSysDescr, remoteCapabilities } = one
  return [
    {
      protocol,
      ...(port !== undefined && { port }),
      remoteSysName: clipped(one.remoteSysName),
      remotePort: clipped(one.remotePort),
      ...(remotePortDescr !== undefined && { remotePortDescr: clipped(remotePortDescr) }),
      ...(remoteChassisId !== undefined && { remoteChassisId: clipped(remoteChassisId) }),
      ...(remoteAddress !== undefined && { remoteAddress: clipped(remoteAddress, 64) }),
      ...(remoteSysDescr !== undefined && { remoteSysDescr: clipped(remoteSysDescr, 500) }),
      ...(remoteCapabilities && {
        capabilities: remoteCapabilities.slice(0, MAX_CAPABILITIES).map((name) => clipped(name, 32)),
      }),
    },
  ]
}

type BridgePorts = BridgeFacts['ports']

function bridgeOf(
  { address, spanningTree, ports: all }: SurveyBridge,
  ports: PortNames,
  bounded: (all: BridgePorts) => BridgePorts,
): BridgeFacts {
  const { root, rootPort } = spanningTree ?? {}
  const rootName = ports.of(all.find(({ port }) => port === rootPort)?.ifIndex)
  const known = all.flatMap(({ ifIndex, state, designatedBridge, designatedPort }) => {
    const port = ports.of(ifIndex)
    if (port === undefined) return []
    return [
      {
        port,
        ...(state !== undefined && { state }),
        ...(designatedBridge !== undefined && { designatedBridge }),
        ...integer('designatedPort', designatedPort),
      },
    ]
  })
  return {
    ...(address !== undefined && { address }),
    ...integer('priority', spanningTree?.priority),
    ...(root !== undefined && { root }),
    ...integer('rootCost', spanningTree?.rootCost),
    ...(rootName !== undefined && { rootPort: rootName }),
    ports: inOrder(bounded(known)),
  }
}

function integer(name: string, value: number | undefined): Record<string, number> {
  return value !== undefined && Number.isSafeInteger(value) ? { [name]: value } : {}
}

type Routing = NonNullable<LinksReport['routing']>

function routingOf({ bgp, ospf }: NonNullable<LinkSurvey['routing']>): Routing {
  return {
    bgp: inOrder(
      bgp.slice(0, MAX_LINKS.peers).map(({ peer, remoteAs, state }) => ({
        ...{ peer: clipped(peer, 64), remoteAs },
        ...(state !== undefined && { state: clipped(state, 32) }),
      })),
    ),
    ospf: inOrder(
      ospf.slice(0, MAX_LINKS.peers).map(({ neighbor, routerId, state }) => ({
        ...{ neighbor: clipped(neighbor, 64), routerId: clipped(routerId, 64), state: clipped(state, 32) },
      })),
    ),
  }
}

/** Devices give their rows in any order: sorted, the same rows are the same part. */
export function inOrder<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, key: JSON.stringify(item) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ item }) => item)
}

export function clipped(text: string, most = 255): string {
  return text.slice(0, most)
}
