/**
 * Bounded work: so many at a time, so many waiting, the rest refused at once. This room knows nothing of what the work is.
 */
import { EyeNetError } from '@eyenet/shared/errors'

export type Turns = {
  /** Does the work when its turn comes. EyeNetError('unavailable') with the given sentence when too many wait already. */
  take<T>(work: () => Promise<T>): Promise<T>
  refused(): number
}

export function createTurns(limits: { concurrent: number; waiting: number; sentence: string }): Turns {
  const waiting: (() => void)[] = []
  let running = 0
  let refused = 0
  return {
    async take(work) {
      if (running < limits.concurrent) running += 1
      else {
        if (waiting.length >= limits.waiting) {
          refused += 1
          throw new EyeNetError('unavailable', limits.sentence)
        }
        // The one that ends hands its place over, so `running` stays as it is.
        await new Promise<void>((resolve) => waiting.push(resolve))
      }
      try {
        return await work()
      } finally {
        const next = waiting.shift()
        if (next === undefined) running -= 1
        else next()
      }
    },
    refused: () => refused,
  }
}
