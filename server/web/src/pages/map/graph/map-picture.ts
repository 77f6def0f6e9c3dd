import type { TopologyLink, TopologyNode } from '@eyenet/shared/api'
import { nameWithin } from '../../../format/common-domain.ts'
import type { OpenGroups } from './fold-plan.ts'
import type { FoldTree } from './fold-tree.ts'
import { countStates, type NodeState, type StateCounts, stateOf, worstOf } from './node-state.ts'
import type { Cluster, Section } from './section.ts'

/** One mark on the map. */
export type MapMark =
  | {
      readonly kind: 'node'
      readonly id: string
      /** Without the domain that most names have. */
      readonly name: string
      readonly node: TopologyNode
      readonly state: NodeState
      readonly box: string | undefined
    }
  | {
      readonly kind: 'group'
      readonly id: string
      /** What is opened to see inside. */
      readonly opens: string
      readonly what: 'site' | 'place' | 'leafs'
      readonly name: string
      readonly members: readonly string[]
      readonly counts: StateCounts
      readonly state: NodeState
      readonly box: string | undefined
    }

/** A frame around marks: a site or a place that is open. */
export type MapBox = {
  readonly id: string
  readonly what: 'site' | 'place'
  readonly name: string
  readonly parent: string | undefined
  readonly members: readonly string[]
}

/** What runs between two marks: one link, or all between two groups. */
export type MapWire = {
  readonly id: string
  readonly a: string
  readonly b: string
  readonly links: readonly TopologyLink[]
}

/** What is drawn, before it has places: marks, the frames around them, and the wires between. */
export type MapPicture = {
  readonly marks: readonly MapMark[]
  readonly boxes: readonly MapBox[]
  readonly wires: readonly MapWire[]
  /** Hops from the core, by mark; absent where it is linked to nothing. */
  readonly distance: ReadonlyMap<string, number>
  /** The mark that stands for a node. */
  readonly markOf: ReadonlyMap<string, string>
}

export function mapPicture(tree: FoldTree, open: OpenGroups): MapPicture {
  const [marks, boxes]: [MapMark[], MapBox[]] = [[], []]
  // One site needs no frame: it is the map.
  const [only] = tree.sites.length === 1 ? tree.sites : []
  if (only === undefined) for (const site of tree.sites) addSection({ marks, boxes }, { section: site, tree, open })
  else addInside({ marks, boxes }, { section: only, tree, open })
  const markOf = new Map(marks.flatMap((mark) => membersOf(mark).map((id) => [id, mark.id] as const)))
  return { marks, boxes, markOf, wires: wiresOf(tree.links, markOf), distance: distances(marks, tree) }
}

type Drawn = { readonly marks: MapMark[]; readonly boxes: MapBox[] }
type SectionPart = {
  readonly section: Section
  readonly tree: FoldTree
  readonly open: OpenGroups
  readonly box?: string
}

/** One mark where it is closed, a frame with what is in it where it is open. */
function addSection({ marks, boxes }: Drawn, { section, tree, open, box }: SectionPart): void {
  const { id, what, members } = section
  const name = what === 'site' ? siteName(section.name) : section.name
  if (!open.has(id)) {
    marks.push(groupMark({ tree, id, opens: id, what, name, members, box }))
    return
  }
  boxes.push({ id, name, what, parent: box, members })
  addInside({ marks, boxes }, { section, tree, open, box: id })
}

function addInside(drawn: Drawn, { section, tree, open, box }: SectionPart): void {
  addCluster(drawn.marks, { cluster: section.loose, tree, open, box })
  for (const one of section.sections) addSection(drawn, { section: one, tree, open, ...(box !== undefined && { box }) })
}

export const membersOf = (mark: MapMark): readonly string[] => (mark.kind === 'node' ? [mark.id] : mark.members)

const siteName = (name: string): string => (name === '' ? 'no site' : name)

type GroupPart = {
  readonly tree: FoldTree
  readonly id: string
  readonly opens: string
  readonly what: 'site' | 'place' | 'leafs'
  readonly name: string
  readonly members: readonly string[]
  readonly box: string | undefined
}

function groupMark({ tree, ...part }: GroupPart): MapMark {
  const counts = countStates(
    part.members.map((id) => {
      const node = tree.nodes.get(id)
      return node === undefined ? 'plain' : stateOf(tree.states, node)
    }),
  )
  return { kind: 'group', ...part, counts, state: worstOf(counts) }
}

type ClusterPart = {
  readonly cluster: Cluster
  readonly tree: FoldTree
  readonly open: OpenGroups
  readonly box: string | undefined
}

function addCluster(marks: MapMark[], { cluster, tree, open, box }: ClusterPart): void {
  const single = (id: string): void => {
    const node = tree.nodes.get(id)
    if (node !== undefined) {
      const name = nameWithin(node.name, tree.domain)
      marks.push({ kind: 'node', id, name, node, state: stateOf(tree.states, node), box })
    }
  }
  cluster.single.forEach(single)
  for (const { id, opens, members } of cluster.leafs) {
    if (open.has(opens)) members.forEach(single)
    else marks.push(groupMark({ tree, id, opens, what: 'leafs', name: leafsName(members, tree), members, box }))
  }
}

const ROLE_PLURALS: Readonly<Record<string, string>> = {
  router: 'routers',
  switch: 'switches',
  firewall: 'firewalls',
  'access-point': 'access points',
  server: 'servers',
  hypervisor: 'hypervisors',
  storage: 'stores',
  workstation: 'workstations',
  printer: 'printers',
  ups: 'UPSes',
  camera: 'cameras',
  phone: 'phones',
  sensor: 'sensors',
}

/** "14 access points", "9 devices". */
export function leafsName(members: readonly string[], tree: FoldTree): string {
  const roles = new Set(members.map((id) => tree.nodes.get(id)?.role))
  const [role] = roles
  const word = roles.size === 1 && role !== undefined ? ROLE_PLURALS[role] : undefined
  return `${members.length} ${word ?? 'devices'}`
}

function wiresOf(links: readonly TopologyLink[], markOf: ReadonlyMap<string, string>): readonly MapWire[] {
  const between = new Map<string, TopologyLink[]>()
  const wires: MapWire[] = []
  for (const link of links) {
    const [a, b] = [markOf.get(link.a.node), markOf.get(link.b.node)]
    if (a === undefined || b === undefined || a === b) continue
    const single = a === link.a.node && b === link.b.node
    if (single) {
      wires.push({ id: link.id, a, b, links: [link] })
      continue
    }
    const key = a < b ? `${a}~${b}` : `${b}~${a}`
    const known = between.get(key)
    if (known === undefined) between.set(key, [link])
    else known.push(link)
  }
  for (const [key, some] of between) {
    const [first] = some
    const [a, b] = [markOf.get(first?.a.node ?? ''), markOf.get(first?.b.node ?? '')]
    if (a !== undefined && b !== undefined) wires.push({ id: `between ${key}`, a, b, links: some })
  }
  return wires
}

function distances(marks: readonly MapMark[], tree: FoldTree): ReadonlyMap<string, number> {
  const result = new Map<string, number>()
  for (const mark of marks) {
    const least = Math.min(...membersOf(mark).map((id) => tree.distance.get(id) ?? Number.POSITIVE_INFINITY))
    if (Number.isFinite(least)) result.set(mark.id, least)
  }
  return result
}
