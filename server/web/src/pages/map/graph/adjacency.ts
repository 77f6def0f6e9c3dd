/** Who is beside whom, whatever the kind of link. */
export type Adjacency = ReadonlyMap<string, ReadonlySet<string>>

export type Pair = { readonly a: string; readonly b: string }

/** Every id has an entry; pairs that name an unknown id, or the same one twice, are passed over. */
export function adjacencyOf(ids: Iterable<string>, pairs: Iterable<Pair>): Adjacency {
  const beside = new Map<string, Set<string>>()
  for (const id of ids) beside.set(id, new Set())
  for (const { a, b } of pairs) {
    const [ofA, ofB] = [beside.get(a), beside.get(b)]
    if (a === b || ofA === undefined || ofB === undefined) continue
    ofA.add(b)
    ofB.add(a)
  }
  return beside
}

/** Hops from the nearest of `roots`; what cannot be reached from there has no entry. */
export function hopsFrom(roots: Iterable<string>, beside: Adjacency): ReadonlyMap<string, number> {
  const hops = new Map<string, number>()
  const queue: string[] = []
  for (const root of roots) {
    if (!beside.has(root) || hops.has(root)) continue
    hops.set(root, 0)
    queue.push(root)
  }
  for (let at = 0; at < queue.length; at += 1) {
    const here = queue[at] ?? ''
    const next = (hops.get(here) ?? 0) + 1
    for (const other of beside.get(here) ?? []) {
      if (hops.has(other)) continue
      hops.set(other, next)
      queue.push(other)
    }
  }
  return hops
}
