import {
  TopologyLink as LinkSchema,
  TopologyNode as NodeSchema,
  type TopologyLink,
  type TopologyNode,
} from '@eyenet/shared/api'

/** A UUID made of a number. */
export const madeId = (number: number): string => `c0ffee00-0000-4000-8000-${number.toString(16).padStart(12, '0')}`

export function madeNode(id: string, part: Partial<TopologyNode> = {}): TopologyNode {
  return NodeSchema.parse({ id, kind: 'device', name: id, role: 'switch', place: '', site: 'berlin', ...part })
}

export function madeLink(a: string, b: string, part: Partial<TopologyLink> = {}): TopologyLink {
  return LinkSchema.parse({
    id: `${a}~${b}`,
    layer: 'l2',
    kind: 'ethernet',
    a: { node: a, port: 'p1' },
    b: { node: b, port: 'p2' },
    members: [],
    confidence: 0.98,
    evidence: [],
    state: 'up',
    vlans: [],
    since: 0,
    ...part,
  })
}

type Made = { readonly nodes: readonly TopologyNode[]; readonly links: readonly TopologyLink[] }

/** Two cores at each site, switches with two uplinks in racks, leafs on each switch; the first site is in the middle. */
export function madeTree({ sites, switches, leafs }: { sites: number; switches: number; leafs: number }): Made {
  const nodes: TopologyNode[] = []
  const links: TopologyLink[] = []
  for (let s = 0; s < sites; s += 1) {
    const site = `site-${s}`
    const part = (place: string): Partial<TopologyNode> =>
      NodeSchema.pick({ site: true, place: true }).parse({ site, place })
    const cores = [`${site}-core-1`, `${site}-core-2`]
    for (const core of cores) nodes.push(madeNode(core, part('server room')))
    links.push(madeLink(`${site}-core-1`, `${site}-core-2`))
    if (s > 0) links.push(madeLink('site-0-core-1', `${site}-core-1`))
    for (let at = 0; at < switches; at += 1) {
      const here = `${site}-access-${at}`
      nodes.push(madeNode(here, part(`rack ${at}`)))
      for (const core of cores) links.push(madeLink(core, here))
      for (let leaf = 0; leaf < leafs; leaf += 1) {
        const id = `${here}-ap-${leaf}`
        nodes.push(madeNode(id, { ...part(`rack ${at}`), role: 'access-point' }))
        links.push(madeLink(here, id))
      }
    }
  }
  return { nodes, links }
}
