import type { LinkEvidence } from '@eyenet/shared/api'
import { epochMs } from '@eyenet/shared/identity'
import type { BridgeView } from './bridge-view.ts'
import { compareText } from './directory.ts'
import { type DraftEnd, type DraftLink, type Drafts, endOf, inOrder } from './draft-link.ts'
import { type Meeting, Meetings } from './meetings.ts'
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
/** Ends of one medium; what is beyond hangs on nothing. */
const MAX_ENDS = 64

/** What forwarding tables tell: who meets where, and links of which only that much is known that there is a ring. */
export type Learnt = { readonly meetings: readonly Meeting[]; readonly loops: readonly DraftLink[] }

/** Each port of a bridge meets the stations behind it that no other bridge is in front of. */
export function learntMeetings(view: BridgeView): Learnt {
  const meetings = new Meetings()
  const loops: DraftLink[] = []
  for (const sight of view.bridges) {
    for (const [port, stations] of byPort(sight)) meet({ view, sight, port, meetings, loops }, stations)
  }
  return { meetings: meetings.all(), loops }
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
  readonly meetings: Meetings
  readonly loops: DraftLink[]
}

function meet(place: Place, stations: readonly Station[]): void {
  const { view, sight, port, meetings, loops } = place
  const { device } = sight.of
  const name = device.table?.ports[port] ?? ''
  const here = endOf(device, name)
  let count = 0
  for (const station of [...stations].sort((a, b) => compareText(a.key, b.key))) {
    const { isNearest, isLoop } = view.isNearest(sight.of, station)
    if (!isNearest || count >= MAX_ENDS) continue
    count++
    const back = station.isBridge ? view.direction(station, sight.of) : undefined
    const backName = back === undefined ? undefined : station.device.table?.ports[back]
    const end = station.isBridge ? endOf(station.device, backName) : endOfStation(station)
    const evidence = [seenAt(sight, name, station)]
    const isMutual = station.isBridge && view.sees(station, sight.of)
    const certainty = certaintyOf(place, station, { isMutual, isPortKnown: backName !== undefined })
    if (isLoop) loops.push(linkOf([here, end], evidence, LOOP))
    else meetings.join({ end: here, station: sight.of, evidence }, { end, station, evidence: [] }, certainty)
  }
}

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
