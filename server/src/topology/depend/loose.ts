import { byAgent } from './grouped-answers.ts'
import type { Answer, DownPort, Picture } from './picture.ts'
import { wasAskedSince } from './timing.ts'
import { SURE_CONFIDENCE, waysFrom } from './ways.ts'

/** So long a port that leads nowhere on the map waits for those of whom the map does not know where they hang. */
const MAX_WAIT_MS = 80_000

/** Devices that are down and that no sure cable ties to anything but others of them: the map does not know where they hang. */
export function looseDevices({ ways }: Picture, down: ReadonlyMap<string, Answer>): readonly Answer[] {
  const seen = new Set<string>()
  const loose: Answer[] = []
  for (const first of down.keys()) {
    if (seen.has(first)) continue
    const part = [first]
    seen.add(first)
    let isTied = false
    for (const node of part) {
      for (const { to, link } of waysFrom(ways, node)) {
        if (link.layer !== 'l2' || link.confidence < SURE_CONFIDENCE) continue
        if (!down.has(to)) isTied = true
        else if (!seen.has(to)) {
          seen.add(to)
          part.push(to)
        }
      }
    }
    if (!isTied) loose.push(...part.flatMap((node) => down.get(node) ?? []))
  }
  return loose
}

/**
 * Whether a port of which the map has no link went down as such a device did: it is the port that it hangs on. True as well
 * while one that may be is still to be asked.
 */
export function isOfLoose(
  picture: Picture,
  { port, near, loose }: { readonly port: DownPort; readonly near: Answer; readonly loose: readonly Answer[] },
): boolean {
  const from = port.since - near.intervalMs
  if (loose.some((one) => one.agent === near.agent && one.since >= from && one.answeredAt <= port.since)) return true
  if (picture.now >= port.since + MAX_WAIT_MS) return false
  const others = byAgent(picture.answers).get(near.agent) ?? []
  return others.some((other) => other.state === 'up' && !wasAskedSince(other, port.since, picture.now))
}
