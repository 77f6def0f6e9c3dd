import { z } from 'zod'
import { duration } from './duration.ts'

export const LearnConfig = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe('Whether a model is trained each night; people may ask for one at any time.'),
  at: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM')
    .default('02:30')
    .describe("When, by the clock of this machine's time zone."),
  weeks: z.number().int().min(1).max(26).default(4).describe('How much history a model is learnt from.'),
  maxSeries: z
    .number()
    .int()
    .min(1)
    .max(20_000)
    .default(1_000)
    .describe('Series that it is learnt from at most; 1000 of them take some minutes of one processor.'),
  autoRollout: z
    .enum(['off', 'shadow', 'canary', 'all'])
    .default('shadow')
    .describe('How far a better model goes by itself: nowhere, scoring in the shadow, one agent, all agents.'),
  observe: duration.default('1d').describe('How long a model is watched in each stage before it goes on by itself.'),
})
export type LearnConfig = z.infer<typeof LearnConfig>
