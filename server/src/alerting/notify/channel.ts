import { z } from 'zod'

/** One change of one alert, as it was when it happened. */
export const AlertNotice = z.object({
  alert: z.uuid(),
  change: z.enum(['firing', 'resolved']),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  /** Milliseconds since 1970. */
  startsAt: z.number(),
  endsAt: z.number().optional(),
  /** Where the alert is shown; empty when the server does not know how people reach it. */
  url: z.string(),
  /** Where EyeNet's page is. */
  externalUrl: z.string(),
})
export type AlertNotice = z.infer<typeof AlertNotice>

/** `retry`: it may have worked or may work later. The reason is for people and carries no secret. */
export type SendOutcome = { readonly kind: 'sent' } | { readonly kind: 'retry'; readonly reason: string }

/** A way to tell somebody. */
export type Channel = {
  readonly name: string
  /** `id` is the same each time this change is tried: a receiver may drop what it has. */
  readonly send: (notice: AlertNotice, id: string) => Promise<SendOutcome>
  readonly close?: () => void
}
