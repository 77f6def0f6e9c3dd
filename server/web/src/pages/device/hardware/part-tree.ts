import type { DeviceHardware } from '@eyenet/shared/api'

export type Part = DeviceHardware['parts'][number]

/** A part in its place: `depth` levels below the top. */
export type PartRow = {
  readonly part: Part
  readonly depth: number
  readonly children: number
  readonly open: boolean
}

/** What lies below a part that is not in the list lies at the top; deeper than this is drawn as this deep. */
const MOST_DEPTH = 12

type Tree = { readonly roots: readonly Part[]; readonly below: ReadonlyMap<number, readonly Part[]> }

/** Parts by what contains them. A device that tells a circle gets its parts at the top. */
export function partTree(parts: readonly Part[]): Tree {
  const byIndex = new Map(parts.map((part) => [part.index, part]))
  const below = new Map<number, Part[]>()
  const roots: Part[] = []
  for (const part of parts) {
    const parent = part.containedIn
    if (parent === undefined || !byIndex.has(parent) || isCircular(part, byIndex)) roots.push(part)
    else below.set(parent, [...(below.get(parent) ?? []), part])
  }
  return { roots, below }
}

function isCircular(part: Part, byIndex: ReadonlyMap<number, Part>): boolean {
  const seen = new Set<number>()
  let here: Part | undefined = part
  while (here !== undefined) {
    if (seen.has(here.index)) return true
    seen.add(here.index)
    here = here.containedIn === undefined ? undefined : byIndex.get(here.containedIn)
  }
  return false
}

/**
 * The lines that are shown. Closed parts hide what is below them; while something is searched for, what fits is shown
 * with all that it lies in.
 */
export function partRows(tree: Tree, closed: ReadonlySet<number>, fits?: (part: Part) => boolean): readonly PartRow[] {
  const rows: PartRow[] = []
  const kept = fits === undefined ? undefined : keptParts(tree, fits)
  const walk = (part: Part, depth: number): void => {
    const children = (tree.below.get(part.index) ?? []).filter((one) => kept?.has(one) ?? true)
    const open = kept !== undefined || !closed.has(part.index)
    rows.push({ part, depth: Math.min(depth, MOST_DEPTH), children: children.length, open })
    if (open) for (const child of children) walk(child, depth + 1)
  }
  for (const root of tree.roots) if (kept?.has(root) ?? true) walk(root, 0)
  return rows
}

/** Parts that fit, and all above them. */
function keptParts(tree: Tree, fits: (part: Part) => boolean): ReadonlySet<Part> {
  const kept = new Set<Part>()
  const visit = (part: Part): boolean => {
    const below = (tree.below.get(part.index) ?? []).map(visit).includes(true)
    if (!below && !fits(part)) return false
    kept.add(part)
    return true
  }
  for (const root of tree.roots) visit(root)
  return kept
}

/** Ports of a large chassis are many and say little: what holds only ports is closed at first. */
export function closedAtFirst(tree: Tree): ReadonlySet<number> {
  const closed = new Set<number>()
  for (const [index, parts] of tree.below) {
    if (parts.length > CLOSED_FROM && parts.every((part) => part.class === 'port')) closed.add(index)
  }
  return closed
}

const CLOSED_FROM = 8
