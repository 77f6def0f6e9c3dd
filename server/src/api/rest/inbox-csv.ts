import { type InboxItem, toCsv } from '@eyenet/shared/api'

const COLUMNS = [
  ...['state', 'name', 'addresses', 'macs', 'site', 'agent', 'role', 'vendor', 'model', 'serial', 'sys_name'],
  ...['sys_descr', 'hostname', 'ports', 'snmp', 'credential', 'found_by', 'first_seen', 'last_seen', 'device'],
  ...['decided', 'decided_by', 'id'],
]

/** One line for each; times are RFC 3339 in UTC. */
export function inboxCsv(items: readonly InboxItem[]): string {
  const rows = items.map((one) => [
    ...[one.state, one.name, one.addresses.map(({ address }) => address).join(' '), one.macs.join(' '), one.site],
    ...[one.agent, one.role, one.vendor, one.model, one.serial, one.sysName, one.sysDescr, one.hostname],
    ...[one.ports.join(' '), one.snmp === undefined ? 'no' : 'yes', one.snmp?.credentialName, one.how.join(' ')],
    ...[iso(one.firstSeenAt), iso(one.lastSeenAt), one.device],
    ...[one.decidedAt === undefined ? undefined : iso(one.decidedAt), one.decidedBy, one.id],
  ])
  return toCsv([COLUMNS, ...rows])
}

const iso = (at: number): string => new Date(at).toISOString()
