import type { LinkEvidence } from '@eyenet/shared/api'
import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { BridgeView } from './bridge-view.ts'
import { compareText } from './directory.ts'
import { type DraftEnd, type DraftLink, type Drafts, inOrder } from './draft-link.ts'
import { leadsOn } from './leads-on.ts'
import type { Meet, Meeting, Meetings } from './meetings.ts'
import type { Hidden } from './nearest.ts'
import { type Pair, partPlaces } from './part-places.ts'
import { pushTo } from './push-to.ts'
import { drawSegment } from './shared-segment.ts'
import type { Station } from './sights.ts'
import type { Behind, Surroundings } from './surroundings.ts'
import type { TreeLink } from './tree-links.ts'

/** Told from both ends it comes to 0.64. */
const LOOP = 0.4
const SHARED = 0.75

/** What forwarding tables tell: who meets where, links that look like no tree, and who is hidden behind whom. */
export type Learnt = {
  readonly meetings: readonly Meeting[]
  readonly loops: readonly DraftLink[]
  readonly hidden: readonly Hidden[]
}

/** Each port of a bridge meets the stations behind it that no other bridge is in front of. */
export function learntMeetings(surroundings: Surroundings, view: BridgeView, tree: readonly TreeLink[] = []): Learnt {
  const pairs: Pair[] = []
  const loops: DraftLink[] = []
  const hidden: Hidden[] = []
  const leaves = new Map<Station, Behind[]>()
  for (const [bridge, around] of surroundings.all()) {
    hidden.push(...around.hidden)
    for (const one of around.behind) {
      const { station, isLoop, here, there, certainty } = one
      // What one end knows to be in between is in between, whatever the other end has not learnt.
      if (station.isBridge && view.sees(station, bridge) && !surroundings.isNear(station, bridge)) continue
      if (there === undefined) hidden.push({ station: bridge, behind: station, port: here.end.port ?? '' })
      else if (isLoop) loops.push(linkOf([here.end, there.end], here.evidence, LOOP))
      else if (station.isBridge) pairs.push({ here, there, certainty })
      else pushTo(leaves, station, one)
    }
  }
  for (const one of tree) {
    const [station, other] = [one.here.station, one.there.station]
    const isBetween = station !== undefined && other !== undefined && isParted(surroundings, view, { station, other })
    if (!one.isOpen || !isBetween) pairs.push(one)
  }
  const parted = partPlaces(pairs, view)
  const { meetings } = parted
  placeLeaves(meetings, leaves, parted.alone)
  return { meetings: meetings.all(), loops, hidden: [...hidden, ...parted.hidden] }
}

/** Whether frames between two bridges that see each other pass a third one, which knows nothing of the spanning tree. */
function isParted(
  surroundings: Surroundings,
  view: BridgeView,
  { station, other }: { readonly station: Station; readonly other: Station },
): boolean {
  return [
    [station, other],
    [other, station],
  ].some(
    ([from, to]) => from !== undefined && to !== undefined && view.sees(from, to) && !surroundings.isNear(from, to),
  )
}

/**
 * A station is plugged in once. Of several places that claim it those count at which frames do not go on to another
 * bridge, then the one with fewer stations; where that decides nothing, it is nowhere.
 */
function placeLeaves(
  meetings: Meetings,
  leaves: ReadonlyMap<Station, readonly Behind[]>,
  alone: ReadonlySet<string>,
): void {
  const placed: Behind[] = []
  for (const all of leaves.values()) {
    const claims = alone.size === 0 ? all : all.filter(({ here }) => !alone.has(here.key))
    placed.push(...placeOf(meetings, claims))
  }
  for (const { here, there, certainty } of placed) if (there !== undefined) meetings.join(here, there, certainty)
}

function placeOf(meetings: Meetings, claims: readonly Behind[]): readonly Behind[] {
  if (claims.length < 2) return claims
  const places = new Map<string, Behind[]>()
  for (const claim of claims) pushTo(places, meetings.placeOf(claim.here.key), claim)
  if (places.size === 1) return claims
  const atEdge = [...places].flatMap(([key, all]) => (isEdge(meetings, key) ? [all] : []))
  // At its only cable an access point sees nearly everything: whoever passes frames on knows better where that is.
  const led = atEdge.filter((all) => all.some(({ here }) => leadsOn(here.station?.device)))
  const [best, second] = (led.length > 0 ? led : atEdge).sort((a, b) => crowdOf(a) - crowdOf(b))
  if (best === undefined || (second !== undefined && crowdOf(best) === crowdOf(second))) return []
  return best
}

const isEdge = (meetings: Meetings, key: string): boolean =>
  meetings.endsAt(key).filter((meet) => isOnWay(meet)).length < 2

const isOnWay = ({ station, end }: Meet): boolean =>
  station?.isBridge === true && (leadsOn(station.device) || station.device.ports.isWireless(end.port ?? ''))

const crowdOf = (claims: readonly Behind[]): number => Math.min(...claims.map(({ crowd }) => crowd))

/** Two ends are a link; more share a medium. */
export function drawMeeting({ ends, certainty }: Meeting): Drafts {
  const evidence = ends.flatMap((one) => one.evidence)
  const [a, b] = ends
  if (a === undefined || b === undefined) return { links: [], nodes: [] }
  if (ends.length === 2) return { links: [linkOf([a.end, b.end], evidence, certainty)], nodes: [] }
  return drawSegment({
    ends: ends.map(({ end }) => end),
    ...{ evidence: sorted(evidence), confidence: Math.min(SHARED, certainty), since: sinceOf(evidence) },
    roleOf: ({ device }) => device?.view.role ?? 'unknown',
  })
}

export const sorted = (evidence: readonly LinkEvidence[]): readonly LinkEvidence[] =>
  [...evidence].sort((a, b) => compareText(a.text, b.text))

export function linkOf(
  [a, b]: readonly [DraftEnd, DraftEnd],
  evidence: readonly LinkEvidence[],
  confidence: number,
): DraftLink {
  const since = sinceOf(evidence)
  return inOrder({ layer: 'l2', kind: 'ethernet', a, b, members: [], confidence, evidence, since })
}

export const sinceOf = (evidence: readonly LinkEvidence[]): EpochMs =>
  epochMs(Math.min(...evidence.map(({ at }) => at)))
