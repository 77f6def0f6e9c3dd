import type { SensorResource } from '@eyenet/shared/api'
import { kindRank, kindWords } from './sensor-kinds.ts'
import { isWrong, sensorKey } from './sensor-words.ts'

/** A line of the list: a heading, or a sensor below it. */
export type SensorRow =
  | { readonly kind: 'heading'; readonly group: string; readonly count: number; readonly wrong: boolean }
  | { readonly kind: 'sensor'; readonly one: SensorResource }

const WRONG = 'wrong'
/** Kinds with fewer sensors than this share one heading: a heading for each would be most of the list. */
export const OTHERS = 'others'
const OWN_HEADING_FROM = 3
const RANK = { bad: 0, warning: 1, unknown: 2, ok: 2 } as const
const names = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Bad before warning, then by name as people count. */
export function compareSensors(a: SensorResource, b: SensorResource): number {
  return RANK[a.status] - RANK[b.status] || names.compare(a.sensor, b.sensor) || names.compare(a.metric, b.metric)
}

/**
 * Sensors under headings: what is wrong first whatever its kind, then kind by kind. `places` are the keys that were
 * wrong when the list was put in order: while it is read, a sensor keeps its place.
 */
export function groupSensors(all: readonly SensorResource[], places: ReadonlySet<string>): readonly SensorRow[] {
  const groups = new Map<string, SensorResource[]>()
  for (const one of all) {
    const group = places.has(sensorKey(one)) ? WRONG : one.kind
    const members = groups.get(group)
    if (members === undefined) groups.set(group, [one])
    else members.push(one)
  }
  const rank = (group: string): number =>
    group === WRONG ? -1 : group === OTHERS ? Number.POSITIVE_INFINITY : kindRank(group)
  return [...withoutTiny(groups)]
    .sort(([a], [b]) => Math.sign(rank(a) - rank(b)) || names.compare(a, b))
    .flatMap(([group, members]) => [
      { kind: 'heading' as const, group, count: members.length, wrong: group === WRONG },
      ...members.sort(group === WRONG ? compareSensors : byKind).map((one) => ({ kind: 'sensor' as const, one })),
    ])
}

function withoutTiny(groups: ReadonlyMap<string, SensorResource[]>): ReadonlyMap<string, SensorResource[]> {
  const isTiny = ([group, members]: readonly [string, SensorResource[]]): boolean =>
    group !== WRONG && members.length < OWN_HEADING_FROM
  const tiny = [...groups].filter(isTiny)
  if (tiny.length < 2) return groups
  return new Map([...[...groups].filter((one) => !isTiny(one)), [OTHERS, tiny.flatMap(([, members]) => members)]])
}

const byKind = (a: SensorResource, b: SensorResource): number => kindRank(a.kind) - kindRank(b.kind) || byName(a, b)

const byName = (a: SensorResource, b: SensorResource): number =>
  names.compare(a.sensor, b.sensor) || names.compare(a.metric, b.metric)

export const wrongKeys = (all: readonly SensorResource[]): ReadonlySet<string> =>
  new Set(all.filter(isWrong).map(sensorKey))

/** Sensors that would be elsewhere if the list were put in order now. */
export function movedSince(all: readonly SensorResource[], places: ReadonlySet<string>): number {
  return all.filter((one) => isWrong(one) !== places.has(sensorKey(one))).length
}

/** The kinds that there are, with how many, in the order of the list. */
export function kindsOf(
  all: readonly SensorResource[],
): readonly (readonly [kind: string, word: string, count: number])[] {
  const counts = new Map<string, number>()
  for (const { kind } of all) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts]
    .sort(([a], [b]) => kindRank(a) - kindRank(b) || names.compare(a, b))
    .map(([kind, count]) => [kind, kindWords(kind).word, count] as const)
}

/** Readings that are offered, by the object that a choice is about. */
export type Suggestion = {
  readonly object: string
  readonly first: SensorResource
  readonly all: readonly SensorResource[]
}

export function suggestionsOf(all: readonly SensorResource[]): readonly Suggestion[] {
  const byObject = new Map<string, SensorResource[]>()
  for (const one of all) {
    if (one.enabled) continue
    const members = byObject.get(one.object)
    if (members === undefined) byObject.set(one.object, [one])
    else members.push(one)
  }
  return [...byObject].flatMap(([object, members]) => {
    const [first] = members
    return first === undefined ? [] : [{ object, first, all: members }]
  })
}
