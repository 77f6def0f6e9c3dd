import type { DeviceId } from '@eyenet/shared/identity'
import type { Source } from './assign.ts'
import { byPlace, placeKey } from './grouped-answers.ts'
import { count } from './name-cause.ts'
import type { Answer, Cause, Picture } from './picture.ts'
import { failedTogether, wasAskedSince } from './timing.ts'

export type Powers = {
  readonly causes: readonly Cause[]
  /** The sources that are in them. */
  readonly taken: ReadonlySet<Source>
  /** Sources whose place is not fully looked at yet. */
  readonly held: ReadonlySet<DeviceId>
}

/** Of those in a place that much must be away for its power to be the cause. */
const LEAST_SHARE = 0.5
/** So long a failure waits for the rest of its place to be asked. */
const MAX_PLACE_HOLD_MS = 90_000

/** Who is down, and of whom of them it is not known yet whether they failed themselves. */
export type Away = { readonly down: ReadonlyMap<string, Answer>; readonly undecided: ReadonlySet<DeviceId> }

/** Devices of one place that failed at the same moment and that nothing else explains: its power. */
export function powerCauses(picture: Picture, sources: readonly Source[], { down, undecided }: Away): Powers {
  const inPlaces = byPlace(picture)
  const together = new Map<string, Source[]>()
  for (const source of sources) {
    const key = placeKey(source.answer)
    if (key !== undefined) together.set(key, [...(together.get(key) ?? []), source])
  }
  const causes: Cause[] = []
  const taken = new Set<Source>()
  const held = new Set<DeviceId>()
  for (const [key, found] of together) {
    for (const group of groupsOf(found)) {
      const [first] = group
      if (first === undefined) continue
      const all = inPlaces.get(key) ?? []
      const away = all.filter((one) => down.has(one.device) && failedTogether(first.answer, one))
      if (group.length >= 2 && away.length >= LEAST_SHARE * all.length) {
        for (const source of group) taken.add(source)
        causes.push(powerCause(key, { group, away, all }))
        continue
      }
      const since = first.answer.since
      const isWaiting = picture.now < since + MAX_PLACE_HOLD_MS
      const isOpen = (one: Answer): boolean =>
        down.has(one.device) ? undecided.has(one.device) : !wasAskedSince(one, since, picture.now)
      if (isWaiting && all.some(isOpen)) {
        for (const { answer } of group) held.add(answer.device)
      }
    }
  }
  return { causes, taken, held }
}

/** Whether everything in the place of a device is away with it: its power looks alike then. */
export function isWholePlaceAway(picture: Picture, { answer }: Source, down: ReadonlyMap<string, Answer>): boolean {
  const key = placeKey(answer)
  if (key === undefined) return false
  const all = byPlace(picture).get(key) ?? []
  return all.length > 1 && all.every((one) => down.has(one.device) && failedTogether(answer, one))
}

/** Sources of one place, apart by when they failed. */
function groupsOf(sources: readonly Source[]): readonly (readonly Source[])[] {
  const groups: Source[][] = []
  for (const source of [...sources].sort((a, b) => a.answer.since - b.answer.since)) {
    const group = groups.find(([first]) => first !== undefined && failedTogether(first.answer, source.answer))
    if (group === undefined) groups.push([source])
    else group.push(source)
  }
  return groups
}

function powerCause(
  key: string,
  { group, away, all }: { group: readonly Source[]; away: readonly Answer[]; all: readonly Answer[] },
): Cause {
  const first = group[0]?.answer ?? away[0]
  if (first === undefined) throw new Error('a group without a device')
  const failed = new Set([...away.map(({ device }) => device), ...group.map(({ answer }) => answer.device)])
  const behind = group.flatMap((source) => source.behind.map(({ device }) => device)).filter((one) => !failed.has(one))
  return {
    key,
    kind: 'power',
    site: first.site,
    cause: { text: first.place },
    or: [],
    since: first.since,
    evidence: [
      `${failed.size} of the ${all.length} devices at ${first.place} went at once`,
      'no device and no link is common to the ways to them',
      ...(behind.length > 0 ? [`all ways to ${count(behind.length, 'other device')} lead through them`] : []),
    ],
    failed: [...failed],
    behind,
  }
}
