import type { DeviceId, EpochMs, SiteName } from '@eyenet/shared/identity'
import type { DeviceRole } from '@eyenet/shared/roles'
import type { LinksReport } from '@eyenet/shared/wire'

/** One interface of a device, by the stable name that its series carry. */
export type PortView = {
  readonly port: string
  readonly ifIndex: number
  readonly ifName: string
  readonly ifDescr: string
  readonly ifAlias: string
  /** IANAifType; 0 where it is not told. */
  readonly ifType: number
  /** Lower-case hex with colons; empty where it has none. */
  readonly mac: string
  readonly speedBps?: number
  /** ifOperStatus is up; absent while nobody knows. */
  readonly isUp?: boolean
  readonly adminUp?: boolean
}

/** What a device tells of its links: each part as it was told last. */
export type LinkParts = Partial<Omit<LinksReport, 'kind' | 'epoch' | 'seq' | 'at' | 'device' | 'truncated'>> & {
  /** When an entry of `neighbors` was first told as it is now, by `neighborKey`. */
  readonly neighborsSince?: ReadonlyMap<string, EpochMs>
}

/** Everything that inference knows of one device of the inventory. */
export type DeviceView = {
  readonly device: DeviceId
  readonly name: string
  readonly sysName: string
  /** Serial number of the chassis: some neighbours know it by that. */
  readonly serial?: string
  readonly site: SiteName
  readonly role: DeviceRole
  /** sysLocation, or where people say that it is. */
  readonly place: string
  /** Where its agent asks it: an IP address or a host name. */
  readonly address: string
  readonly kind: 'snmp' | 'ping' | 'host'
  readonly interfaces: readonly PortView[]
  readonly links: LinkParts
  /** When the newest of the parts was told. */
  readonly linksAt: EpochMs
}
