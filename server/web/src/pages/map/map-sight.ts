import type { KnownMap } from './data/use-map.ts'
import type { Sight } from './draw/map-canvas.ts'
import type { MapAddress } from './map-address.ts'
import type { LitWay } from './way/lit-way.ts'

type Looking = { readonly sightKey: string; readonly sight: Sight }
/** What was searched for; the count tells a second search for the same. */
export type Found = { readonly id: string; readonly count: number }

/** The groups that have to be open so that a node, or a link with both its ends, is seen itself. */
export function groupsAround({ tree, links }: KnownMap, id: string): readonly string[] {
  const link = links.find((one) => one.id === id)
  const ends = tree.nodes.has(id) ? [id] : link === undefined ? [] : [link.a.node, link.b.node]
  const [only] = tree.sites.length === 1 ? tree.sites : []
  // One site is always open: it is the map.
  return [...new Set(ends.flatMap((end) => tree.groupsOf(end)))].filter((group) => group !== only?.id)
}

type Drawn = { readonly map: KnownMap; readonly lit: LitWay | undefined }

/** What is brought into sight when the view changes: a way, what was found, what was opened, or all. */
export function sightOf(address: MapAddress, found: Found, { map, lit }: Drawn): Looking {
  const { layer, site, focus, depth, opened, shut, view } = address
  const whole = [layer, site, focus, focus === '' ? '' : depth, view, opened.length === 0, shut.join()].join(' ')
  const key = `${whole} ${opened.join()} ${found.count}`
  const onWay = (lit?.nodes ?? []).map((id) => map.picture.markOf.get(id)).filter((mark) => mark !== undefined)
  if (onWay.length > 0) return { sightKey: `${key} way ${onWay.join()}`, sight: { kind: 'some', ids: onWay } }
  if (found.id !== '' && found.id === address.pick) {
    const near = nearOf(found.id, map)
    if (near.length > 0) return { sightKey: key, sight: { kind: 'some', ids: near } }
  }
  const newest = opened.at(-1)
  const box = map.picture.boxes.some((one) => one.id === newest)
  const isNew = box && newest !== undefined && newest === address.pick
  return { sightKey: key, sight: isNew ? { kind: 'some', ids: [newest] } : { kind: 'all' } }
}

/** A mark with those beside it, or the ends of a wire. */
function nearOf(id: string, { picture }: KnownMap): readonly string[] {
  const mark = picture.markOf.get(id)
  const wires = picture.wires.filter(
    (wire) => wire.a === mark || wire.b === mark || wire.links.some((link) => link.id === id),
  )
  const ends = wires.flatMap((wire) => [wire.a, wire.b])
  return mark === undefined ? ends : [mark, ...ends]
}
