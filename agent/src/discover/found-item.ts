import { roleOf } from '@eyenet/shared/roles'
import type { Discovered } from '@eyenet/shared/wire'
import type { AddressAnswer } from './ask-address.ts'
import type { Heard } from './crawl.ts'

type Found = Extract<AddressAnswer, { kind: 'found' }>

/** What is told of an address: what was heard of it, what it answered where it was asked, and the role that follows. */
export function foundItem({ capabilities, ...heard }: Heard, answer?: Found): Discovered {
  const { ports = [], rttSeconds, mac = heard.mac, hostname = heard.hostname } = answer ?? {}
  const { found, about = {} } = answer?.snmp ?? {}
  const vendor = about.vendor ?? heard.vendor
  const { sysObjectId, sysDescr, model } = found ?? {}
  const facts = { sysObjectId, sysDescr, model, ...about, capabilities, openPorts: ports, macVendor: heard.vendor }
  const { role, evidence } = roleOf(facts)
  return {
    ...heard,
    ...(mac !== undefined && { mac }),
    ...(rttSeconds !== undefined && { rttSeconds }),
    ...(ports.length > 0 && { ports: [...ports] }),
    ...(hostname !== undefined && { hostname }),
    ...(vendor !== undefined && { vendor }),
    ...(role !== 'unknown' && { role, roleEvidence: evidence }),
    ...(found !== undefined && { snmp: found }),
  }
}
