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

/** The id of a link: its ends in order. Whatever the evidence, the same ends are the same link. */
export const linkId = (link: Pick<DraftLink, 'layer' | 'a' | 'b' | 'kind'>): string =>
  `${link.layer === 'l3' ? `${link.kind}:` : ''}${endKey(link.a)}~${endKey(link.b)}`

const outerKeys = new WeakMap<DraftLink, readonly [string, string]>()

/** The keys of both ends, where an interface that runs in a bundle is the bundle. */
export function outerKeysOf(link: DraftLink): readonly [string, string] {
  const known = outerKeys.get(link)
  if (known !== undefined) return known
  const keys = [outerKey(link.a), outerKey(link.b)] as const
  outerKeys.set(link, keys)
  return keys
}

export function outerKey({ node, device, port }: DraftEnd): string {
  return `${node}|${port === undefined ? '' : (device?.ports.outer(port) ?? port)}`
}

/** Ends of the links of layer 2, by key; members of bundles for their bundle too. */
export function takenPorts(links: readonly DraftLink[]): ReadonlySet<string> {
  const taken = new Set<string>()
  for (const link of links) {
    if (link.layer !== 'l2') continue
    for (const key of outerKeysOf(link)) taken.add(key)
    taken.add(endKey(link.a)).add(endKey(link.b))
  }
  return taken
}
