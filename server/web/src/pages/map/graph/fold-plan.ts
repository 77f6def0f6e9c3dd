import type { Cluster, FoldTree, PlaceGroup, SiteGroup } from './fold-tree.ts'

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
 * then sites, and those with something urgent last. Pure: the same network in the same room is always drawn alike.
 */
export function foldPlan(tree: FoldTree, wish: FoldWish): OpenGroups {
  const urgent = new Set([...wish.urgent].flatMap((id) => tree.groupsOf(id)))
  const shut = (id: string): boolean => wish.shut.has(id)
  const open = new Set<string>()
  const allSites = tree.sites.map((site) => site.id)
  const allPlaces = tree.sites.flatMap((site) => site.places.map((place) => place.id))
  for (const id of [...allSites, ...allPlaces, ...leafsOf(tree)]) open.add(id)
  if (tree.nodes.size > Math.min(DRAWN_WHOLE, wish.room)) closeAll(open, leafsOf(tree))
  if (countMarks(tree, open) > wish.room) {
    const worth = tree.sites
      .flatMap((site) => site.places)
      .filter((place) => marksIn(place.inside, open) >= LEAST_FOLDED)
      .map((place) => place.id)
    closeAll(open, worth)
    if (countMarks(tree, open) > wish.room && tree.sites.length > 1) {
      closeAll(open, allSites)
      openWhileRoom(tree, open, { ids: allSites.filter((id) => urgent.has(id)), room: wish.room })
    }
    openWhileRoom(tree, open, { ids: worth.filter((id) => urgent.has(id)), room: wish.room })
  }
  for (const id of wish.opened) open.add(id)
  for (const id of [...open]) if (shut(id)) open.delete(id)
  return open
}

/** How many marks the map has with these groups open. */
export function countMarks(tree: FoldTree, open: OpenGroups): number {
  return tree.sites.reduce((sum, site) => sum + marksOfSite(site, open), 0)
}

function marksOfSite(site: SiteGroup, open: OpenGroups): number {
  if (!open.has(site.id)) return 1
  const places = site.places.reduce((sum, place) => sum + marksOfPlace(place, open), 0)
  return places + marksIn(site.loose, open)
}

const marksOfPlace = (place: PlaceGroup, open: OpenGroups): number =>
  open.has(place.id) ? marksIn(place.inside, open) : 1

export function marksIn(cluster: Cluster, open: OpenGroups): number {
  const leafs = cluster.leafs.reduce((sum, one) => sum + (open.has(one.opens) ? one.members.length : 1), 0)
  return cluster.single.length + leafs
}

const leafsOf = (tree: FoldTree): readonly string[] =>
  tree.sites.flatMap((site) =>
    [site.loose, ...site.places.map((place) => place.inside)].flatMap((cluster) =>
      cluster.leafs.map((one) => one.opens),
    ),
  )

function closeAll(open: Set<string>, ids: readonly string[]): void {
  for (const id of ids) open.delete(id)
}

/** Urgent groups may take a little more room than there is: to see what is broken is worth a smaller picture. */
const MORE_ROOM = 1.3

function openWhileRoom(tree: FoldTree, open: Set<string>, wish: { ids: readonly string[]; room: number }): void {
  for (const id of [...wish.ids].sort()) {
    open.add(id)
    if (countMarks(tree, open) > wish.room * MORE_ROOM) open.delete(id)
  }
}
