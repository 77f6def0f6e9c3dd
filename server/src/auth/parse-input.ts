import { EyeNetError } from '@eyenet/shared/errors'
import type { z } from 'zod'

/** What came from a command line or a body, in its shape; EyeNetError('invalid') says what is wrong with it. */
export function parseInput<T extends z.ZodType>(shape: T, input: unknown): z.output<T> {
  const parsed = shape.safeParse(input)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`)
  throw new EyeNetError('invalid', faults.join('; '), { cause: parsed.error })
}
