import { z } from 'zod'
import { parseDurationMs } from '../promql/promql.ts'

/** The rule file of Prometheus (prometheus.io/docs/prometheus/latest/configuration/recording_rules), as YAML gives it. */

// A file with more is generated, and should be several.
const MAX_GROUPS = 1000
const MAX_RULES = 5000

// YAML reads 1 and true as other than text; Prometheus takes them as text.
const Text = z.union([z.string(), z.number(), z.boolean()]).transform(String)

const Duration = z.string().transform((text, context) => {
  const ms = parseDurationMs(text)
  if (ms !== undefined) return ms
  context.addIssue({
    code: 'custom',
    message: `expected a duration such as 5m or 1h30m, found ${JSON.stringify(text)}`,
  })
  return z.NEVER
})

const LabelName = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'a label name has letters, digits and _, and begins with no digit')
  .refine((name) => name !== '__name__', '__name__ cannot be set by a rule')
const Labels = z.record(LabelName, Text)

export const RuleEntry = z.strictObject({
  alert: z.string().min(1).optional(),
  record: z
    .string()
    .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'a metric name has letters, digits, _ and :')
    .optional(),
  expr: Text,
  for: Duration.optional(),
  keep_firing_for: Duration.optional(),
  labels: Labels.nullish(),
  annotations: Labels.nullish(),
})
export type RuleEntry = z.infer<typeof RuleEntry>

export const GroupEntry = z.strictObject({
  name: z.string().min(1),
  interval: Duration.refine((ms) => ms > 0, 'the interval must be longer than 0').optional(),
  limit: z.number().int().nonnegative().optional(),
  labels: Labels.nullish(),
  rules: z.array(RuleEntry).max(MAX_RULES),
})

export const RuleFile = z.strictObject({ groups: z.array(GroupEntry).max(MAX_GROUPS) })
export type RuleFile = z.infer<typeof RuleFile>

/** The keys that may stand at a path of the file. */
export function knownKeysAt(path: readonly PropertyKey[]): readonly string[] {
  if (path.length === 0) return Object.keys(RuleFile.shape)
  return Object.keys(path.length === 2 ? GroupEntry.shape : RuleEntry.shape)
}
