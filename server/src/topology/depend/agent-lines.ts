import type { DeviceId } from '@eyenet/shared/identity'
import { byAgent } from './grouped-answers.ts'
import type { Answer, Cause, Picture, Watcher } from './picture.ts'
import { failedTogether, wasAskedSince } from './timing.ts'
import { waysFrom } from './ways.ts'

export type AgentLines = {
  readonly causes: readonly Cause[]
  /** What is away with a line, or may be: nothing else is looked for. */
  readonly taken: ReadonlySet<DeviceId>
  readonly held: ReadonlySet<DeviceId>
}

/**
 * Agents from which everything that they watch is away at once: their own line has failed, or what it leads to, and
 * nothing can be said of any device. What had failed before is left as it is.
 */
export function agentLines(picture: Picture, down: ReadonlyMap<string, Answer>): AgentLines {
  const causes: Cause[] = []
  const taken = new Set<DeviceId>()
  const held = new Set<DeviceId>()
  const watched = byAgent(picture.answers)
  for (const watcher of picture.watchers) {
    const all = watched.get(watcher.agent) ?? []
    const away = all.filter(({ device }) => down.has(device))
    const together = failedLast(away)
    const first = together[0]
    if (!watcher.isConnected || first === undefined) continue
    const others = all.filter(({ device }) => !down.has(device))
    if (others.some((one) => wasAskedSince(one, first.since, picture.now)) || othersTell(picture, watcher)) continue
    // With one device there is nothing to compare it with.
    if (all.length < 2 || (others.length === 0 && together.length < 2)) continue
    for (const { device } of together) {
      taken.add(device)
      if (others.length > 0) held.add(device)
    }
    if (others.length === 0) causes.push(lineOf(picture, { watcher, together, first }))
  }
  return { causes, taken, held }
}

/** Those that may have failed at the moment at which the last of them did, the earliest told first. */
function failedLast(away: readonly Answer[]): readonly Answer[] {
  const sorted = [...away].sort((a, b) => a.since - b.since)
  const last = sorted.at(-1)
  return last === undefined ? [] : sorted.filter((one) => failedTogether(one, last))
}

/** Whether the agent's first hop is watched by somebody else too, whose word decides. */
function othersTell(picture: Picture, { agent, host }: Watcher): boolean {
  if (host === undefined) return false
  return waysFrom(picture.ways, host).some(({ to }) => {
    const answer = picture.answers.get(to)
    return answer !== undefined && answer.agent !== agent && answer.state === 'down'
  })
}

function lineOf(
  picture: Picture,
  { watcher, together, first }: { watcher: Watcher; together: readonly Answer[]; first: Answer },
): Cause {
  const { agent, name, site, host } = watcher
  const hops = host === undefined ? [] : waysFrom(picture.ways, host)
  const nextTo = [...new Set(hops.map(({ to }) => picture.ways.nodes.get(to)?.name ?? to))].sort()
  return {
    key: `agent-line:${agent}`,
    kind: 'agent-line',
    site,
    cause: { text: name },
    or: nextTo,
    since: first.since,
    evidence: [`none of the ${together.length} devices that ${name} watches answers it, and they went at once`],
    failed: [],
    behind: together.map(({ device }) => device),
  }
}
