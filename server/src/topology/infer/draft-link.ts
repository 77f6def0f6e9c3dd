import type { LinkEvidence, TopologyLink, TopologyNode } from '@eyenet/shared/api'
import type { EpochMs } from '@eyenet/shared/identity'
import { compareText } from './directory.ts'
import type { KnownDevice } from './known-device.ts'

/** One end: a device of the inventory, or another node by its id. */
export type DraftEnd = { readonly node: string; readonly device?: KnownDevice; readonly port?: string }

/** A link before its state, speed and VLANs are looked up. `a` comes before `b` by node and port. */
export type DraftLink = {
  readonly layer: TopologyLink['layer']
  readonly kind: TopologyLink['kind']
  readonly a: DraftEnd
  readonly b: DraftEnd
  readonly members: TopologyLink['members']
  readonly confidence: number
  readonly evidence: readonly LinkEvidence[]
  readonly since: EpochMs
}

/** What one step of inference found: links, and the nodes among their ends that are no devices. */
export type Drafts = { readonly links: readonly DraftLink[]; readonly nodes: readonly TopologyNode[] }

export const endOf = (device: KnownDevice, port?: string): DraftEnd => ({
  node: device.view.device,
  device,
  ...(port !== undefined && { port }),
})

export const endKey = ({ node, port = '' }: DraftEnd): string => `${node}|${port}`

export const compareEnds = (a: DraftEnd, b: DraftEnd): number =>
  compareText(a.node, b.node) || compareText(a.port ?? '', b.port ?? '')

/** `a` and `b` in order, and everything that has a side turned with them. */
export function inOrder(link: DraftLink): DraftLink {
  if (compareEnds(link.a, link.b) <= 0) return link
  const members = link.members.map(({ a, b }) => ({
    ...(b !== undefined && { a: b }),
    ...(a !== undefined && { b: a }),
  }))
  return { ...link, a: link.b, b: link.a, members }
}

type Keys = { readonly id: string; readonly own: readonly [string, string]; readonly outer: readonly [string, string] }

/** Most links stay the same objects from graph to graph, and their keys are asked for again and again. */
const keys = new WeakMap<DraftLink, Keys>()

function keysOf(link: DraftLink): Keys {
  const known = keys.get(link)
  if (known !== undefined) return known
  const { a, b, layer, kind } = link
  const own = [endKey(a), endKey(b)] as const
  const id = `${layer === 'l3' ? `${kind}:` : ''}${own.join('~')}`
  const made = { id, own, outer: [outerKey(a), outerKey(b)] as const }
  keys.set(link, made)
  return made
}

/** The id of a link: its ends in order. Whatever the evidence, the same ends are the same link. */
export const linkId = (link: DraftLink): string => keysOf(link).id

export const ownKeysOf = (link: DraftLink): readonly [string, string] => keysOf(link).own

/** The keys of both ends, where an interface that runs in a bundle is the bundle. */
export const outerKeysOf = (link: DraftLink): readonly [string, string] => keysOf(link).outer

export function outerKey({ node, device, port }: DraftEnd): string {
  return `${node}|${port === undefined ? '' : (device?.ports.outer(port) ?? port)}`
}

/** Ends of the links of layer 2, by key; members of bundles for their bundle too. */
export function takenPorts(links: readonly DraftLink[]): ReadonlySet<string> {
  const taken = new Set<string>()
  for (const link of links) {
    if (link.layer !== 'l2') continue
    const { own, outer } = keysOf(link)
    taken.add(outer[0]).add(outer[1]).add(own[0]).add(own[1])
  }
  return taken
}
