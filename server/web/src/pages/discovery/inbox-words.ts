import type { InboxItem } from '@eyenet/shared/api'

const HOW_WORDS: Readonly<Record<InboxItem['how'][number], string>> = {
  sweep: 'answered the search',
  neighbor: 'told by a neighbour',
  arp: 'in an ARP table',
  route: 'told by a router',
  passive: 'seen passing by',
}

export const ROLE_WORDS: Readonly<Record<InboxItem['role'], string>> = {
  router: 'router',
  switch: 'switch',
  firewall: 'firewall',
  'access-point': 'access point',
  'wireless-controller': 'wireless controller',
  'load-balancer': 'load balancer',
  server: 'server',
  hypervisor: 'hypervisor',
  storage: 'storage',
  workstation: 'workstation',
  printer: 'printer',
  ups: 'UPS',
  pdu: 'power strip',
  camera: 'camera',
  phone: 'phone',
  sensor: 'sensor',
  unknown: 'not known',
}

/** What an entry is called: its own name, else what is known of it. */
export const itemName = (one: InboxItem): string =>
  one.name || one.sysName || one.hostname || one.addresses[0]?.address || one.macs[0] || 'nameless'

/** How it came to be known: "answered the search, told by a neighbour core-1 Gi1/0/3". */
export function foundWords({ how, via }: InboxItem): string {
  const ways = how.map((one) => HOW_WORDS[one]).join(', ')
  if (via === undefined) return ways
  const port = via.port === undefined ? '' : ` ${via.port}`
  return `${ways} (${via.deviceName ?? 'a device'}${port})`
}

/** Why it is believed to be what it is, one sentence each. */
export function whyWords(one: InboxItem): readonly string[] {
  const made = [one.vendor, one.model].filter((text) => text !== '').join(' ')
  const ports = one.ports.length === 0 ? '' : `TCP ports that answer: ${one.ports.join(', ')}`
  return [
    one.roleEvidence === '' ? '' : `Taken for ${ROLE_WORDS[one.role]}: ${one.roleEvidence}`,
    made === '' ? '' : `Made by ${made}`,
    one.sysDescr === '' ? '' : `Says of itself: ${one.sysDescr}`,
    one.snmp === undefined
      ? ''
      : `Answers SNMP at ${one.snmp.address} with “${one.snmp.credentialName || one.snmp.credential}”`,
    ports,
    `Found: ${foundWords(one)}`,
  ].filter((text) => text !== '')
}

/** How it would be watched once it is accepted. */
export const watchedBy = (one: InboxItem): string => (one.snmp === undefined ? 'ping only' : 'SNMP and ping')
