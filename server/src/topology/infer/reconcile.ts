import type { TopologyNode } from '@eyenet/shared/api'
import type { BridgeView } from './bridge-view.ts'
import { type DraftEnd, type DraftLink, type Drafts, inOrder, outerKey, outerKeysOf } from './draft-link.ts'
import { drawMeeting, sinceOf, sorted } from './learnt-links.ts'
import type { Meet, Meeting } from './meetings.ts'
import type { Memo } from './memo.ts'
import { drawSegment } from './shared-segment.ts'

/** What a second kind of evidence adds to a link that is known already. */
const CONFIRMED = 0.5
/** A switch between two ends that hear each other, because others are there too. */
const BETWEEN = 0.65

type Known = { readonly links: readonly DraftLink[]; readonly view?: BridgeView; readonly memo: Memo<Drafts> }

/**
 * Adds what was learnt to the links that are known better. A port that is taken stays as it is, unless more is behind
 * it than its neighbour: then both share a medium.
 */
export function reconcile(known: Known, meetings: readonly Meeting[]): Drafts {
  const atEnd = linksAt(known.links, meetings)
  const replaced = new Set<DraftLink>()
  const links: DraftLink[] = []
  const nodes: TopologyNode[] = []
  known.memo.turn()
  for (const told of meetings) {
    const meeting = withoutPlaced(told, atEnd)
    const there = atEnd.size === 0 ? [] : meeting.ends.flatMap(({ key }) => atEnd.get(key) ?? [])
    const drawn =
      there.length === 0
        ? known.memo.get(keyOf(meeting), inputsOf(meeting), () => drawMeeting(meeting))
        : merge(meeting, { links: [...new Set(there)], view: known.view, memo: known.memo, replaced })
    links.push(...drawn.links)
    nodes.push(...drawn.nodes)
  }
  const kept = replaced.size === 0 ? known.links : known.links.filter((link) => !replaced.has(link))
  return { links: [...kept, ...links], nodes }
}

/**
 * A port has one cable: an end that is known to be linked elsewhere, with nothing that meets here, does not meet the others.
 * That counts where the other end is a bridge, which would have seen what is between; of a station also at a medium.
 */
function withoutPlaced(meeting: Meeting, atEnd: ReadonlyMap<string, readonly DraftLink[]>): Meeting {
  const { ends } = meeting
  const farEnds = ({ key }: Meet): readonly DraftEnd[] =>
    (atEnd.get(key) ?? []).map(({ a, b }) => (outerKey(a) === key ? b : a))
  const isElsewhere = (one: Meet): boolean => {
    const far = farEnds(one)
    if (far.length === 0 || one.station === undefined) return false
    const { isBridge } = one.station
    if (far.some((end) => end.device?.table === undefined && (isBridge || !isMedium(end)))) return false
    return far.every((end) => !ends.some((other) => other !== one && isWith(other, end)))
  }
  const isWith = (other: Meet, end: DraftEnd): boolean =>
    isSame(other.end, end) || (isMedium(end) && farEnds(other).some(({ node }) => node === end.node))
  if (atEnd.size === 0 || !ends.some(isElsewhere)) return meeting
  return { ...meeting, ends: ends.filter((one) => !isElsewhere(one)) }
}

/** The links at the ends that meet others. */
function linksAt(links: readonly DraftLink[], meetings: readonly Meeting[]): ReadonlyMap<string, DraftLink[]> {
  const atEnd = new Map<string, DraftLink[]>()
  if (links.length === 0) return atEnd
  for (const { ends } of meetings) for (const { key } of ends) atEnd.set(key, [])
  if (atEnd.size === 0) return atEnd
  for (const link of links) for (const key of outerKeysOf(link)) atEnd.get(key)?.push(link)
  return atEnd
}

const keyOf = ({ ends }: Meeting): string => ends[0]?.key ?? ''

function inputsOf({ ends, certainty }: Meeting): readonly unknown[] {
  const inputs: unknown[] = [certainty]
  for (const { key, end, evidence } of ends) inputs.push(key, end.device?.view.place, ...evidence)
  return inputs
}

type Merging = {
  readonly links: readonly DraftLink[]
  readonly view: BridgeView | undefined
  readonly memo: Memo<Drafts>
  readonly replaced: Set<DraftLink>
}

function merge(meeting: Meeting, { links, view, memo, replaced }: Merging): Drafts {
  const nothing: Drafts = { links: [], nodes: [] }
  const [link] = links
  // Cables of one bundle are one link here.
  if (link === undefined || isOfMedium(link) || links.some((one) => !isParallel(one, link))) {
    // Links that meet in one place already have a node there: what is more hangs on it.
    return memo.get(`+${keyOf(meeting)}`, [...links, ...inputsOf(meeting)], () => hangOn(meeting, links) ?? nothing)
  }
  const isEnd = (meet: Meet): boolean => [link.a, link.b].some((end) => isSame(end, meet.end))
  const own = meeting.ends.filter(isEnd)
  const extra = meeting.ends.filter((meet) => !isEnd(meet))
  if (extra.length === 0) return { links: own.length === 2 ? [confirm(link, own)] : [], nodes: [] }
  const far = [link.a, link.b].find((end) => !own.some((meet) => isSame(end, meet.end)))
  if (far?.device?.table !== undefined) return nothing
  if (!extra.every((one) => isBetween(one, own, view)))
    return own.length === 2 ? { links: [confirm(link, own)], nodes: [] } : nothing
  for (const one of links) replaced.add(one)
  const inputs = [link, far?.device?.view.place, ...inputsOf(meeting)]
  return memo.get(`~${keyOf(meeting)}`, inputs, () => drawBetween(meeting, link, far))
}

function drawBetween({ ends }: Meeting, link: DraftLink, far: DraftEnd | undefined): Drafts {
  return drawSegment({
    ends: [...ends.map(({ end }) => end), ...(far === undefined ? [] : [far])],
    evidence: sorted([...link.evidence, ...ends.flatMap((one) => one.evidence)]),
    ...{ confidence: BETWEEN, since: link.since },
    roleOf: ({ device }) => device?.view.role ?? 'unknown',
  })
}

const isMedium = ({ node }: DraftEnd): boolean => node.startsWith('unmanaged:')
const isOfMedium = ({ a, b }: DraftLink): boolean => isMedium(a) || isMedium(b)

function isParallel(one: DraftLink, other: DraftLink): boolean {
  const [[a, b], [c, d]] = [outerKeysOf(one), outerKeysOf(other)]
  return a === c && b === d
}

const isSame = (one: DraftEnd, other: DraftEnd): boolean =>
  one.node === other.node && (one.port === undefined || other.port === undefined || outerKey(one) === outerKey(other))

/** Between two bridges is only what both see at the ports that face each other. */
function isBetween({ station }: Meet, ends: readonly Meet[], view: BridgeView | undefined): boolean {
  if (station === undefined || view === undefined) return false
  return ends.every(({ station: bridge, end }) => {
    if (bridge === undefined || !bridge.isBridge) return true
    const port = view.sees(bridge, station) ? view.direction(bridge, station) : undefined
    return port !== undefined && bridge.device.table?.ports[port] === end.port
  })
}

const confirmed = new WeakMap<DraftLink, DraftLink>()

/** The same object as long as the same is known of the same link. */
function confirm(link: DraftLink, ends: readonly Meet[]): DraftLink {
  const evidence = ends.flatMap((one) => one.evidence)
  const before = confirmed.get(link)
  const isAsBefore =
    before?.evidence.length === evidence.length && evidence.every((one, at) => before.evidence[at] === one)
  if (before !== undefined && isAsBefore) return before
  const since = evidence.length > 0 ? sinceOf(evidence) : link.since
  const now = { ...link, confidence: CONFIRMED, evidence, since: since < link.since ? link.since : since }
  confirmed.set(link, now)
  return now
}

function hangOn({ ends }: Meeting, links: readonly DraftLink[]): Drafts | undefined {
  const nodes = new Set(links.flatMap(({ a, b }) => [a.node, b.node]).filter((node) => node.startsWith('unmanaged:')))
  const [node] = nodes
  if (node === undefined || nodes.size > 1) return undefined
  const known = new Set(links.flatMap(outerKeysOf))
  const more = ends.filter(({ end }) => !known.has(outerKey(end)))
  const drawn = more.map(({ end }): DraftLink => {
    const evidence = ends.flatMap((one) => one.evidence)
    const rest = { members: [], confidence: BETWEEN, evidence, since: sinceOf(evidence) }
    return inOrder({ layer: 'l2', kind: 'ethernet', a: end, b: { node }, ...rest })
  })
  return { links: drawn, nodes: [] }
}
