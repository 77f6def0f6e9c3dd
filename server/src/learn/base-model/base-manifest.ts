import { ModelEvaluation } from '@eyenet/shared/api'
import { z } from 'zod'

/** All that decides what the base model becomes, beside the program itself. */
export const BaseRecipe = z.strictObject({
  seed: z.number().int(),
  /** Made series that teach, and samples of one at most. */
  series: z.number().int().positive(),
  samples: z.number().int().positive(),
  days: z.object({ least: z.number().positive(), most: z.number().positive() }),
  /** Other made series, on which it is judged. */
  testSeries: z.number().int().positive(),
  createdAt: z.string(),
})
export type BaseRecipe = z.infer<typeof BaseRecipe>

/** What lies beside the base model: what it is, how it was made, and how good it is on series that it has not seen. */
export const BaseManifest = z.object({
  name: z.literal('base'),
  contract: z.string(),
  createdAt: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().positive(),
  recipe: BaseRecipe,
  /** Rows that it learnt from. */
  rows: z.number().int(),
  features: z.array(z.string()),
  /** What the features of a known series were when it was made; another one now means that it must be made anew. */
  featurePrint: z.string(),
  evaluation: ModelEvaluation,
})
export type BaseManifest = z.infer<typeof BaseManifest>

export const SHIPPED_RECIPE: BaseRecipe = {
  seed: 20_260_601,
  series: 2_800,
  samples: 3_000,
  days: { least: 4, most: 28 },
  testSeries: 112,
  createdAt: '2026-06-01T00:00:00Z',
}
