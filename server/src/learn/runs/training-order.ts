import { ModelEvaluation } from '@eyenet/shared/api'
import { z } from 'zod'

const numbers = z.custom<Float64Array>((value) => value instanceof Float64Array)
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
const TimeWindow = z.object({ from: z.number(), to: z.number() })

/** What the thread that trains is given. The numbers of the series are handed over, not copied. */
export const TrainingOrder = z.object({
  series: z.array(
    z.object({
      key: z.string(),
      times: numbers,
      values: numbers,
      incidents: z.array(TimeWindow),
      feedback: z.array(TimeWindow.extend({ kind: z.enum(['expected', 'not-useful', 'real']) })),
    }),
  ),
  seed: z.number().int(),
  settings: z.object({ alarmsPerMonth: z.number(), deviceAlarmsPerWeek: z.number() }),
  /** The file of the model that counts now. */
  running: bytes.optional(),
  contract: z.string(),
  name: z.string(),
  /** RFC 3339. */
  createdAt: z.string(),
})
export type TrainingOrder = z.infer<typeof TrainingOrder>

/** What it makes of it. */
export const TrainedModel = z.object({
  onnx: bytes,
  evaluation: ModelEvaluation,
  /** Rows that it learnt from. */
  rows: z.number().int().nonnegative(),
})
export type TrainedModel = z.infer<typeof TrainedModel>
