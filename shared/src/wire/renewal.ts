import { z } from 'zod'

/** Type of the JWS (ES256, by the key of the present certificate) that an agent sends for a new certificate. */
export const RENEWAL_TYPE = 'eyenet-renewal+jws'

/** What such a JWS holds: a PKCS#10 request in PEM, by the new key. */
export const RenewalRequest = z.object({ csr: z.string().max(4_096) })
export type RenewalRequest = z.infer<typeof RenewalRequest>

/** The answer on `down/certificate`. A certificate is no secret: only who has its key can use it. */
export const RenewalAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('issued'), certificate: z.string().max(8_192) }),
  z.object({ kind: z.literal('refused'), reason: z.string().max(500) }),
])
export type RenewalAnswer = z.infer<typeof RenewalAnswer>
