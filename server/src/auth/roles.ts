import type { Role, TokenRole } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import type { EpochMs } from '@eyenet/shared/identity'

/** Who asks: a person with an access token, or a program with an API token. */
export type Principal = {
  readonly kind: 'user' | 'token'
  readonly id: string
  readonly name: string
  readonly role: TokenRole
  /** The login, for a person. */
  readonly sessionId?: string
  /** When the credential ends; absent: never. */
  readonly expiresAt?: EpochMs
}

/** Who did something, and from where: for the audit log. `address` is an IP address, or what stands for one. */
export type Actor = { readonly name: string; readonly address: string }

const RANK = { integration: 0, viewer: 1, operator: 2, admin: 3 } as const satisfies Record<TokenRole, number>

/** Whether a role includes another one. `integration` includes none: it only reads public MQTT topics. */
export function includesRole(has: TokenRole, wanted: Role): boolean {
  return RANK[has] >= RANK[wanted]
}

/** EyeNetError('forbidden') when the principal's role does not include the wanted one. */
export function requireRole(principal: Principal, wanted: Role): void {
  if (!includesRole(principal.role, wanted)) {
    throw new EyeNetError('forbidden', `this needs the role ${wanted}; ${principal.name} has ${principal.role}`)
  }
}
