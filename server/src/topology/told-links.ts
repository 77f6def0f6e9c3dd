import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { HeardNeighbor, LinksReport } from '@eyenet/shared/wire'
import { SET_BACK_MS } from './history/history.ts'
import { type LinkParts, neighborKey } from './infer/infer.ts'

export const PARTS = [
  'identifiers',
  'neighbors',
  'bridge',
  'bundles',
  'forwarding',
  'arp',
  'addresses',
  'gateways',
  'vlans',
  'routing',
] as const
export type Part = (typeof PARTS)[number]

/** When neighbors were first told, by their key; and of those that a report has not any more, until when they were told. */
export type Since = {
  readonly told: ReadonlyMap<string, EpochMs>
  readonly gone: ReadonlyMap<string, { readonly since: EpochMs; readonly until: EpochMs }>
}

/** What one device told of its links, each part as it was last. */
export type ToldLinks = {
  readonly parts: LinkParts
  readonly at: Readonly<Partial<Record<Part, EpochMs>>>
  readonly since: Since
}

export const NOTHING_TOLD: ToldLinks = { parts: {}, at: {}, since: { told: new Map(), gone: new Map() } }

/** A neighbor that is told again within it was there all the time: a table may be read empty, or half, once. */
const SAME_NEIGHBOR_MS = 15 * 60_000

/**
 * What is told after a report, and which of its parts are other than they were. A part that came later and was taken
 * earlier stays; a report that comes twice changes nothing.
 */
export function toldAfter(
  before: ToldLinks,
  report: LinksReport,
  now: EpochMs,
): { readonly told: ToldLinks; readonly changed: readonly Part[] } {
  const at = epochMs(Math.min(report.at, now))
  const parts: Record<string, unknown> = { ...before.parts }
  const times = { ...before.at }
  let since = before.since
  const changed: Part[] = []
  for (const part of PARTS) {
    const told = report[part]
    const known = before.at[part]
    // What bears a time that is still to come was told while the clock was wrong: it is older than anything.
    const isLater = known !== undefined && known - now <= SET_BACK_MS && at < known
    if (told === undefined || isLater) continue
    times[part] = at
    if (part === 'neighbors') since = sinceAfter(since, report.neighbors ?? [], at)
    if (JSON.stringify(told) === JSON.stringify(before.parts[part])) continue
    parts[part] = told
    changed.push(part)
  }
  if (since !== before.since) parts.neighborsSince = since.told
  return { told: { parts, at: times, since }, changed }
}

function sinceAfter(before: Since, neighbors: readonly HeardNeighbor[], at: EpochMs): Since {
  const told = new Map<string, EpochMs>()
  for (const neighbor of neighbors) {
    const key = neighborKey(neighbor)
    const since = before.told.get(key) ?? isRecent(before.gone.get(key), at)?.since ?? at
    told.set(key, since < at ? since : at)
  }
  const gone = new Map<string, { readonly since: EpochMs; readonly until: EpochMs }>()
  for (const [key, one] of before.gone) if (!told.has(key) && isRecent(one, at)) gone.set(key, one)
  for (const [key, since] of before.told) if (!told.has(key)) gone.set(key, { since, until: at })
  return { told, gone }
}

function isRecent<T extends { readonly until: EpochMs }>(gone: T | undefined, at: EpochMs): T | undefined {
  return gone !== undefined && at - gone.until < SAME_NEIGHBOR_MS ? gone : undefined
}
