import type { LinkEnd, TopologyLink } from '@eyenet/shared/api'

/** Names a port of a node; the same for both of two ends that are one. */
export function endKey({ node, port }: LinkEnd): string {
  return port === undefined ? node : `${node}|${port}`
}

export function endsOf({ a, b }: TopologyLink): readonly [LinkEnd, LinkEnd] {
  return [a, b]
}

/** The other end. */
export function farEnd({ a, b }: TopologyLink, near: LinkEnd): LinkEnd {
  return endKey(a) === endKey(near) ? b : a
}

export function touches({ a, b }: TopologyLink, node: string): boolean {
  return a.node === node || b.node === node
}
