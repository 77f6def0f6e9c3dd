/** Ids of one layer, in a row. */
export type Layer = readonly string[]
type Links = ReadonlyMap<string, ReadonlySet<string>>

/** Sweeps down and up: after these the order hardly changes any more. */
const SWEEPS = 6

/**
 * The layers with each row in an order that crosses few lines: by the mean place of the neighbours in the layers beside
 * (the barycentre heuristic of Sugiyama, Tagawa and Toda, 1981). Of all sweeps the order with the fewest crossings is
 * kept; ties stand in the order that they came in.
 */
export function orderLayers(layers: readonly Layer[], links: Links): readonly Layer[] {
  let order = layers
  let best = { layers, crossings: crossingsOf(layers, links) }
  for (let sweep = 0; sweep < SWEEPS && best.crossings > 0; sweep += 1) {
    order = swept(order, links, sweep % 2 === 0 ? 'down' : 'up')
    const crossings = crossingsOf(order, links)
    if (crossings < best.crossings) best = { layers: order, crossings }
  }
  return best.layers
}

function swept(layers: readonly Layer[], links: Links, way: 'down' | 'up'): readonly Layer[] {
  const result = [...layers]
  const layerOf = new Map(layers.flatMap((layer, at) => layer.map((id) => [id, at] as const)))
  const turn = way === 'down' ? [...layers.keys()].slice(1) : [...layers.keys()].reverse().slice(1)
  for (const at of turn) {
    const places = new Map<string, number>()
    for (const layer of result) for (const [place, id] of layer.entries()) places.set(id, (place + 0.5) / layer.length)
    const layer = result[at] ?? []
    const keys = new Map(
      layer.map((id, place) => {
        const near = [...(links.get(id) ?? [])].filter((other) => {
          const there = layerOf.get(other) ?? at
          return way === 'down' ? there < at : there > at
        })
        const sum = near.reduce((total, other) => total + (places.get(other) ?? 0), 0)
        return [id, near.length === 0 ? (place + 0.5) / layer.length : sum / near.length] as const
      }),
    )
    const before = new Map(layer.map((id, place) => [id, place]))
    result[at] = [...layer].sort(
      (a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0) || (before.get(a) ?? 0) - (before.get(b) ?? 0),
    )
  }
  return result
}

/** Pairs of lines between neighbouring layers that cross each other. */
export function crossingsOf(layers: readonly Layer[], links: Links): number {
  let crossings = 0
  for (const [at, layer] of layers.entries()) {
    const below = new Map((layers[at + 1] ?? []).map((id, place) => [id, place]))
    const ends = layer.flatMap((id) =>
      [...(links.get(id) ?? [])]
        .map((other) => below.get(other))
        .filter((place) => place !== undefined)
        .sort((a, b) => a - b),
    )
    crossings += inversions(ends, below.size)
  }
  return crossings
}

/** Pairs that stand in the wrong order, counted with a tree of sums (Fenwick): n log n. */
function inversions(places: readonly number[], size: number): number {
  const sums = new Array<number>(size + 1).fill(0)
  let [count, seen] = [0, 0]
  for (const place of places) {
    let atMost = 0
    for (let at = place + 1; at > 0; at -= at & -at) atMost += sums[at] ?? 0
    count += seen - atMost
    for (let at = place + 1; at <= size; at += at & -at) sums[at] = (sums[at] ?? 0) + 1
    seen += 1
  }
  return count
}
