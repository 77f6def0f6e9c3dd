import type { LinkEvidence } from '@eyenet/shared/api'
import { epochMs } from '@eyenet/shared/identity'
import type { BridgeView } from './bridge-view.ts'
import { type DraftEnd, type DraftLink, type Drafts, endKey, endOf, inOrder } from './draft-link.ts'
import { type Meet, type Meeting, Meetings } from './meetings.ts'
import { type Hidden, type Near, nearestOf, type Spare } from './nearest.ts'
import { drawSegment } from './shared-segment.ts'
import { endOfStation, type Sight, type Station } from './sights.ts'

/** What forwarding tables are worth; docs/topology.md says why. */
const SEEN_FROM_BOTH = 0.9
const SEEN_FROM_ONE = 0.8
const PORT_UNKNOWN = 0.6
const LOOP = 0.55
const ALONE_AT_PORT = 0.9
const WITH_STATIONS = 0.8
const WITH_MANY_STATIONS = 0.7
const SHARED = 0.75
const MANY = 8

/** What forwarding tables tell: who meets where, links of a ring that looks like no tree, and who is hidden behind whom. */
export type Learnt = {
  readonly meetings: readonly Meeting[]
  readonly loops: readonly DraftLink[]
  readonly hidden: readonly Hidden[]
}

/** Each port of a bridge meets the stations behind it that no other bridge is in front of. */
export function learntMeetings(view: BridgeView, spare: Spare): Learnt {
  const places: Place[] = []
  const near = new Map<Station, Set<Station>>()
  for (const sight of view.bridges) {
    const all = new Set<Station>()
    near.set(sight.of, all)
    for (const [port, stations] of byPort(sight)) {
      const found = nearestOf({ view, spare }, sight.of, stations)
      for (const { station } of found.near) all.add(station)
      places.push({ view, sight, port, ...found })
    }
  }
  const hidden = places.flatMap((place) => place.hidden)
  const learnt: Collected = {
    ...{ meetings: new Meetings(), loops: [], leaves: new Map(), hidden },
    isMutual: (a, b) => near.get(a)?.has(b) !== false,
  }
  for (const place of places) meet(place, learnt)
  placeLeaves(learnt)
  return { meetings: learnt.meetings.all(), loops: learnt.loops, hidden }
}

function byPort({ portOf }: Sight): ReadonlyMap<number, readonly Station[]> {
  const stations = new Map<number, Station[]>()
  for (const [station, port] of portOf) {
    const all = stations.get(port)
    if (all === undefined) stations.set(port, [station])
    else all.push(station)
  }
  return stations
}

type Place = {
  readonly view: BridgeView
  readonly sight: Sight
  readonly port: number
  readonly near: readonly Near[]
  readonly hidden: readonly Hidden[]
}

type Collected = {
  readonly meetings: Meetings
  readonly loops: DraftLink[]
  readonly leaves: Map<Station, readonly Claim[]>
  readonly hidden: Hidden[]
  /** Whether the first one has the second one right behind a port of its own, or tells no table. */
  isMutual(a: Station, b: Station): boolean
}

function meet(place: Place, { meetings, loops, leaves, hidden, isMutual }: Collected): void {
  const { view, sight, port } = place
  const { device } = sight.of
  const name = device.table?.ports[port] ?? ''
  const here = endOf(device, name)
  for (const { station, isLoop } of place.near) {
    const sees = station.isBridge && view.sees(station, sight.of)
    // What one end knows to be in between is in between, whatever the other end has not learnt.
    if (sees && !isMutual(station, sight.of)) continue
    const back = station.isBridge ? view.direction(station, sight.of) : undefined
    const backName = back === undefined ? undefined : station.device.table?.ports[back]
    const end = station.isBridge ? endOf(station.device, backName) : endOfStation(station)
    const evidence = [seenAt(sight, name, station)]
    const certainty = certaintyOf(place, station, { isMutual: sees, isPortKnown: backName !== undefined })
    const meets = { end: here, station: sight.of, evidence }
    if (isLoop) loops.push(linkOf([here, end], evidence, LOOP))
    else if (!station.isBridge) {
      const found = leaves.get(station) ?? []
      leaves.set(station, [...found, { meets, end, certainty, crowd: device.table?.macsAt[port]?.length ?? 0 }])
    } else if (backName !== undefined) meetings.join(meets, { end, station, evidence: [] }, certainty)
    else hidden.push({ station: sight.of, behind: station, port: name })
  }
}

/** A port that has a station, which is no bridge, right behind it. */
type Claim = { readonly meets: Meet; readonly end: DraftEnd; readonly certainty: number; readonly crowd: number }

/**
 * A station is plugged in once. Of several places that claim it those count that no bridge is at, then the one with
 * fewer stations; where that decides nothing, it is nowhere.
 */
function placeLeaves({ meetings, leaves }: Collected): void {
  const hasBridges = new Set(meetings.all().flatMap(({ ends }) => ends.map(({ end }) => endKey(end))))
  const placed = [...leaves].flatMap(([station, claims]) => {
    const places = new Map<string, Claim[]>()
    for (const claim of claims) {
      const place = meetings.placeOf(claim.meets.end)
      places.set(place, [...(places.get(place) ?? []), claim])
    }
    const atEdge = [...places.values()].filter((all) => all.every(({ meets }) => !hasBridges.has(endKey(meets.end))))
    const candidates = atEdge.length > 0 ? atEdge : [...places.values()]
    const [best, second] = candidates.sort((a, b) => crowdOf(a) - crowdOf(b))
    if (best === undefined || (second !== undefined && (atEdge.length === 0 || crowdOf(best) === crowdOf(second))))
      return []
    return best.map((claim) => ({ station, claim }))
  })
  for (const { station, claim } of placed) {
    meetings.join(claim.meets, { end: claim.end, station, evidence: [] }, claim.certainty)
  }
}

const crowdOf = (claims: readonly Claim[]): number => Math.min(...claims.map(({ crowd }) => crowd))

function certaintyOf(
  { sight, port }: Place,
  station: Station,
  { isMutual, isPortKnown }: { isMutual: boolean; isPortKnown: boolean },
): number {
  if (station.isBridge) return isMutual ? SEEN_FROM_BOTH : isPortKnown ? SEEN_FROM_ONE : PORT_UNKNOWN
  const others = (sight.of.device.table?.macsAt[port]?.length ?? 1) - 1
  return others <= 0 ? ALONE_AT_PORT : others <= MANY ? WITH_STATIONS : WITH_MANY_STATIONS
}

function seenAt({ of: { device } }: Sight, port: string, { device: other }: Station): LinkEvidence {
  const { view } = device
  const text = `${view.name} sees ${other.view.name} behind ${port}, and no bridge between`
  return { kind: 'fdb', device: view.device, port, text, at: view.linksAt }
}

/** Two ends are a link; more share a medium. */
export function drawMeeting({ ends, certainty }: Meeting): Drafts {
  const evidence = ends.flatMap((one) => one.evidence)
  const [a, b] = ends
  if (a === undefined || b === undefined) return { links: [], nodes: [] }
  if (ends.length === 2) return { links: [linkOf([a.end, b.end], evidence, certainty)], nodes: [] }
  return drawSegment({
    ends: ends.map(({ end }) => end),
    ...{ evidence, confidence: Math.min(SHARED, certainty), since: sinceOf(evidence) },
    roleOf: ({ device }) => device?.view.role ?? 'unknown',
  })
}

export function linkOf(
  [a, b]: readonly [DraftEnd, DraftEnd],
  evidence: readonly LinkEvidence[],
  confidence: number,
): DraftLink {
  const since = sinceOf(evidence)
  return inOrder({ layer: 'l2', kind: 'ethernet', a, b, members: [], confidence, evidence, since })
}

export const sinceOf = (evidence: readonly LinkEvidence[]) => epochMs(Math.min(...evidence.map(({ at }) => at)))
