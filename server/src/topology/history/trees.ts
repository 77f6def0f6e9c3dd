import type { DeviceId } from '@eyenet/shared/identity'

/** Spanning trees: which root each has, and which bridge is in which tree and told which root last. */
export type Trees = {
  readonly roots: ReadonlyMap<string, string>
  readonly bridges: ReadonlyMap<DeviceId, { readonly tree: string; readonly told: string }>
}

export type RootChange = { readonly device: DeviceId; readonly from: string; readonly to: string }

export const NO_TREES: Trees = { roots: new Map(), bridges: new Map() }

/**
 * The trees after bridges told these roots. A tree has another root as soon as one of its bridges tells of one that no
 * other tree has; the bridges that tell the same later are no news, and neither is one that has not heard of it yet.
 */
export function treesAfter(
  before: Trees,
  told: ReadonlyMap<DeviceId, string>,
): { readonly trees: Trees; readonly changes: readonly RootChange[] } {
  if (isSame(before, told)) return { trees: before, changes: [] }
  const roots = new Map(before.roots)
  const bridges = new Map<DeviceId, { tree: string; told: string }>()
  const treeOf = new Map([...roots].map(([tree, root]) => [root, tree]))
  const changes: RootChange[] = []
  for (const [device, root] of told) {
    const known = before.bridges.get(device)
    if (known !== undefined && known.told === root) {
      bridges.set(device, known)
      continue
    }
    const tree = treeOf.get(root)
    const from = known && roots.get(known.tree)
    if (tree !== undefined || known === undefined || from === undefined) {
      // A tree is named by the first root that was seen of it; a name that is taken gets a number.
      const own = tree ?? freeName(root, roots)
      roots.set(own, root)
      treeOf.set(root, own)
      bridges.set(device, { tree: own, told: root })
      continue
    }
    roots.set(known.tree, root)
    treeOf.delete(from)
    treeOf.set(root, known.tree)
    bridges.set(device, { tree: known.tree, told: root })
    changes.push({ device, from, to: root })
  }
  const inUse = new Set([...bridges.values()].map(({ tree }) => tree))
  for (const tree of roots.keys()) if (!inUse.has(tree)) roots.delete(tree)
  return { trees: { roots, bridges }, changes }
}

function isSame({ bridges }: Trees, told: ReadonlyMap<DeviceId, string>): boolean {
  if (bridges.size !== told.size) return false
  for (const [device, root] of told) if (bridges.get(device)?.told !== root) return false
  return true
}

function freeName(root: string, roots: ReadonlyMap<string, string>): string {
  let name = root
  for (let n = 2; roots.has(name); n += 1) name = `${root}/${n}`
  return name
}
