import type { EpochMs } from '@eyenet/shared/identity'
import type { Attempt } from './discovery-file.ts'
import type { NamedCredential } from './effective-discovery.ts'

/** So many times an hour may a device see a credential that it does not know: many lock out after five. */
export const TRIES_AN_HOUR = 3
export const HOUR_MS = 3_600_000

export type CredentialTurn = {
  /** In this order, and no more of them now. */
  readonly now: readonly NamedCredential[]
  /** Others have to wait until the hour is over. */
  readonly isHeldBack: boolean
  /** Some of those were never tried here. */
  readonly hasUntried: boolean
}

/**
 * Which credentials an address may see now: the one that it answered to before, then those that it never saw, in their
 * order, then the others by the age of their last attempt. One that failed within the hour is not sent again.
 */
export function credentialTurn(
  credentials: readonly NamedCredential[],
  past: { readonly worked?: string | undefined; readonly attempts: readonly Attempt[] },
  now: EpochMs,
): CredentialTurn {
  const triedAt = new Map(past.attempts.map(({ credential, at }) => [credential, at]))
  // An attempt that seems to lie ahead was made before the clock was set back: it counts.
  const isRecent = (at: number): boolean => at > now - HOUR_MS
  const left = TRIES_AN_HOUR - past.attempts.filter(({ at }) => isRecent(at)).length
  const ageOf = ({ id }: NamedCredential): number => (id === past.worked ? -1 : (triedAt.get(id) ?? 0))
  const may = credentials.filter(({ id }) => !isRecent(triedAt.get(id) ?? 0)).sort((a, b) => ageOf(a) - ageOf(b))
  const next = may.slice(0, Math.max(0, left))
  const waiting = may.slice(next.length)
  return {
    now: next,
    isHeldBack: waiting.length > 0,
    hasUntried: waiting.some(({ id }) => !triedAt.has(id)),
  }
}
