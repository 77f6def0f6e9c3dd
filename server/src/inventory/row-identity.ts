import { DeviceRole, roleOf } from '@eyenet/shared/roles'
import type { FactsReport } from '@eyenet/shared/wire'
import type { DeviceRow } from '../db/db.ts'
import { adaptersMaker } from './adapters-maker.ts'

/** What a device says it is, as it lies in its row; the role where its agent tells one. */
export type RowIdentity = FactsReport['identity'] &
  Pick<FactsReport, 'role' | 'roleEvidence'> & {
    /** Who made its network adapters; absent where that says nothing of who made the device. */
    readonly macVendor?: string
  }

/** They run on anybody's machine, with anybody's adapter. */
const SYSTEMS_OF_COMPUTERS: ReadonlySet<string> = new Set(
  'linux windows freebsd netbsd openbsd dragonfly solaris openindiana proxmox vmware-esxi'.split(' '),
)

export function storedIdentity({ identity, role, roleEvidence, kindOfTarget, interfaces }: FactsReport): string {
  const isComputer = kindOfTarget === 'host' || SYSTEMS_OF_COMPUTERS.has(identity.os)
  const macVendor = isComputer ? '' : adaptersMaker(interfaces)
  return JSON.stringify({ ...identity, role, roleEvidence, ...(macVendor && { macVendor }) } satisfies RowIdentity)
}

export function identityOf(row: DeviceRow): RowIdentity {
  return JSON.parse(row.identity)
}

/** What a device is for: as its agent tells it, else by what the device says it is. */
export function rowRole(identity: RowIdentity): { readonly role: DeviceRole; readonly roleEvidence: string } {
  const told = DeviceRole.safeParse(identity.role)
  // A newer agent may know roles that this server does not; and only here is it known who makes which adapters.
  const isSettled = told.success && (told.data !== 'unknown' || identity.macVendor === undefined)
  if (isSettled) return { role: told.data, roleEvidence: identity.roleEvidence ?? '' }
  const { role, evidence } = roleOf(identity)
  return { role, roleEvidence: evidence }
}
