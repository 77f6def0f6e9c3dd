import { byAgent } from './grouped-answers.ts'
import type { Answer, DownPort, Picture } from './picture.ts'
import { wasAskedSince } from './timing.ts'

/** So long a port that leads nowhere on the map waits for those of whom the map does not know where they hang. */
const MAX_WAIT_MS = 80_000

/**
 * Whether a port that leads to nothing that is asked went down as a device of the same agent did: more likely its port than
 * by chance. True as well while one that may be is still to be asked.
 */
export function wentWithDevice(
  picture: Picture,
  { port, near, down }: { readonly port: DownPort; readonly near: Answer; readonly down: ReadonlyMap<string, Answer> },
): boolean {
  const from = port.since - near.intervalMs
  for (const { agent, since, answeredAt } of down.values()) {
    if (agent === near.agent && since >= from && answeredAt <= port.since) return true
  }
  if (picture.now >= port.since + MAX_WAIT_MS) return false
  const others = byAgent(picture).get(near.agent) ?? []
  return others.some((other) => other.state === 'up' && !wasAskedSince(other, port.since, picture.now))
}
