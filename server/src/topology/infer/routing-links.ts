import type { LinkEvidence, TopologyNode } from '@eyenet/shared/api'
import { type IpNetwork, ipNetwork, ipNumber, isWithin } from '@eyenet/shared/network'
import type { Directory } from './directory.ts'
import { type DraftEnd, type DraftLink, type Drafts, endOf, inOrder } from './draft-link.ts'
import type { KnownDevice } from './known-device.ts'

const ESTABLISHED = 0.95
const NOT_ESTABLISHED = 0.6

type Peer = { readonly protocol: 'ospf' | 'bgp'; readonly ip: string; readonly isUp: boolean; readonly words: string }

/** Layer 3: with whom a router speaks OSPF or BGP, joined to devices by their addresses. */
export function routingLinksOf(device: KnownDevice, directory: Directory): Drafts {
  const nodes = new Map<string, TopologyNode>()
  const found = peersOf(device)
  if (found.length === 0) return { links: [], nodes: [] }
  const networks = networksOf(device)
  const links = found.flatMap((peer): readonly DraftLink[] => {
    const other = directory.withAddress(peer.ip, device)
    if (other === device) return []
    const far = other === undefined ? outsider(peer, device, nodes) : endOf(other, portWith(other, peer.ip))
    if (far === undefined) return []
    const { view } = device
    const port = networks.find(({ network }) => isIn(peer.ip, network))?.port
    const evidence: LinkEvidence = { kind: peer.protocol, device: view.device, text: peer.words, at: view.linksAt }
    const confidence = peer.isUp ? ESTABLISHED : NOT_ESTABLISHED
    const rest = { members: [], confidence, evidence: [evidence], since: view.linksAt }
    return [inOrder({ layer: 'l3', kind: peer.protocol, a: endOf(device, port), b: far, ...rest })]
  })
  return { links, nodes: [...nodes.values()] }
}

function peersOf({ view }: KnownDevice): readonly Peer[] {
  const { bgp = [], ospf = [] } = view.links.routing ?? {}
  return [
    ...ospf.map(({ neighbor, routerId, state }): Peer => {
      const ip = neighbor === '0.0.0.0' ? routerId : neighbor
      const words = `${view.name} has the OSPF neighbor ${ip} (router ${routerId}, ${state})`
      return { protocol: 'ospf', ip, isUp: /^(?:full|two-?way|2way)$/i.test(state), words }
    }),
    ...bgp.map(({ peer, remoteAs, state = '' }): Peer => {
      const words = `${view.name} has the BGP peer ${peer} (AS ${remoteAs}${state === '' ? '' : `, ${state}`})`
      return { protocol: 'bgp', ip: peer, isUp: /^established$/i.test(state), words }
    }),
  ]
}

/** A BGP peer outside of the inventory is somebody else's router: the way out. */
function outsider({ protocol, ip }: Peer, near: KnownDevice, nodes: Map<string, TopologyNode>): DraftEnd | undefined {
  if (protocol !== 'bgp') return undefined
  const id = `heard:${ip}`
  nodes.set(id, { id, kind: 'heard', name: ip, site: near.view.site, role: 'router', place: '' })
  return { node: id }
}

type PortNetwork = { readonly port: string; readonly network: IpNetwork }

function networksOf({ view }: KnownDevice): readonly PortNetwork[] {
  return (view.links.addresses ?? []).flatMap(({ ip, prefixLength, port }): readonly PortNetwork[] => {
    const network = prefixLength === undefined ? undefined : ipNetwork(`${ip}/${prefixLength}`)
    return network === undefined || port === undefined ? [] : [{ port, network }]
  })
}

function isIn(ip: string, network: IpNetwork): boolean {
  const address = ipNumber(ip)
  return address !== undefined && isWithin(address, network)
}

/** The interface of the device that has the address. */
export const portWith = ({ view }: KnownDevice, ip: string): string | undefined =>
  view.links.addresses?.find((one) => one.ip === ip)?.port
