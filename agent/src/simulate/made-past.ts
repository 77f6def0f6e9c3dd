import type { Labels } from '@eyenet/shared/identity'
import { z } from 'zod'
import { demoSite } from './demo-site.ts'
import { NO_FAULTS } from './fault-script.ts'
import { createSite } from './site.ts'
import { readingKey, siteReadings } from './site-readings.ts'

const DAY_MS = 86_400_000

export const MadePastOptions = z.strictObject({
  seed: z.number().int(),
  startedAt: z.number().int().positive().describe('When the simulated site began to run: the past ends here.'),
  days: z.number().int().min(1).max(60),
  intervalMs: z.number().int().min(1_000).describe('How often the agent polls.'),
})
export type MadePastOptions = z.infer<typeof MadePastOptions>

/** What the demonstration's series would have shown before it ran, had it run. Made by the simulator, without faults. */
export type MadePast = {
  readonly from: number
  readonly to: number
  readonly intervalMs: number
  /** How a series read in the past: a counter goes on where the running site's began. Undefined: it has no past. */
  readingOf(labels: Labels): ((now: number) => number) | undefined
}

/** The past of the demonstration's site with this seed. */
export function madePast({ seed, startedAt, days, intervalMs }: MadePastOptions): MadePast {
  const from = startedAt - days * DAY_MS
  const readingsFrom = (begin: number) =>
    siteReadings(
      createSite(demoSite({ seed, startedAt: begin, community: '', addressOf: () => '', faults: NO_FAULTS })),
    )
  const past = readingsFrom(from)
  const running = readingsFrom(startedAt)
  return {
    from,
    to: startedAt,
    intervalMs,
    readingOf(labels) {
      const key = readingKey(labels)
      const [then, now] = [past.get(key), running.get(key)]
      if (then === undefined || now === undefined) return undefined
      if (!then.isCounter) return then.read
      const [ended, began] = [then.read(startedAt), now.read(startedAt)]
      // Before the counter was 0 there is nothing to read: the device had been restarted since.
      return (at) => {
        const value = began - (ended - then.read(at))
        return value >= 0 ? value : Number.NaN
      }
    },
  }
}
