import { z } from 'zod'
import { metricSpec } from '../catalogue/catalogue.ts'
import { isEncodableOid, OID_RULE } from './encodable-oid.ts'

/** Bounds what one device or agent is asked for by configuration. */
export const MAX_CUSTOM_METRICS = 200

const Fields = z
  .strictObject({
    oid: z
      .string()
      .regex(/^[012](\.(0|[1-9]\d{0,9})){2,127}$/, 'an OID such as 1.3.6.1.4.1.9.9.91.1.1.1.1.4')
      .refine(isEncodableOid, OID_RULE)
      .describe('One instance, such as 1.3.6.1.2.1.1.3.0; with labelsFromIndex the column of a table.'),
    name: z
      .string()
      .max(100)
      .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'a metric name: letters, digits and _, no digit first')
      .refine((name) => metricSpec(name) === undefined, { message: 'EyeNet has a metric of this name; choose another' })
      .describe('The name of the metric.'),
    kind: z.enum(['gauge', 'counter']).default('gauge').describe('A counter only grows; its resets are seen.'),
    unit: z.string().max(32).default('').describe('For people, such as celsius or bytes.'),
    help: z.string().max(300).default('').describe('What it means.'),
    factor: z.number().default(1).describe('Multiplies the value: 0.1 for tenths.'),
    labelsFromIndex: z
      .array(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'a label name'))
      .min(1)
      .max(8)
      .optional()
      .describe('Labels for the parts of the index, in order; the last one takes the rest.'),
    intervalSeconds: z.number().int().min(1).max(86_400).optional().describe('Default: that of sensors.'),
  })
  .refine((one) => one.labelsFromIndex?.some((label) => RESERVED_LABELS.includes(label)) !== true, {
    message: 'site, device and names that begin with two underscores belong to EyeNet',
    path: ['labelsFromIndex'],
  })

/** One object that the device's own MIB has, polled by configuration alone. `labels-from-index` is taken too. */
export const CustomMetric = z.preprocess(withCamelCase, Fields)
export type CustomMetric = z.infer<typeof Fields>

function withCamelCase(given: unknown): unknown {
  if (typeof given !== 'object' || given === null || !('labels-from-index' in given)) return given
  const { 'labels-from-index': labelsFromIndex, ...rest } = given
  return { labelsFromIndex, ...rest }
}

const RESERVED_LABELS: readonly string[] = ['site', 'device', '__name__']

/** How often what is read, by its nature. What is left out is as the agent has it. */
export const PollIntervals = z.strictObject({
  sensorsSeconds: z.number().int().min(5).max(86_400).optional().describe('Sensors, processors, memory, storage.'),
  inventorySeconds: z.number().int().min(60).max(604_800).optional().describe('What the device is and has.'),
  linksSeconds: z
    .number()
    .int()
    .min(30)
    .max(86_400)
    .optional()
    .describe('Who is connected to whom. Agents whose birth names no ability `links` do not know it.'),
  metrics: z
    .record(z.string().max(100), z.number().int().min(5).max(86_400))
    .optional()
    .describe('Seconds by metric, such as { device_storage_used_bytes: 600 }.'),
})
export type PollIntervals = z.infer<typeof PollIntervals>
