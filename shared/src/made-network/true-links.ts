import type { MadeEnd, MadeNetwork } from './made-device.ts'
import { treesOf } from './spanning-tree.ts'
import { type Way, wiringOf } from './wiring.ts'

/** One link that a perfect map has. The ends are device names and stable port names, in the order of names. */
export type TrueLink = {
  readonly a: MadeEnd
  readonly b: MadeEnd
  readonly kind: 'ethernet' | 'bundle' | 'wireless' | 'wan'
  readonly state: 'up' | 'blocked' | 'down'
  /** Cables of a bundle, by port of a and of b. */
  readonly members: readonly { readonly a: string; readonly b: string }[]
  /** Whether an end is an unmanaged switch, whose port nobody can know. */
  readonly unmanaged: boolean
  /** The cables that it is made of. */
  readonly cables: readonly string[]
}

/** The links of the network, bundles folded, unmanaged switches as devices of their own; cables that are cut are `down`. */
export function trueLinks(network: MadeNetwork): readonly TrueLink[] {
  const blocked = blockedWays(network)
  const { devices } = wiringOf(network)
  return wiringOf(network).ways.map((way): TrueLink => {
    const turned = way.b.device < way.a.device
    const [a, b] = turned ? [way.b, way.a] : [way.a, way.b]
    const members = way.kind !== 'bundle' ? [] : way.cables.map((cable) => membersOf(cable.a, cable.b, a))
    return {
      ...{ a, b, kind: way.kind, members },
      state: blocked.has(way) ? 'blocked' : way.live ? 'up' : 'down',
      unmanaged: [a, b].some((end) => devices.get(end.device)?.managed === false),
      cables: way.cables.map(({ id }) => id),
    }
  })
}

const membersOf = (one: MadeEnd, other: MadeEnd, a: MadeEnd) =>
  one.device === a.device ? { a: one.port, b: other.port } : { a: other.port, b: one.port }

function blockedWays(network: MadeNetwork): ReadonlySet<Way> {
  const edges = treesOf(network).walk.flatMap((vertex) => vertex.edges)
  return new Set(edges.filter(({ inTree }) => !inTree).map(({ way }) => way))
}
