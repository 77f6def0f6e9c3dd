import { z } from 'zod'

/** Whether a sensor is read on all devices of a family, whatever the agent thinks of it. Made by a person, once. */
export const SensorChoice = z.strictObject({
  family: z.string().min(1).max(300),
  /** Column or scalar. */
  object: z
    .string()
    .max(600)
    .regex(/^[012](\.(0|[1-9]\d{0,9})){1,127}$/, 'an OID such as 1.3.6.1.4.1.9.9.13.1.3.1.3'),
  enabled: z.boolean(),
})
export type SensorChoice = z.infer<typeof SensorChoice>

/** Bounds the desired state: some 1.4 MB at the longest. */
export const MAX_SENSOR_CHOICES = 1_500
