import type { DeviceId, SiteName } from '@eyenet/shared/identity'
import { ipNumber, ipText } from '@eyenet/shared/network'
import { plainText } from '@eyenet/shared/terminal'

/** What one device tells of addresses: its own, and those that it has resolved. */
export type Addressed = {
  readonly device: DeviceId
  readonly name: string
  readonly site: SiteName
  readonly ips: readonly string[]
  readonly macs: readonly string[]
  readonly arp: readonly { readonly ip: string; readonly mac: string }[]
}

/** Whose an address is; `why` is a sentence. */
export type AddressOwner = { readonly node: DeviceId; readonly why: string }

/** Entries of ARP tables that are looked at for one trace: beyond it addresses stay unknown. */
const MAX_ARP_LOOKED_AT = 2_000_000
/** Every device has these, or may have. */
const NOBODYS = /^(?:127\.|0\.0\.0\.0$|169\.254\.|fe80:|::1$|::$)/

/**
 * Whose IP addresses these are, by the text that was asked. A device that tells the address as its own goes first, then
 * one whose station's address somebody has resolved it to; at the site that asks before others. Where several have it,
 * nobody is named.
 */
export function addressOwners(
  wanted: readonly string[],
  devices: readonly Addressed[],
  site: SiteName,
): ReadonlyMap<string, AddressOwner> {
  const asked = new Set(wanted.map(plainIp).filter((ip) => !NOBODYS.test(ip)))
  const told = new Map<string, Addressed[]>()
  for (const device of devices) {
    for (const ip of new Set(device.ips.map(plainIp))) if (asked.has(ip)) push(told, ip, device)
  }
  const owners = new Map<string, AddressOwner>()
  for (const [ip, all] of told) {
    const one = onlyOne(all, site)
    if (one !== undefined) owners.set(ip, { node: one.device, why: `${plainText(one.name)} has the address ${ip}` })
  }
  const open = new Set([...asked].filter((ip) => !told.has(ip)))
  for (const [ip, owner] of resolvedOwners(open, devices, site)) owners.set(ip, owner)
  return new Map(
    wanted.flatMap((text) => {
      const owner = owners.get(plainIp(text))
      return owner === undefined ? [] : [[text, owner] as const]
    }),
  )
}

/** By ARP and ND: an address, the station that it was resolved to, the device that has this station's address. */
function resolvedOwners(
  open: ReadonlySet<string>,
  devices: readonly Addressed[],
  site: SiteName,
): ReadonlyMap<string, AddressOwner> {
  const found = new Map<string, { readonly mac: string; readonly by: string }>()
  let looked = 0
  if (open.size === 0) return new Map()
  // At another site the same private address is somebody else.
  for (const { arp, name } of devices.filter((one) => one.site === site)) {
    for (const { ip, mac } of arp) {
      if (looked++ > MAX_ARP_LOOKED_AT) break
      const plain = ip.includes(':') ? plainIp(ip) : ip
      if (open.has(plain)) found.set(plain, { mac: mac.toLowerCase(), by: name })
    }
  }
  const macs = new Set([...found.values()].map(({ mac }) => mac))
  const having = new Map<string, Addressed[]>()
  for (const device of devices) {
    for (const mac of new Set(device.macs.map((one) => one.toLowerCase()))) if (macs.has(mac)) push(having, mac, device)
  }
  return new Map(
    [...found].flatMap(([ip, { mac, by }]) => {
      const one = onlyOne(having.get(mac) ?? [], site)
      if (one === undefined) return []
      const why = `${plainText(by)} has ${ip} at ${plainText(mac)}, which is ${plainText(one.name)}`
      return [[ip, { node: one.device, why }] as const]
    }),
  )
}

/** One spelling for an address, without a zone; what is none is itself in lower case. */
function plainIp(text: string): string {
  const [bare = ''] = text.toLowerCase().split('%', 1)
  const number = ipNumber(bare)
  return number === undefined ? bare : ipText(number)
}

function onlyOne(all: readonly Addressed[], site: SiteName): Addressed | undefined {
  const here = all.filter((one) => one.site === site)
  if (here.length > 0) return here.length === 1 ? here[0] : undefined
  return all.length === 1 ? all[0] : undefined
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, [value])
  else known.push(value)
}
