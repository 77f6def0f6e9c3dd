import type { LinkEnd, TopologyEvent, TopologyLink, TopologyNode } from '@eyenet/shared/api'
import { type DeviceId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import { MAX_LINKS } from '@eyenet/shared/wire'
import { applyEvents } from './apply-event.ts'
import { endText, linkText, plain } from './event-text.ts'
import { BELIEVED_AFTER_MS, CONTRADICTED_FOR_MS, type Held, heldBack } from './hold-back.ts'
import { linkChange } from './link-change.ts'
import { endKey, endsOf, farEnd, isAnnounced, isFromBoth } from './link-ends.ts'
import { type LinkPair, pairLinks } from './pair-links.ts'
import type { Remembered, SeenGraph } from './remembered.ts'
import { doubtsOf, FIRST_TOLD_FOR_MS, type Joined, joinedAfter, unpolledOf } from './settling.ts'
import { shortText } from './short-text.ts'
import { treesAfter } from './trees.ts'

/** The network as its devices tell it now, and what made it known. */
export type Seen = {
  readonly graph: SeenGraph
  /** Nothing was remembered before: what there is has been there, and is not waited for. */
  readonly isFirst: boolean
  /** The root of the spanning tree that each bridge tells of. */
  readonly roots: ReadonlyMap<DeviceId, string>
  /** Undefined where nobody knows. */
  readonly isPortUp: (end: LinkEnd) => boolean | undefined
  /** The watch clock, by which all waits are; so are the next two. */
  readonly watched: EpochMs
  /** When a device told of its links for the first time; undefined where it has not. */
  readonly firstToldAt: (device: DeviceId) => EpochMs | undefined
  /** When ports were last seen to come up, by the key of their end. */
  readonly cameUp: ReadonlyMap<string, EpochMs>
  /** Why something about these devices may have changed: "links of access-3". */
  readonly causeOf: (devices: readonly DeviceId[]) => string
  /** The bridge that has this root's address, for people. */
  readonly bridgeName: (root: string) => string
  /** Devices that turned out to be another one: the old id's new one. */
  readonly mergedInto: ReadonlyMap<string, string>
}

/** A link of which nobody tells any more is lost after that long: a report may come late, or be empty once. */
export const LOST_AFTER_MS = 15 * 60_000
/** A link that is lost or down, and a cable that was pulled for good, is forgotten after that long. */
export const FORGOTTEN_AFTER_MS = 30 * 24 * 3_600_000
/** Links of one device to neighbors that are in no inventory, and of which it does not tell any more: a report has as many. */
export const MAX_GONE_STRANGERS = MAX_LINKS.neighbors
/** What is less told of a link is believed after that long; tables of stations forget in the night. */
export const LESS_AFTER_MS = 3_600_000

export type Step = {
  readonly remembered: Remembered
  readonly events: readonly TopologyEvent[]
  /** Links that are seen, contradict nothing, and are no event yet since devices that have yet to tell may explain them. */
  readonly early: ReadonlySet<string>
}

/** Events are in order of time where the clock was set back by less: theirs stands meanwhile. */
export const SET_BACK_MS = 5 * 60_000

/** What is remembered after this was seen, and the events that lead there, numbered on. Pure. */
export function remember(before: Remembered, seen: Seen, now: EpochMs): Step {
  const isSetBack = before.graph.at - now > SET_BACK_MS
  const step = new Reducer(before, seen, isSetBack ? now : epochMs(Math.max(now, before.graph.at)))
  return step.take()
}

type Told = Omit<TopologyEvent, 'seq' | 'at' | 'cause' | 'devices'> & { readonly cause?: string }

class Reducer {
  readonly #before: Remembered
  readonly #seen: Seen
  /** When events are, by the time of day. */
  readonly #at: EpochMs
  readonly #watched: EpochMs
  readonly #nodes: ReadonlyMap<string, TopologyNode>
  readonly #links: ReadonlyMap<string, TopologyLink>
  readonly #events: TopologyEvent[] = []
  readonly #missing = new Map<string, EpochMs>()
  readonly #shrunk = new Map<string, { readonly as: string; readonly since: EpochMs }>()
  readonly #young = new Map<string, EpochMs>()
  readonly #held: Held
  readonly #joined: Joined
  readonly #cameUp: ReadonlyMap<string, EpochMs>

  constructor(before: Remembered, seen: Seen, at: EpochMs) {
    this.#before = before
    this.#seen = seen
    this.#at = at
    const { watched } = seen
    this.#watched = watched
    const nodes = new Map(seen.graph.nodes.map((node) => [node.id, node]))
    const links = new Map(seen.graph.links.map((link) => [link.id, link]))
    this.#joined = seen.isFirst
      ? new Map()
      : joinedAfter({ joined: before.joined, nodes: before.graph.nodes }, nodes, watched)
    this.#cameUp = cameUpAfter(before.cameUp, seen.cameUp, watched)
    const world = { nodes, joined: this.#joined, firstToldAt: seen.firstToldAt }
    const isDoubtful = seen.isFirst ? () => false : doubtsOf(world, watched)
    const isUnpolled = seen.isFirst ? () => false : unpolledOf(world, watched)
    const holding = { before: before.graph, seen: { nodes, links }, since: before.held, isDoubtful, isUnpolled }
    this.#held = heldBack(holding, watched)
    for (const id of this.#held.nodes) nodes.delete(id)
    for (const id of this.#held.links) links.delete(id)
    this.#nodes = nodes
    this.#links = links
  }

  take(): Step {
    this.#lookAtNodes()
    const known = this.#before.graph.links
    const gone = [...known.values()].filter(({ id }) => !this.#links.has(id))
    const added = [...this.#links.values()].filter(({ id }) => !known.has(id))
    const pairs = pairLinks(gone, added, this.#pairing())
    for (const pair of pairs) this.#tellPair(pair)
    const paired = new Set(pairs.flatMap(({ old, link }) => [old, link]))
    for (const link of added) if (!paired.has(link)) this.#tellAdded(link)
    const occupied = new Map(added.flatMap((link) => endsOf(link).map((end) => [endKey(end), end] as const)))
    const left = gone.filter((link) => !paired.has(link))
    const crowd = this.#crowdOf(left)
    for (const link of left) if (!crowd.has(link)) this.#lookAtGone(link, occupied)
    for (const link of known.values()) this.#lookAtKnown(link)
    this.#removeNodes()
    const trees = this.#lookAtTrees()
    return {
      remembered: {
        graph: applyEvents(this.#before.graph, this.#events),
        ...{ watched: this.#watched, lookedAt: this.#at },
        missing: this.#missing,
        shrunk: this.#shrunk,
        held: this.#held.since,
        young: this.#young,
        cameUp: this.#cameUp,
        trees,
        joined: this.#joined,
      },
      events: this.#events,
      early: this.#held.early,
    }
  }

  #lookAtNodes(): void {
    for (const node of this.#nodes.values()) {
      const known = this.#before.graph.nodes.get(node.id)
      if (known === undefined) {
        this.#tell({ kind: 'node-added', text: `${plain(node.name)} is new (${nodeWords(node)})`, node })
      } else if (!isSameNode(known, node)) {
        this.#tell({ kind: 'node-changed', text: changedNodeText(known, node), node })
      }
    }
  }

  #tellPair({ kind, old, link, port }: LinkPair): void {
    if (kind === 'renamed') {
      const text = `${linkText(link, this.#name)} is what ${linkText(old, this.#name)} was`
      this.#tell({ kind: 'link-changed', text, link: { ...link, since: old.since }, before: old })
      return
    }
    const was = endsOf(old).find((end) => endKey(end) === endKey(port)) ?? old.a
    const [from, to] = [endText(farEnd(old, was), this.#name), endText(farEnd(link, port), this.#name)]
    const text = `${endText(port, this.#name)} moved from ${from} to ${to}`
    const since = epochMs(Math.min(link.since, this.#at))
    // Who hears the other has a link to it: that a port of it is down was read before.
    const state = link.state === 'down' && isAnnounced(link) ? 'unknown' : link.state
    this.#young.set(link.id, this.#watched)
    this.#tell({ kind: 'neighbor-moved', text, link: { ...link, state, since }, before: old, port })
  }

  #tellAdded(link: TopologyLink): void {
    const text = `${linkText(link, this.#name)} is new`
    this.#tell({ kind: 'link-added', text, link: { ...link, since: epochMs(Math.min(link.since, this.#at)) } })
  }

  /** Links to strangers that are forgotten at once: a device that makes neighbors up has no end of them. */
  #crowdOf(gone: readonly TopologyLink[]): ReadonlySet<TopologyLink> {
    const crowd = new Set<TopologyLink>()
    const counts = new Map<string, number>()
    for (const link of gone) {
      const near = endsOf(link).find((end) => this.#name(farEnd(link, end).node)?.kind === 'heard')
      if (near === undefined) continue
      const count = (counts.get(near.node) ?? 0) + 1
      counts.set(near.node, count)
      if (count <= MAX_GONE_STRANGERS || endsOf(link).some(({ node }) => this.#isRemoved(node))) continue
      crowd.add(link)
      const cause = `more than ${MAX_GONE_STRANGERS} neighbors of one device are not told of any more`
      this.#tell({ kind: 'link-removed', text: `${linkText(link, this.#name)} is gone`, link, cause })
    }
    return crowd
  }

  /** A link of which nobody tells: it may be told again, be down, be lost, or be in the way of another. */
  #lookAtGone(link: TopologyLink, occupied: ReadonlyMap<string, LinkEnd>): void {
    if (endsOf(link).some((end) => this.#isRemoved(end.node) || this.#held.ends.has(endKey(end)))) return
    const name = linkText(link, this.#name)
    const taken = endsOf(link).find((end) => end.port !== undefined && occupied.has(endKey(end)))
    if (taken !== undefined && link.layer === 'l2') {
      const cause = `${endText(taken, this.#name)} has another neighbor`
      this.#tell({ kind: 'link-removed', text: `${name} is gone`, link, cause })
      return
    }
    const since = this.#before.missing.get(link.id) ?? this.#watched
    const forMs = this.#watched - since
    if (forMs >= FORGOTTEN_AFTER_MS || (forMs >= LOST_AFTER_MS && this.#isShortLived(link))) {
      const cause = `nobody has told of it for ${forMs >= FORGOTTEN_AFTER_MS ? '30 days' : '15 minutes'}`
      this.#tell({ kind: 'link-removed', text: `${name} is gone`, link, cause })
      return
    }
    this.#missing.set(link.id, since)
    const down = endsOf(link).find((end) => this.#seen.isPortUp(end) === false)
    if (down !== undefined) {
      if (link.state === 'down') return
      const text = `${name} is down: ${endText(down, this.#name)} is down`
      this.#tell({ kind: 'link-changed', text, link: { ...link, state: 'down' } })
    } else if (forMs >= LOST_AFTER_MS && link.state !== 'lost') {
      const text = `${name} is lost: no port of it is down, and nobody tells of it any more`
      const cause = 'nobody has told of it for 15 minutes'
      this.#tell({ kind: 'link-lost', text, link: { ...link, state: 'lost' }, cause })
    }
  }

  #lookAtKnown(link: TopologyLink): void {
    const told = this.#links.get(link.id)
    if (told === undefined || this.#isYoung(told)) return
    const knowsPorts = told.state !== 'unknown' || endsOf(link).some((end) => this.#seen.isPortUp(end) !== undefined)
    const change = linkChange(link, told, knowsPorts)
    if (change.kind === 'none') return
    if (change.kind === 'news') {
      const text = changedLinkText(linkText(link, this.#name), link, change)
      this.#tell({ kind: 'link-changed', text, link: change.as })
      return
    }
    const kept = this.#before.shrunk.get(link.id)
    const as = shortText(change.less)
    const since = kept?.as === as ? kept.since : this.#watched
    if (this.#watched - since < LESS_AFTER_MS) {
      this.#shrunk.set(link.id, { as, since })
      return
    }
    const text = `${linkText(link, this.#name)} has less to it: ${plain(change.less)} is not told any more`
    const state = told.state === 'unknown' && !knowsPorts ? link.state : told.state
    this.#tell({ kind: 'link-changed', text, link: { ...told, state, since: link.since } })
  }

  /** What its two ends tell of a cable that has moved, one after the other, is one change and not one each. */
  #isYoung(told: TopologyLink): boolean {
    const since = this.#before.young.get(told.id)
    const isUp = told.state !== 'down' && told.state !== 'unknown'
    if (since === undefined || (isUp && isFromBoth(told))) return false
    if (this.#watched - since >= (isUp ? FIRST_TOLD_FOR_MS : BELIEVED_AFTER_MS)) return false
    this.#young.set(told.id, since)
    return true
  }

  #removeNodes(): void {
    const { graph } = this.#before
    const left = [...graph.nodes.values()].filter(({ id }) => !this.#nodes.has(id))
    if (left.length === 0) return
    const links = [...applyEvents(graph, this.#events).links.values()]
    const standing = links.filter((link) => !endsOf(link).some(({ node }) => this.#isRemoved(node)))
    const used = new Set(standing.flatMap((link) => endsOf(link).map(({ node }) => node)))
    for (const node of left) {
      if (used.has(node.id)) continue
      this.#tell({ kind: 'node-removed', text: `${plain(node.name)} is gone (${nodeWords(node)})`, node })
    }
  }

  #lookAtTrees(): Remembered['trees'] {
    const { trees, changes } = treesAfter(this.#before.trees, this.#seen.roots)
    for (const { device, from, to } of changes) {
      const [was, is] = [this.#seen.bridgeName(from), this.#seen.bridgeName(to)]
      const text = `the root bridge around ${endText({ node: device }, this.#name)} is ${is}; it was ${was}`
      this.#tell({ kind: 'root-bridge-changed', text, node: this.#nodes.get(device) }, [device])
    }
    return trees
  }

  #tell({ cause, ...told }: Told, about: readonly DeviceId[] = []): void {
    const nodes = [told.link, told.before].flatMap((link) => (link === undefined ? [] : endsOf(link)))
    const ids = [...nodes.map(({ node }) => node), ...(told.node === undefined ? [] : [told.node.id])]
    const devices = [...new Set([...about, ...ids.flatMap((id) => this.#name(id)?.device ?? [])])]
    const seq = this.#before.graph.seq + this.#events.length + 1
    this.#events.push({ ...told, seq, at: this.#at, cause: cause ?? this.#seen.causeOf(devices), devices })
  }

  readonly #name = (id: string): TopologyNode | undefined => this.#nodes.get(id) ?? this.#before.graph.nodes.get(id)

  /** A device that is not in the inventory any more. */
  #isRemoved(node: string): boolean {
    return !this.#nodes.has(node) && this.#before.graph.nodes.get(node)?.kind === 'device'
  }

  /** Of what was only concluded there is nothing to look for once nothing leads to it. */
  #isShortLived({ kind, a, b }: TopologyLink): boolean {
    return kind === 'subnet' || [a, b].some(({ node }) => this.#name(node)?.kind === 'unmanaged')
  }

  #pairing() {
    const { graph } = this.#before
    return {
      nodeBefore: (id: string) => graph.nodes.get(id),
      nodeNow: (id: string) => this.#nodes.get(id),
      linksNow: countLinks(this.#links.values()),
      linksBefore: countLinks(graph.links.values()),
      mergedInto: this.#seen.mergedInto,
      hasJoined: (id: string, since: EpochMs) => {
        const joined = this.#joined.get(id)
        const device = this.#nodes.get(id)?.device
        if (joined === undefined || device === undefined) return false
        const told = Math.max(joined, this.#seen.firstToldAt(device) ?? this.#watched)
        return this.#at - (this.#watched - told) > since
      },
      wasTouched: (end: LinkEnd) => this.#seen.isPortUp(end) === false || this.#cameUp.has(endKey(end)),
    }
  }
}

/** Ports that came up within the time in which a table may lag behind. */
function cameUpAfter(before: Remembered['cameUp'], seen: Seen['cameUp'], at: EpochMs): Remembered['cameUp'] {
  if (before.size + seen.size === 0) return before
  const all = new Map(before)
  for (const [key, since] of seen) if (since > (all.get(key) ?? 0)) all.set(key, since)
  for (const [key, since] of all) if (at - since >= CONTRADICTED_FOR_MS) all.delete(key)
  return all
}

function countLinks(links: Iterable<TopologyLink>): (node: string) => number {
  let counts: Map<string, number> | undefined
  return (node) => {
    if (counts === undefined) {
      counts = new Map()
      for (const { layer, a, b } of links) {
        if (layer !== 'l2') continue
        for (const end of [a, b]) counts.set(end.node, (counts.get(end.node) ?? 0) + 1)
      }
    }
    return counts.get(node) ?? 0
  }
}

function isSameNode(a: TopologyNode, b: TopologyNode): boolean {
  return a.name === b.name && a.kind === b.kind && a.role === b.role && a.place === b.place && a.site === b.site
}

const KIND_WORDS = { device: '', unmanaged: 'a switch that nobody asks', heard: 'a neighbor', segment: 'a network' }

function nodeWords({ kind, role, site }: TopologyNode): string {
  const what = kind === 'device' ? (role === 'unknown' ? 'a device' : role) : KIND_WORDS[kind]
  return site === undefined ? what : `${what} at ${site}`
}

function changedNodeText(before: TopologyNode, now: TopologyNode): string {
  if (before.name !== now.name) return `${plain(before.name)} is called ${plain(now.name)} now`
  if (before.place !== now.place) return `${plain(now.name)} is in ${plain(now.place) || 'no known place'} now`
  return `${plain(now.name)} is ${nodeWords(now)} now; it was ${nodeWords(before)}`
}

function changedLinkText(
  name: string,
  before: TopologyLink,
  { as, what }: { readonly as: TopologyLink; readonly what: readonly string[] },
): string {
  if (what.includes('state')) return `${name} is ${as.state}; it was ${before.state}`
  if (what.every((one) => one === 'evidence')) return `${name} is told of in another way`
  return `${name} has changed: ${what.join(', ')}`
}
