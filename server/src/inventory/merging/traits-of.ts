import type { DeviceDetails, ReportedInterface } from '@eyenet/shared/wire'
import type { DeviceRow } from '../../db/db.ts'
import type { DeviceTraits } from './same-device.ts'

/** More tell no more. */
const MAX_MACS = 256
const MAX_ADDRESSES = 256
const MAX_MEMBERS = 64

/** What tells a device from others, out of what is known of it. */
export function traitsOf(
  row: DeviceRow,
  interfaces: readonly Pick<ReportedInterface, 'mac'>[],
  details: Partial<Pick<DeviceDetails, 'parts' | 'addresses'>> | undefined,
): DeviceTraits {
  const { sysName, sysObjectId, engineId, serial } = JSON.parse(row.identity)
  const macs = new Set<string>()
  for (const { mac } of interfaces) {
    const plain = mac.toLowerCase().replace(/[^0-9a-f]/g, '')
    if (plain.length === 12 && isOwn(plain) && macs.size < MAX_MACS) macs.add(plain)
  }
  const members = (details?.parts ?? []).filter((part) => /^(?:chassis|stack)$/.test(part.class) && part.serial)
  return {
    ...{ id: row.id, site: row.site, kind: row.kind, rank: row.identity_rank, address: row.address, macs },
    ...{ sysName, sysObjectId, engineId, serial },
    memberSerials: members.slice(0, MAX_MEMBERS).map(({ serial = '' }) => serial),
    addresses: (details?.addresses ?? [])
      .map(({ ip }) => ip)
      .filter((ip) => !ip.startsWith('127.') && ip !== '::1' && !ip.startsWith('fe80:'))
      .slice(0, MAX_ADDRESSES),
  }
}

/** Addresses of routers that stand for one another (VRRP, HSRP, GLBP), of groups and of nobody are not a device's own. */
function isOwn(mac: string): boolean {
  if (/^(?:0{12}|f{12})$/.test(mac) || (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1) return false
  return !/^(?:00005e0001|00005e0002|00000c07ac|00000c9ff|0007b400)/.test(mac)
}
