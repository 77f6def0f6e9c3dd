import type { Incident } from '@eyenet/shared/api'
import type { EpochMs } from '@eyenet/shared/identity'
import { isPowerOf } from '../topology/topology.ts'

/**
 * Whether a device or its link had failed, which looked alike while it lasted: a device that has run on all the time was only
 * cut off; one that started anew between its last answer and the end of the incident failed itself, or lost its power.
 * Undefined where that tells nothing. `startedAt`: since when the device runs, told after it answered again. Pure.
 */
export function afterwardsOf(
  { kind, cause, or, since, endedAt }: Incident,
  { startedAt, intervalMs }: { readonly startedAt: EpochMs; readonly intervalMs: number },
): Incident['afterwards'] {
  if (kind !== 'device' || endedAt === undefined) return undefined
  const links = or.filter((one) => !isPowerOf(one))
  if (links.length === 0) return undefined
  const lastAnswerAt = since - intervalMs
  if (startedAt < lastAnswerAt - CLOCK_SLACK_MS) {
    const text = `${cause.text} has run on all the time: ${links.join(', or ')} had failed, and not the device`
    return { failed: 'link', text }
  }
  if (startedAt < lastAnswerAt || startedAt > endedAt) return undefined
  const itself = links.length === or.length ? 'it failed itself' : 'it failed itself, or lost its power'
  return { failed: 'device', text: `${cause.text} has started anew meanwhile: ${itself}, and not its link` }
}

/** Between the moment at which a device counts its time and that of the poll that tells it. */
const CLOCK_SLACK_MS = 10_000
