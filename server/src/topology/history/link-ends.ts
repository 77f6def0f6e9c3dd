import type { LinkEnd, LinkEvidence, TopologyLink } from '@eyenet/shared/api'

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

/** Below it a link is drawn as doubtful. */
export const SURE = 0.7
const ANNOUNCED = new Set<LinkEvidence['kind']>(['lldp', 'cdp', 'fdp', 'edp'])

/** Whether one of its ends has heard the other: what tables of stations give alone is less sure. */
export function isAnnounced({ evidence }: TopologyLink): boolean {
  return evidence.some(({ kind }) => ANNOUNCED.has(kind))
}

/** Whether it is announced, and both of its ends tell of it: nobody can say more. */
export function isFromBoth(link: TopologyLink): boolean {
  return isAnnounced(link) && endsOf(link).every(({ node }) => link.evidence.some(({ device }) => device === node))
}
