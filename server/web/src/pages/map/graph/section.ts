/** A site, an area of it such as a building, or a place such as a rack. */
export type Section = {
  readonly id: string
  readonly what: 'site' | 'place'
  readonly name: string
  readonly members: readonly string[]
  readonly sections: readonly Section[]
  /** Those of it that are in none of its sections. */
  readonly loose: Cluster
}

/** Nodes side by side: single ones, and leafs that can be one mark. */
export type Cluster = {
  readonly members: readonly string[]
  readonly single: readonly string[]
  readonly leafs: readonly LeafGroup[]
}
export type LeafGroup = {
  /** Unique; `opens` is what a person opens: all leafs of that parent. */
  readonly id: string
  readonly opens: string
  readonly parent: string
  readonly members: readonly string[]
}
