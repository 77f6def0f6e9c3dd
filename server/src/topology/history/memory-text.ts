import type { DeviceId, EpochMs } from '@eyenet/shared/identity'
import type { Remembered } from './remembered.ts'

type Memory = Pick<Remembered, 'missing' | 'trees' | 'joined'>
type MemoryText = {
  readonly missing: readonly (readonly [string, EpochMs])[]
  readonly joined?: readonly (readonly [string, EpochMs])[]
  readonly roots: readonly (readonly [string, string])[]
  /** Bridge, its tree, and the root that it told last, where that is another than the tree's. */
  readonly bridges: readonly (readonly [DeviceId, string, string?])[]
}

/** What must outlast a restart beside the rows of waits; the same for the same memory. */
export function memoryText({ missing, trees, joined }: Memory): string {
  const text: MemoryText = {
    missing: [...missing].sort(byFirst),
    ...(joined.size > 0 && { joined: [...joined].sort(byFirst) }),
    roots: [...trees.roots].sort(byFirst),
    bridges: [...trees.bridges]
      .sort(byFirst)
      .map(([device, { tree, told }]) => (trees.roots.get(tree) === told ? [device, tree] : [device, tree, told])),
  }
  return JSON.stringify(text)
}

export function memoryOf(text: string): Memory {
  const { missing, joined = [], roots, bridges }: MemoryText = JSON.parse(text)
  const rootOf = new Map(roots)
  return {
    missing: new Map(missing),
    joined: new Map(joined),
    trees: {
      roots: rootOf,
      bridges: new Map(bridges.map(([device, tree, told]) => [device, { tree, told: told ?? rootOf.get(tree) ?? '' }])),
    },
  }
}

function byFirst(a: readonly [string, ...unknown[]], b: readonly [string, ...unknown[]]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0
}
