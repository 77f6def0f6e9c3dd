import type { Pair } from './adjacency.ts'
import { groupBy } from './group-by.ts'
import { placeGroup } from './node-groups.ts'
import { placeAreas } from './place-areas.ts'
import type { Cluster, Section } from './section.ts'

type Site = {
  readonly site: string
  readonly placeOf: (id: string) => string
  /** Who is linked to whom, in this site or not. */
  readonly pairs: readonly Pair[]
  readonly cluster: (members: readonly string[]) => Cluster
}
type Inside = Pick<Section, 'sections' | 'loose'>

/** A site divided: areas with the places in them, and places that are in no area. */
export function siteSections(members: readonly string[], site: Site): Inside {
  const own = new Set(members)
  const linked = site.pairs
    .filter(({ a, b }) => own.has(a) && own.has(b))
    .map(({ a, b }) => [site.placeOf(a), site.placeOf(b)] as const)
    .filter(([a, b]) => a !== b && a !== '' && b !== '')
  const areas = placeAreas(
    members.map(site.placeOf).filter((place) => place !== ''),
    linked,
  )
  const areaOf = (id: string): string => areas.get(site.placeOf(id))?.area ?? ''
  const restOf = (id: string): string => areas.get(site.placeOf(id))?.rest ?? ''
  return divided(members, {
    by: (id) => (areaOf(id) === '' ? site.placeOf(id) : areaOf(id)),
    section: (name, inside) => ({
      ...{ id: placeGroup(site.site, name), what: 'place', name, members: inside },
      ...(inside.every((id) => areaOf(id) === '')
        ? { sections: [], loose: site.cluster(inside) }
        : divided(inside, {
            by: restOf,
            section: (rest, within) => ({
              ...{ id: placeGroup(site.site, `${name}, ${rest}`), what: 'place', name: rest, members: within },
              ...{ sections: [], loose: site.cluster(within) },
            }),
            cluster: site.cluster,
          })),
    }),
    cluster: site.cluster,
  })
}

type Division = {
  /** Empty: in no section. */
  readonly by: (id: string) => string
  readonly section: (name: string, members: readonly string[]) => Section
  readonly cluster: Site['cluster']
}

function divided(members: readonly string[], { by, section, cluster }: Division): Inside {
  // A box around one device says nothing.
  const real = groupBy(members, by).filter(([name, inside]) => name !== '' && inside.length > 1)
  const placed = new Set(real.flatMap(([, inside]) => inside))
  return {
    sections: real.map(([name, inside]) => section(name, inside)),
    loose: cluster(members.filter((id) => !placed.has(id))),
  }
}
