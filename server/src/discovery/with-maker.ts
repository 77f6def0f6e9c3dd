import { roleOf } from '@eyenet/shared/roles'
import { makerOf } from '../makers/makers.ts'
import { type InboxEntry, macsOf } from './inbox-entry.ts'

/**
 * An entry with the maker of its network adapter where nothing tells who made it. That is the weakest sign of what it is
 * for: it counts where nothing else says so but, at most, that it has a service which all sorts of devices have.
 */
export function withMaker(entry: InboxEntry): InboxEntry {
  const { evidence } = entry
  const [mac] = macsOf(entry)
  if (mac === undefined || evidence.snmp !== undefined || evidence.vendor !== '') return entry
  const vendor = makerOf(mac)
  if (vendor === '') return entry
  const { ports: openPorts, role } = evidence
  const made = roleOf({ openPorts, macVendor: vendor })
  const isToldByPorts = role === roleOf({ openPorts }).role
  const believed = isToldByPorts ? { role: made.role, roleEvidence: made.evidence } : {}
  return { ...entry, evidence: { ...evidence, vendor, ...(made.role !== 'unknown' && believed) } }
}
