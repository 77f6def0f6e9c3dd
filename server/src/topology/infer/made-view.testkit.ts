import { createHash } from 'node:crypto'
import type { TopologyLink } from '@eyenet/shared/api'
import { DeviceId, epochMs, SiteName } from '@eyenet/shared/identity'
import type { HeardNeighbor } from '@eyenet/shared/wire'
import type { DeviceView, LinkParts, PortView } from './device-view.ts'
import { Inference, type InferredGraph } from './inference.ts'

export const AT = epochMs(1_790_000_000_000)

/** The id that the tests give to a device of this name. */
export function deviceId(name: string): DeviceId {
  const hex = createHash('sha1').update(name).digest('hex')
  return DeviceId.parse(
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`,
  )
}

/** A station's address made of a number: 02:00:00:xx:xx:xx. */
export const mac = (number: number): string =>
  `02:00:00:${(number + 0x1000000)
    .toString(16)
    .slice(1)
    .replace(/(..)(?!$)/g, '$1:')}`

export const packed = (...numbers: readonly number[]): string =>
  numbers.map((number) => mac(number).replaceAll(':', '')).join('')

type Made = Partial<Omit<DeviceView, 'interfaces' | 'links' | 'site' | 'linksAt'>> & {
  readonly name: string
  readonly site?: string
  /** Its base address is `mac(number)`. */
  readonly number?: number
  readonly ports?: readonly (string | (Partial<PortView> & { readonly port: string }))[]
  readonly links?: LinkParts
  readonly at?: number
}

export function view({ name, site = 'berlin', number, ports = [], links = {}, at = AT, ...rest }: Made): DeviceView {
  const identifiers = number === undefined ? [] : [mac(number)]
  return {
    ...{ device: deviceId(name), name, sysName: name, role: 'switch', place: '', address: '', kind: 'snmp' },
    ...rest,
    site: SiteName.parse(site),
    interfaces: ports.map((port, at) => ({
      ...{ ifIndex: at + 1, ifAlias: '', ifType: 6, mac: '', isUp: true },
      ...(typeof port === 'string'
        ? { port, ifName: port, ifDescr: port }
        : { ifName: port.port, ifDescr: '', ...port }),
    })),
    links: { identifiers, ...links },
    linksAt: epochMs(at),
  }
}

type Remote = readonly [name: string, port: string]

export const heard = (port: string, [remoteSysName, remotePort]: Remote, more: Partial<HeardNeighbor> = {}) =>
  ({ protocol: 'lldp', port, remoteSysName, remotePort, ...more }) satisfies HeardNeighbor

export function graphOf(views: readonly DeviceView[]): InferredGraph {
  const inference = new Inference()
  for (const one of views) inference.set(one)
  return inference.graph()
}

/** Links in words that a test can read: `a Gi1 - b Gi2`, with device names instead of ids; ends and lines sorted. */
export function told(graph: InferredGraph): readonly string[] {
  const names = new Map(
    graph.nodes.map(({ id, name, kind }) => [id, kind === 'device' ? name : kind === 'heard' ? id : kind]),
  )
  const end = ({ node, port }: TopologyLink['a']): string => `${names.get(node)}${port === undefined ? '' : ` ${port}`}`
  return graph.links.map(({ a, b }) => [end(a), end(b)].sort().join(' - ')).sort()
}
