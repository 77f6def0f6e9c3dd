import type { TopologyLink } from '@eyenet/shared/api'
import type { DeviceId } from '@eyenet/shared/identity'
import { PASSING_ON, type Source } from './assign.ts'
import { byAgent, placeKey } from './grouped-answers.ts'
import type { Answer, Cause, Picture } from './picture.ts'
import { failedTogether, wasAskedSince } from './timing.ts'
import { SURE_CONFIDENCE, waysFrom } from './ways.ts'

export type Placed = {
  readonly causes: readonly Cause[]
  /** Sources that joined none of them. */
  readonly left: readonly Source[]
  readonly held: ReadonlySet<DeviceId>
}

/** Whether the map has no sure cable between a device and anything that answers: then nobody knows what it hangs on. */
export function isUnplaced({ ways }: Picture, { answer, near }: Pick<Source, 'answer' | 'near'>): boolean {
  const isSure = ({ layer, confidence }: TopologyLink): boolean => layer === 'l2' && confidence >= SURE_CONFIDENCE
  return near.length === 0 || !waysFrom(ways, answer.device).some(({ link }) => isSure(link))
}

/**
 * Devices without a place in the map that failed at the moment at which something failed that carries others: behind it,
 * more likely than by chance. They wait until all that could carry them has been asked; a failure of a mere station takes
 * none with it.
 */
export function placeByTime(
  picture: Picture,
  {
    sources,
    causes,
    down,
  }: { sources: readonly Source[]; causes: readonly Cause[]; down: ReadonlyMap<string, Answer> },
): Placed {
  const carrying = new Set(causes.filter((cause) => carries(picture, cause)))
  const joined = new Map<Cause, Source[]>()
  const left: Source[] = []
  const held = new Set<DeviceId>()
  for (const source of sources) {
    const place = placeKey(source.answer)
    const isThere = ({ failed }: Cause): boolean => {
      const first = down.get(failed[0] ?? '')
      return place !== undefined && first !== undefined && placeKey(first) === place
    }
    const cause = causes.find((one) => (carrying.has(one) || isThere(one)) && isOfOne(source.answer, one, down))
    if (cause !== undefined) joined.set(cause, [...(joined.get(cause) ?? []), source])
    else {
      left.push(source)
      if (mayBeCarried(picture, source.answer)) held.add(source.answer.device)
    }
  }
  return { causes: causes.map((cause) => withMore(cause, joined.get(cause) ?? [])), left, held }
}

/** A failed device with two neighbours or more, or anything that is more than a device. */
function carries({ ways, answers }: Picture, { kind, cause, behind }: Cause): boolean {
  const device = cause.device ?? ''
  if (kind !== 'device' || behind.length > 0 || waysFrom(ways, device).length >= 2) return true
  return PASSING_ON.has(answers.get(device)?.role ?? '')
}

function isOfOne(answer: Answer, { site, failed, behind }: Cause, down: ReadonlyMap<string, Answer>): boolean {
  const first = down.get(failed[0] ?? behind[0] ?? '')
  return first !== undefined && (site === answer.site || first.agent === answer.agent) && failedTogether(first, answer)
}

/** Whether something that others hang on has not been asked since. */
function mayBeCarried(picture: Picture, answer: Answer): boolean {
  const others = byAgent(picture).get(answer.agent) ?? []
  return others.some((other) => {
    if (other.state !== 'up' || waysFrom(picture.ways, other.device).length < 2) return false
    return !wasAskedSince(other, answer.since, picture.now)
  })
}

function withMore(cause: Cause, sources: readonly Source[]): Cause {
  if (sources.length === 0) return cause
  const more = sources.flatMap((source) => [source.answer, ...source.behind].map(({ device }) => device))
  const text = `${more.length} without a place in the map went at the same moment`
  return { ...cause, behind: [...cause.behind, ...more], evidence: [...cause.evidence, text] }
}
