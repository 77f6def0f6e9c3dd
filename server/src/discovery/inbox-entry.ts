import type { InboxState } from '@eyenet/shared/api'
import { type AgentId, DeviceId, type EpochMs, type SiteName } from '@eyenet/shared/identity'
import { ipNumber, ipText } from '@eyenet/shared/network'
import type { Evidence } from './evidence.ts'

/** One thing that was found, however often and by whom. */
export type InboxEntry = {
  readonly id: string
  readonly site: SiteName
  /** That would watch it. */
  readonly agent: AgentId
  readonly state: InboxState
  /** What it is watched as. */
  readonly device: DeviceId | undefined
  readonly firstSeenAt: EpochMs
  readonly lastSeenAt: EpochMs
  /** Who decided last, a person or a rule; a person who put it back counts too. */
  readonly decided: { readonly at: EpochMs; readonly by: string } | undefined
  readonly evidence: Evidence
  /** What it is recognised by, and when each was last told: `address ...`, `mac ...`, `device ...`. */
  readonly keys: ReadonlyMap<string, EpochMs>
}

export const addressKey = (address: string): string => `address ${address}`
export const macKey = (mac: string): string => `mac ${mac}`
export const deviceKey = (device: string): string => `device ${device}`

/** Newest first. */
export function addressesOf(entry: InboxEntry): readonly { readonly address: string; readonly at: EpochMs }[] {
  return valuesOf(entry, 'address ').map(({ value, at }) => ({ address: value, at }))
}

export function macsOf(entry: InboxEntry): readonly string[] {
  return valuesOf(entry, 'mac ').map(({ value }) => value)
}

/** Identities that it would have as a watched device. */
export function devicesOf(entry: InboxEntry): readonly DeviceId[] {
  return valuesOf(entry, 'device ').map(({ value }) => DeviceId.parse(value))
}

function valuesOf({ keys }: InboxEntry, prefix: string) {
  return [...keys]
    .flatMap(([key, at]) => (key.startsWith(prefix) ? [{ value: key.slice(prefix.length), at }] : []))
    .sort((a, b) => b.at - a.at || (a.value < b.value ? -1 : 1))
}

/** What people call it; empty where nothing told. */
export function nameOf({ evidence }: InboxEntry): string {
  return evidence.snmp?.sysName || evidence.hostname
}

/** Where it would be asked: where SNMP answered, as long as it is still there. */
export function addressToWatch(entry: InboxEntry): string | undefined {
  const answered = entry.evidence.snmp?.address
  if (answered !== undefined && entry.keys.has(addressKey(answered))) return answered
  return addressesOf(entry)[0]?.address
}

/** The canonical text of an address; undefined for what is none. A zone names an interface of the agent: it is cut. */
export function canonicalAddress(text: string): string | undefined {
  const number = ipNumber(text.replace(/%.*$/, ''))
  return number && ipText(number)
}

/** Lower-case hex with colons; undefined for what is the address of no single station. */
export function stationMac(text: string): string | undefined {
  const mac = text.toLowerCase()
  if (!/^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac) || mac === '00:00:00:00:00:00') return undefined
  return Number.parseInt(mac.slice(0, 2), 16) % 2 === 1 ? undefined : mac
}
