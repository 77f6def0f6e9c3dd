import type { DeviceId } from '@eyenet/shared/identity'
import { agentLines } from './agent-lines.ts'
import { assign, isStanding, type Source, sharedPassages } from './assign.ts'
import { failedLinks } from './failed-links.ts'
import { goOn } from './go-on.ts'
import { placeKey } from './grouped-answers.ts'
import { deviceCause, passageCause } from './name-cause.ts'
import { Neighbourhood } from './near.ts'
import type { Answer, Cause, Explanation, Picture, Standing } from './picture.ts'
import { isWholePlaceAway, powerCauses } from './power.ts'
import { powerOf } from './power-words.ts'
import { failedTogether, HELD_FROM_MS } from './timing.ts'
import { isUnplaced, placeByTime } from './unplaced.ts'

/**
 * What failed, and what is only unreachable because of it. Pure: decided anew from the whole picture each time; open
 * incidents count where what they took with them needs time to come back, and so that one failure stays one incident.
 * Linear in what is down and its neighbours.
 */
export function explain(picture: Picture): Explanation {
  const down = downOf(picture)
  const hood = new Neighbourhood(picture, (node) => down.has(node))
  const lines = agentLines(picture, down)
  const rest = new Map([...down].filter(([, { device }]) => !lines.taken.has(device)))
  const { sources, kept, held } = assign(picture, hood, rest)
  const joined = join(picture, sources, kept)
  const shared = sharedPassages(picture, joined.sources)
  const inPassages = new Set([...shared.groups.values()].flat())
  const alone = joined.sources.filter((source) => !inPassages.has(source))
  const named = (
    sources: readonly Source[],
  ): { readonly causes: readonly Cause[]; readonly held: ReadonlySet<DeviceId> } => {
    const power = powerCauses(picture, sources, { down, undecided: held })
    const single = sources.filter((source) => !power.taken.has(source))
    return {
      ...power,
      causes: [...power.causes, ...single.map((source) => withPower(picture, hood, { source, down }))],
    }
  }
  const onMap = named(alone.filter((source) => !isUnplaced(picture, source)))
  const passages = [...shared.groups.values()].flatMap((group) => passageCause(picture, hood, group) ?? [])
  const unplaced = alone.filter((source) => isUnplaced(picture, source))
  const placed = placeByTime(picture, { sources: unplaced, causes: [...passages, ...onMap.causes], down })
  const offMap = named(placed.left)
  const links = failedLinks(picture, down)
  const found = [...lines.causes, ...placed.causes, ...offMap.causes, ...links.causes]
  const isBack = (standing: Standing, device: string): boolean => {
    const member = picture.answers.get(device)
    return member?.state === 'up' && member.since > standing.since
  }
  const stands = (standing: Standing): boolean =>
    isStanding(standing, { isDown: (device) => down.has(device), isBack: (device) => isBack(standing, device) })
  const waiting = [
    ...lines.held,
    ...held,
    ...onMap.held,
    ...offMap.held,
    ...placed.held,
    ...shared.held.map(({ answer }) => answer.device),
  ]
  return {
    causes: goOn(picture, { found, kept: joined.kept, stands }),
    held: new Set(waiting.filter((device) => isOld(picture, down.get(device)))),
    quietPorts: links.quietPorts,
  }
}

/** Devices that are down; of those that fell silent altogether the members of incidents stay as they were. */
function downOf({ answers, open }: Picture): ReadonlyMap<string, Answer> {
  const members = new Set<DeviceId>(open.flatMap((one) => [...one.members.keys()]))
  const isDown = ({ state, isHost, device }: Answer): boolean =>
    !isHost && (state === 'down' || (state === 'unknown' && members.has(device)))
  return new Map([...answers].filter(([, answer]) => isDown(answer)))
}

function isOld({ now }: Picture, answer: Answer | undefined): boolean {
  return answer !== undefined && now - answer.since >= HELD_FROM_MS
}

const JOINED: ReadonlySet<string> = new Set(['power', 'link'])

/** Sources that belong to an open incident of a place or of what nobody asks, noticed later than the others. */
function join(
  picture: Picture,
  sources: readonly Source[],
  kept: ReadonlyMap<string, readonly Answer[]>,
): { readonly sources: readonly Source[]; readonly kept: ReadonlyMap<string, readonly Answer[]> } {
  const standing = picture.open.filter(({ overAt, kind }) => overAt === undefined && JOINED.has(kind))
  const all = new Map(kept)
  const left = sources.filter((source) => {
    const keys = [placeKey(source.answer), `passage:${source.near[0]?.passage?.id}`]
    for (const { id, key } of standing) {
      const members = all.get(id) ?? []
      if (!keys.includes(key) && !isUnplaced(picture, source)) continue
      if (!members.some((one) => failedTogether(one, source.answer))) continue
      all.set(id, [...members, source.answer, ...source.behind])
      return false
    }
    return true
  })
  return { sources: left, kept: all }
}

function withPower(
  picture: Picture,
  hood: Neighbourhood,
  { source, down }: { readonly source: Source; readonly down: ReadonlyMap<string, Answer> },
): Cause {
  const cause = deviceCause(picture, hood, source)
  if (!isWholePlaceAway(picture, source, down)) return cause
  return { ...cause, or: [...cause.or, powerOf(source.answer.place)] }
}
