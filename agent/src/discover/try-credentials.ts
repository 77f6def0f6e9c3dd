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
  /** Some of those were never tried at this address, or it answered to one before. */
  readonly hasUntried: boolean
}

export type PastTries = {
  /** The credential that the device answered to before; `isHere`: at this address. */
  readonly worked?: { readonly credential: string; readonly isHere: boolean } | undefined
  readonly attempts: readonly Attempt[]
  /** At other addresses of the same device. */
  readonly elsewhere?: readonly Attempt[]
}

/**
 * Which credentials an address may see now: the one that its device answered to before, then those that the device never
 * saw, in their order, then the others by the age of their last attempt. One that failed within the hour, at this address
 * or another of the device, is not sent again; the tries of all its addresses count together.
 */
export function credentialTurn(
  credentials: readonly NamedCredential[],
  { worked, attempts, elsewhere = [] }: PastTries,
  now: EpochMs,
): CredentialTurn {
  // An attempt that seems to lie ahead was made before the clock was set back: it counts.
  const isRecent = (at: number): boolean => at > now - HOUR_MS
  const here = new Map(attempts.map(({ credential, at }) => [credential, at]))
  const there = new Map<string, number>()
  for (const { credential, at } of elsewhere) there.set(credential, Math.max(at, there.get(credential) ?? 0))
  const left = TRIES_AN_HOUR - [...attempts, ...elsewhere].filter(({ at }) => isRecent(at)).length
  const isWhatWorked = ({ id }: NamedCredential): boolean => id === worked?.credential
  const ageOf = (one: NamedCredential): number =>
    isWhatWorked(one) ? -1 : Math.max(here.get(one.id) ?? 0, there.get(one.id) ?? 0)
  const open = credentials.filter(({ id }) => !isRecent(here.get(id) ?? 0)).sort((a, b) => ageOf(a) - ageOf(b))
  // A device may answer at one of its addresses alone: what answered here is no guess.
  const may = open.filter((one) => (isWhatWorked(one) && worked?.isHere) || !isRecent(there.get(one.id) ?? 0))
  const next = may.slice(0, Math.max(0, left))
  const waiting = open.filter((one) => !next.includes(one))
  return {
    now: next,
    isHeldBack: waiting.length > 0,
    hasUntried: waiting.some((one) => !here.has(one.id) || isWhatWorked(one)),
  }
}
