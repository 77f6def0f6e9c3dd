import { X509Certificate } from 'node:crypto'
import type { EpochMs } from '@eyenet/shared/identity'

const DAY_MS = 86_400_000
/** People hear of a certificate that could not be renewed so long before it ends. */
const WARNED_BEFORE_MS = 7 * DAY_MS

export type CertificateState =
  | { readonly kind: 'fresh' }
  /** Two thirds of its life are over. */
  | { readonly kind: 'due' }
  | { readonly kind: 'ending'; readonly until: string }
  | { readonly kind: 'over'; readonly until: string }

/** How a certificate, PEM, is at that moment. */
export function certificateState(pem: string, now: EpochMs): CertificateState {
  const { validFrom, validTo } = new X509Certificate(pem)
  const [from, until] = [Date.parse(validFrom), Date.parse(validTo)]
  const day = new Date(until).toISOString()
  if (now >= until) return { kind: 'over', until: day }
  if (until - now < WARNED_BEFORE_MS && until - from > WARNED_BEFORE_MS) return { kind: 'ending', until: day }
  return now - from > ((until - from) * 2) / 3 ? { kind: 'due' } : { kind: 'fresh' }
}
