import type { FoldTree } from './fold-tree.ts'
import type { Cluster, Section } from './section.ts'

/** What a person opened and closed by hand; everything else is as room allows. */
export type ByHand = { readonly opened: ReadonlySet<string>; readonly shut: ReadonlySet<string> }

export type FoldWish = ByHand & {
  /** So many marks can be read at once in the room that there is. */
  readonly room: number
  /** Nodes that must be seen themselves: causes of what is broken, what was searched for. */
  readonly urgent: ReadonlySet<string>
}

/** Ids of the groups that are open: drawn as what is in them, not as one mark. */
export type OpenGroups = ReadonlySet<string>

/** Networks up to this size are drawn whole where there is room for them. */
const DRAWN_WHOLE = 28
/** Folding a place with fewer marks than this saves nothing. */
const LEAST_FOLDED = 2

/**
 * Which groups are open. In a small network all; where room is short leafs of one parent fold first, then racks and rooms,
 * then buildings, then sites, and those with something urgent last. Pure: the same network in the same room is always drawn
 * alike.
 */
export function foldPlan(tree: FoldTree, wish: FoldWish): OpenGroups {
  const urgent = urgentIn(tree, wish.urgent)
  const within = sectionsWithin(tree.sites)
  const leafs = leafsOf([...tree.sites, ...within])
  const open = new Set<string>([...tree.sites, ...within].map((section) => section.id))
  for (const id of leafs) open.add(id)
  const short = (): boolean => countMarks(tree, open) > wish.room
  if (tree.nodes.size > Math.min(DRAWN_WHOLE, wish.room)) closeAll(open, leafs)
  // What is innermost folds first and opens last.
  const worth = (one: Section): boolean => marksInside(one, open) >= LEAST_FOLDED
  const closed: (readonly string[])[] = []
  const close = (sections: readonly Section[]): void => {
    if (!short()) return
    const ids = sections.filter(worth).map((section) => section.id)
    closeAll(open, ids)
    closed.unshift(ids)
  }
  close(within.filter((section) => section.sections.length === 0))
  close(within.filter((section) => section.sections.length > 0))
  if (tree.sites.length > 1) close(tree.sites)
  for (const ids of closed)
    openWhileRoom(tree, open, { ids: ids.filter((id) => urgent.has(id)), urgent, room: wish.room })
  for (const id of wish.opened) open.add(id)
  for (const id of wish.shut) open.delete(id)
  return open
}

/** How many urgent nodes are in each group. */
function urgentIn(tree: FoldTree, ids: ReadonlySet<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const id of ids) for (const group of tree.groupsOf(id)) counts.set(group, (counts.get(group) ?? 0) + 1)
  return counts
}

const sectionsWithin = (sections: readonly Section[]): readonly Section[] =>
  sections.flatMap((section) => [...section.sections, ...sectionsWithin(section.sections)])

/** How many marks the map has with these groups open. */
export function countMarks(tree: FoldTree, open: OpenGroups): number {
  return tree.sites.reduce((sum, site) => sum + marksOf(site, open), 0)
}

const marksOf = (section: Section, open: OpenGroups): number => (open.has(section.id) ? marksInside(section, open) : 1)

const marksInside = ({ sections, loose }: Section, open: OpenGroups): number =>
  sections.reduce((sum, one) => sum + marksOf(one, open), marksIn(loose, open))

function marksIn(cluster: Cluster, open: OpenGroups): number {
  const leafs = cluster.leafs.reduce((sum, one) => sum + (open.has(one.opens) ? one.members.length : 1), 0)
  return cluster.single.length + leafs
}

const leafsOf = (sections: readonly Section[]): readonly string[] =>
  sections.flatMap(({ loose }) => loose.leafs.map((one) => one.opens))

function closeAll(open: Set<string>, ids: readonly string[]): void {
  for (const id of ids) open.delete(id)
}

/** Urgent groups may take a little more room than there is: to see what is broken is worth a smaller picture. */
const MORE_ROOM = 1.3

type Opening = {
  readonly ids: readonly string[]
  readonly urgent: ReadonlyMap<string, number>
  readonly room: number
}

/** Where the most is broken opens first. */
function openWhileRoom(tree: FoldTree, open: Set<string>, { ids, urgent, room }: Opening): void {
  const most = (id: string): number => urgent.get(id) ?? 0
  for (const id of [...ids].sort((a, b) => most(b) - most(a) || (a < b ? -1 : 1))) {
    open.add(id)
    if (countMarks(tree, open) > room * MORE_ROOM) open.delete(id)
  }
}
