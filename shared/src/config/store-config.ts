import { z } from 'zod'
import { duration } from './duration.ts'
import { InfluxStore, VictoriaMetricsStore } from './external-store.ts'

const MAX_RULES = 100

const raw = duration.describe('How long samples are kept.')
const fiveMinutes = duration.describe('How long buckets of 5 minutes are kept; 0s: none are made.')
const oneHour = duration.describe('How long buckets of 1 hour are kept; 0s: none are made.')

const RetentionRule = z.strictObject({
  match: z.string().min(1).max(1_024).describe('The series it holds for, a selector as in PromQL.'),
  retention: raw.optional(),
  fiveMinutes: fiveMinutes.optional(),
  oneHour: oneHour.optional(),
})

/** Metrics in the server's own store. */
export const EmbeddedStore = z.strictObject({
  kind: z
    .literal('embedded')
    .optional()
    .describe('Here, or in an engine beside the server, with options of its own: see the README.'),
  retention: raw.default('30d'),
  tiers: z
    .strictObject({ fiveMinutes: fiveMinutes.default('400d'), oneHour: oneHour.default('5y') })
    .prefault({})
    .describe('Minimum, maximum, sum, count, last value and increase of the samples in each bucket, made a day later.'),
  retentionRules: z
    .array(RetentionRule)
    .max(MAX_RULES)
    .default([])
    .describe('What is different for some series; the first rule that matches a series holds.'),
  maxBytes: z
    .number()
    .int()
    .min(100_000_000)
    .max(1e15)
    .optional()
    .describe('Bytes of samples and buckets beyond which the oldest go, samples first.'),
})
export type EmbeddedStore = z.infer<typeof EmbeddedStore>

/** Where metrics are kept: by the server itself, or by an engine that runs beside it. */
export const StoreConfig = z.discriminatedUnion('kind', [EmbeddedStore, VictoriaMetricsStore, InfluxStore])
export type StoreConfig = z.infer<typeof StoreConfig>
