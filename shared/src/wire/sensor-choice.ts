import { z } from 'zod'

/** Whether a sensor is read on all devices of a family, whatever the agent thinks of it. Made by a person, once. */
export const SensorChoice = z.strictObject({
  family: z.string().min(1).max(300),
  /** Column or scalar. */
  object: z.string().min(1).max(600),
  enabled: z.boolean(),
})
export type SensorChoice = z.infer<typeof SensorChoice>

/** Bounds the desired state. */
export const MAX_SENSOR_CHOICES = 5_000
