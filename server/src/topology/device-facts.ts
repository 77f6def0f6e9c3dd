import type { DeviceId, EpochMs } from '@eyenet/shared/identity'
import type { DeviceRole } from '@eyenet/shared/roles'
import type { DeviceDetails, FactsReport, ReportedInterface } from '@eyenet/shared/wire'
import type { ControlDb } from '../db/db.ts'
import type { DeviceView, LinkParts } from './infer/infer.ts'

/** What the inventory has of a device, as far as its links go. */
export type DeviceFacts = Omit<DeviceView, 'interfaces' | 'links' | 'linksAt'> & {
  readonly interfaces: readonly ReportedInterface[]
  /** Of agents that send no report of links: what their surveys told. */
  readonly surveyed: LinkParts
  readonly factsAt: EpochMs
}

type Network = Pick<DeviceDetails, 'neighbors' | 'addresses' | 'vlans' | 'bgpPeers' | 'ospfNeighbors'>
const UNTOLD = { sysName: '', sysLocation: '', serial: '' }
const PROTOCOLS = ['lldp', 'cdp', 'fdp', 'edp'] as const

/** The rows of these devices; those that are not there are left out. 500 at most. */
export async function readFacts(
  db: ControlDb,
  ids: readonly DeviceId[],
  roleOf: (id: DeviceId) => DeviceRole,
): Promise<readonly DeviceFacts[]> {
  if (ids.length === 0) return []
  const [rows, interfaces, details] = await Promise.all([
    db.selectFrom('devices').selectAll().where('id', 'in', ids).execute(),
    db.selectFrom('interfaces').select(['device', 'facts']).where('device', 'in', ids).execute(),
    db.selectFrom('device_details').select(['device', 'network']).where('device', 'in', ids).execute(),
  ])
  const ports = new Map<DeviceId, ReportedInterface[]>(rows.map(({ id }) => [id, []]))
  for (const { device, facts } of interfaces) ports.get(device)?.push(JSON.parse(facts))
  const networks = new Map(details.map(({ device, network }) => [device, JSON.parse(network) as Network]))
  return rows.map((row) => {
    const identity: FactsReport['identity'] = { ...UNTOLD, ...JSON.parse(row.identity) }
    const own = ports.get(row.id) ?? []
    return {
      ...{ device: row.id, name: row.name, sysName: identity.sysName, site: row.site, role: roleOf(row.id) },
      ...{ place: identity.sysLocation, address: row.address, kind: row.kind, interfaces: own, factsAt: row.facts_at },
      ...(identity.serial !== '' && { serial: identity.serial }),
      surveyed: surveyedLinks(networks.get(row.id), own),
    }
  })
}

/** What a survey told of neighbors and addresses, in the shape of a report of links. Pure. */
export function surveyedLinks(network: Network | undefined, interfaces: readonly ReportedInterface[]): LinkParts {
  if (network === undefined) return {}
  const ports = new Map(interfaces.map((one) => [one.ifIndex, one.interface]))
  const portOf = (ifIndex: number | undefined) => {
    const port = ifIndex === undefined ? undefined : ports.get(ifIndex)
    return port === undefined ? {} : { port }
  }
  return {
    neighbors: network.neighbors.flatMap(({ protocol, localIfIndex, localPort, ...heard }) => {
      const known = PROTOCOLS.find((one) => one === protocol)
      const port = localIfIndex === undefined && localPort !== undefined ? { port: localPort } : portOf(localIfIndex)
      return known === undefined ? [] : [{ protocol: known, ...port, ...heard }]
    }),
    addresses: network.addresses.flatMap(({ ip, prefixLength, ifIndex }) => {
      const isPrefix = prefixLength !== undefined && prefixLength >= 0 && prefixLength <= 128
      return [{ ip, ...(isPrefix && { prefixLength }), ...portOf(ifIndex) }]
    }),
    vlans: network.vlans,
    routing: { bgp: network.bgpPeers, ospf: network.ospfNeighbors },
  }
}
