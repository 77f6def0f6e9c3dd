import type { LinkEnd, TopologyLink, TopologyNode } from '@eyenet/shared/api'
import { endKey, endsOf, farEnd, isAnnounced } from './link-ends.ts'

/** What pairing must know of nodes, by their ids. */
export type PairingWorld = {
  readonly nodeBefore: (id: string) => TopologyNode | undefined
  readonly nodeNow: (id: string) => TopologyNode | undefined
  /** Layer 2 links of a node that are told of now, and that were remembered. */
  readonly linksNow: (id: string) => number
  readonly linksBefore: (id: string) => number
  /** Devices that turned out to be another: the old id's new one. */
  readonly mergedInto: ReadonlyMap<string, string>
  /** Whether a device has joined the inventory, or told for the first time, since: it may have been there before. */
  readonly hasJoined: (id: string, since: TopologyLink['since']) => boolean
  /** Whether the port is down, or was lately: somebody may have had a hand at it. */
  readonly wasTouched: (port: LinkEnd) => boolean
}

/** A link that was, and the one that stands in its place. */
export type LinkPair = {
  /** moved: its cable, or device, is elsewhere; renamed: the same cable, whose ends are known better or by another name. */
  readonly kind: 'moved' | 'renamed'
  readonly old: TopologyLink
  readonly link: TopologyLink
  /** Of a cable that moved: the end that stayed. */
  readonly port: LinkEnd
}

type Candidate = LinkPair & { readonly rank: number }

/** Links that are gone from one node: all of them are looked at for each new one. */
const MAX_AT_NODE = 64
/** Where more are gone, as many of those at the same port, and of those between the same nodes. */
const MAX_ALIKE = 16
const SIDES = ['a', 'b'] as const

/** Which of the links that are gone have become which of the new ones; each is in one pair at most. */
export function pairLinks(
  gone: readonly TopologyLink[],
  added: readonly TopologyLink[],
  world: PairingWorld,
): readonly LinkPair[] {
  const near = nearLinks(gone, world)
  const candidates = added.flatMap((link) => near(link).flatMap((old) => candidateOf(old, link, world) ?? []))
  candidates.sort((a, b) => a.rank - b.rank || compare(a.link.id, b.link.id) || compare(a.old.id, b.old.id))
  const taken = new Set<TopologyLink>()
  return candidates.filter(({ old, link }) => {
    if (taken.has(old) || taken.has(link)) return false
    taken.add(old)
    taken.add(link)
    return true
  })
}

/** What may have become a new link: what a device says of its neighbors must not cost the square of it. */
function nearLinks(
  gone: readonly TopologyLink[],
  { mergedInto }: PairingWorld,
): (link: TopologyLink) => readonly TopologyLink[] {
  const nodeOf = ({ node }: LinkEnd): string => mergedInto.get(node) ?? node
  const [byNode, byPort, byPair] = [new Lists(), new Lists(), new Lists()]
  for (const link of gone) {
    byPair.add(pairKey(nodeOf(link.a), nodeOf(link.b)), link)
    for (const side of SIDES) {
      const node = nodeOf(link[side])
      byNode.add(node, link)
      for (const key of portKeys(link, side, node)) byPort.add(key, link)
    }
  }
  return (link) => {
    const found = new Set<TopologyLink>()
    for (const side of SIDES) {
      const { node } = link[side]
      const all = byNode.get(node)
      const some = all.length <= MAX_AT_NODE ? all : portKeys(link, side, node).flatMap((key) => byPort.some(key))
      for (const one of some) found.add(one)
    }
    for (const one of byPair.some(pairKey(link.a.node, link.b.node))) found.add(one)
    return [...found]
  }
}

class Lists {
  readonly #lists = new Map<string, TopologyLink[]>()

  add(key: string, link: TopologyLink): void {
    const known = this.#lists.get(key)
    if (known === undefined) this.#lists.set(key, [link])
    else known.push(link)
  }

  get(key: string): readonly TopologyLink[] {
    return this.#lists.get(key) ?? []
  }

  some(key: string): readonly TopologyLink[] {
    return this.get(key).slice(0, MAX_ALIKE)
  }
}

const pairKey = (a: string, b: string): string => JSON.stringify(a < b ? [a, b] : [b, a])

/** The port of an end by the id of its node, and those that run in it where it is a bundle. */
function portKeys(link: TopologyLink, side: 'a' | 'b', node: string): readonly string[] {
  const ports = [link[side].port, ...link.members.map((member) => member[side])]
  return [...new Set(ports)].map((port) => endKey({ node, ...(port !== undefined && { port }) }))
}

function candidateOf(old: TopologyLink, link: TopologyLink, world: PairingWorld): Candidate | undefined {
  if (old.layer !== link.layer) return undefined
  const pair = { old, link, port: link.a }
  if (isRenamed(old, link, world)) return { ...pair, kind: 'renamed', rank: 0 }
  // A station that roams moves no cable, and networks and sessions have none.
  if (link.layer !== 'l2' || link.kind === 'wireless') return undefined
  const wasTouched = (end: LinkEnd): boolean => end.port !== undefined && world.wasTouched(end)
  for (const near of endsOf(link)) {
    const was = endsOf(old).find((end) => endKey(end) === endKey(near))
    if (was === undefined) continue
    const [farOld, farNew] = [farEnd(old, was), farEnd(link, near)]
    if (isReinterpreted(farOld, farNew, world)) continue
    if (isGuess(farOld, { farNew, old, world }) && ![near, farOld, farNew].some(wasTouched))
      return { ...pair, port: near, kind: 'renamed', rank: 5 }
    const rank = rankOf(near, { farOld, farNew, world })
    if (rank !== undefined) return { ...pair, port: near, kind: 'moved', rank }
  }
  return undefined
}

/** Sure ones first: the port is known, and it leads to another port of the same device, to another device, to a stranger. */
function rankOf(
  near: LinkEnd,
  { farOld, farNew, world }: { farOld: LinkEnd; farNew: LinkEnd; world: PairingWorld },
): number | undefined {
  const isManaged = world.nodeNow(near.node)?.kind === 'device'
  if (near.port !== undefined) {
    if (farOld.node === farNew.node) return 1
    return isManaged && world.nodeNow(farNew.node)?.kind === 'device' ? 2 : 3
  }
  // A device whose port nobody knows has moved if it had one link and has one.
  const isSingle = world.linksNow(near.node) === 1 && world.linksBefore(near.node) === 1
  return isManaged && isSingle ? 4 : undefined
}

/** A switch that nobody asks was found in between, or is not believed in any more: no cable moved. */
function isReinterpreted(farOld: LinkEnd, farNew: LinkEnd, world: PairingWorld): boolean {
  const isFound = world.nodeNow(farNew.node)?.kind === 'unmanaged' && world.nodeBefore(farNew.node) === undefined
  const isGone = world.nodeBefore(farOld.node)?.kind === 'unmanaged' && world.nodeNow(farOld.node) === undefined
  return isFound || isGone
}

/**
 * Which stations are at a switch that nobody asks is a guess, since tables forget; and nobody could tell of a device before
 * it was in the inventory. Where no port was touched, the cable is where it was and only known better.
 */
function isGuess(
  farOld: LinkEnd,
  { farNew, old, world }: { farNew: LinkEnd; old: TopologyLink; world: PairingWorld },
): boolean {
  const { nodeBefore, nodeNow, hasJoined } = world
  if (nodeBefore(farOld.node)?.kind === 'unmanaged' || nodeNow(farNew.node)?.kind === 'unmanaged') return true
  return !isAnnounced(old) && hasJoined(farNew.node, old.since)
}

function isRenamed(old: TopologyLink, link: TopologyLink, world: PairingWorld): boolean {
  const straight =
    isSameEnd(old, old.a, { link, end: link.a, world }) && isSameEnd(old, old.b, { link, end: link.b, world })
  return (
    straight ||
    (isSameEnd(old, old.a, { link, end: link.b, world }) && isSameEnd(old, old.b, { link, end: link.a, world }))
  )
}

function isSameEnd(
  old: TopologyLink,
  was: LinkEnd,
  { link, end, world }: { link: TopologyLink; end: LinkEnd; world: PairingWorld },
): boolean {
  if (!isSameMachine(was.node, end.node, world)) return false
  if (was.port === undefined || end.port === undefined || was.port === end.port) return true
  // A cable that has joined a bundle, or left it as its last one, is where it was.
  if (was.node !== end.node) return true
  return hasMember(old, was, end.port) || hasMember(link, end, was.port)
}

function hasMember(link: TopologyLink, end: LinkEnd, port: string): boolean {
  const side = endKey(link.a) === endKey(end) ? 'a' : 'b'
  return link.members.some((member) => member[side] === port)
}

/** The same node, or one that was only heard of and is in the inventory now, or the reverse, or two that are one device. */
function isSameMachine(was: string, is: string, world: PairingWorld): boolean {
  if (was === is || world.mergedInto.get(was) === is) return true
  const [before, now] = [world.nodeBefore(was), world.nodeNow(is)]
  if (before === undefined || now === undefined) return false
  const isGone = world.nodeNow(was) === undefined
  const isNew = world.nodeBefore(is) === undefined
  if (before.kind === 'heard' && now.kind === 'device') return isGone && (isNew || isSameName(before.name, now.name))
  return before.kind === 'device' && now.kind === 'heard' && isGone && isNew
}

function isSameName(one: string, other: string): boolean {
  return hostPart(one) === hostPart(other)
}

function hostPart(name: string): string {
  return name.toLowerCase().split('.')[0] ?? ''
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
