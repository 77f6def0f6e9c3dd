import type { InboxItem } from '@eyenet/shared/api'
import type { AgentId, DeviceId } from '@eyenet/shared/identity'
import { addressesOf, type InboxEntry, macsOf, nameOf } from './inbox-entry.ts'

/** How things are called for people. */
export type Names = {
  readonly device: (device: DeviceId) => string | undefined
  readonly agent: (agent: AgentId) => string | undefined
  /** By id. */
  readonly credentials: ReadonlyMap<string, string>
}

/** An entry as the API shows it. */
export function inboxItemOf(entry: InboxEntry, names: Names): InboxItem {
  const { evidence, device, decided } = entry
  const { snmp, via, rttSeconds } = evidence
  return {
    ...{ id: entry.id, site: entry.site, agent: entry.agent, state: entry.state, name: nameOf(entry) },
    ...(device !== undefined && { device, ...named('deviceName', names.device(device)) }),
    addresses: addressesOf(entry).map(({ address, at }) => ({ address, lastSeenAt: at })),
    macs: [...macsOf(entry)],
    ...{ role: evidence.role, roleEvidence: evidence.roleEvidence, vendor: evidence.vendor },
    ...{ model: snmp?.model ?? '', serial: snmp?.serial ?? '', hostname: evidence.hostname },
    ...{ sysName: snmp?.sysName ?? '', sysDescr: snmp?.sysDescr ?? '', sysObjectId: snmp?.sysObjectId ?? '' },
    ports: evidence.ports,
    ...(rttSeconds !== undefined && { rttSeconds }),
    ...(snmp && { snmp: answeredBy(snmp, names) }),
    how: evidence.how,
    ...(via && { via: { ...via, ...named('deviceName', names.device(via.device)) } }),
    seenBy: evidence.seenBy.map(({ agent, at }) => ({
      ...{ agent, lastSeenAt: at },
      ...named('agentName', names.agent(agent)),
    })),
    ...{ firstSeenAt: entry.firstSeenAt, lastSeenAt: entry.lastSeenAt },
    ...(decided && { decidedAt: decided.at, decidedBy: decided.by }),
  }
}

function answeredBy(
  { address, port, credential }: NonNullable<InboxEntry['evidence']['snmp']>,
  { credentials }: Names,
): NonNullable<InboxItem['snmp']> {
  const known = credentials.get(credential)
  return { address, port, credential, credentialName: known ?? credential, known: known !== undefined }
}

function named<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: string })
}
