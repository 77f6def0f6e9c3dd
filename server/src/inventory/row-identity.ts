import { DeviceRole, roleOf } from '@eyenet/shared/roles'
import type { FactsReport } from '@eyenet/shared/wire'
import type { DeviceRow } from '../db/db.ts'

/** What a device says it is, as it lies in its row; the role where its agent tells one. */
export type RowIdentity = FactsReport['identity'] & Pick<FactsReport, 'role' | 'roleEvidence'>

export function storedIdentity({ identity, role, roleEvidence }: FactsReport): string {
  return JSON.stringify({ ...identity, role, roleEvidence } satisfies RowIdentity)
}

export function identityOf(row: DeviceRow): RowIdentity {
  return JSON.parse(row.identity)
}

/** What a device is for: as its agent tells it, else by what the device says it is. */
export function rowRole(identity: RowIdentity): { readonly role: DeviceRole; readonly roleEvidence: string } {
  const told = DeviceRole.safeParse(identity.role)
  // A newer agent may know roles that this server does not.
  if (told.success) return { role: told.data, roleEvidence: identity.roleEvidence ?? '' }
  const { role, evidence } = roleOf(identity)
  return { role, roleEvidence: evidence }
}
