/** Where a place is: "Building 4, floor 2" is floor 2 of Building 4. Without a part that others share, `area` is empty. */
export type PlaceArea = { readonly area: string; readonly rest: string }

const BETWEEN_PARTS = /\s*[,;/|>\u2013]\s*|\s+-\s+/
/** Deeper than people write; what is beyond belongs to the last part. */
const MOST_PARTS = 6

/**
 * The area of each place, read from how places are written. Some write the larger part first, some last: the larger part
 * is the end within which more of the cables run (`linked`: places at both ends of a cable), then the one with fewer
 * different words. What all places have in common divides nothing and is passed over.
 */
export function placeAreas(
  places: readonly string[],
  linked: readonly (readonly [string, string])[] = [],
): ReadonlyMap<string, PlaceArea> {
  const parted = new Map([...new Set(places)].map((place) => [place, partsOf(place)]))
  const within = withoutCommon([...parted.values()])
  const all = [...parted.keys()].map((place, at) => ({ place, parts: within[at] ?? [] }))
  const ways = (['head', 'tail'] as const)
    .map((from) => divisionBy(all, { from, linked }))
    .filter(({ areas }) => areas >= LEAST_AREAS && areas < parted.size)
    .sort((a, b) => b.inside - a.inside || a.areas - b.areas)
  return ways[0]?.byPlace ?? new Map(places.map((place) => [place, { area: '', rest: place }]))
}

type Way = { readonly from: 'head' | 'tail'; readonly linked: readonly (readonly [string, string])[] }

function divisionBy(all: readonly { readonly place: string; readonly parts: readonly string[] }[], way: Way) {
  const byPlace = new Map(
    all.map(({ place, parts }) => {
      const [area = '', rest] =
        way.from === 'head' ? [parts[0], parts.slice(1)] : [parts.at(-1), parts.slice(0, Math.max(0, parts.length - 1))]
      return [place, { area, rest: rest.join(', ') }] as const
    }),
  )
  const areaOf = (place: string): string | undefined => byPlace.get(place)?.area
  const inside = way.linked.filter(([a, b]) => areaOf(a) === areaOf(b)).length
  return { byPlace, inside, areas: new Set([...byPlace.values()].map(({ area }) => area)).size }
}

const LEAST_AREAS = 2

const partsOf = (place: string): readonly string[] =>
  place
    .split(BETWEEN_PARTS)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .slice(0, MOST_PARTS)

/** "…, Berlin, DE" at every place is no area of it. */
function withoutCommon(all: readonly (readonly string[])[]): readonly (readonly string[])[] {
  let rest = all
  for (let turn = 0; turn < MOST_PARTS; turn += 1) {
    const [first] = rest
    if (first === undefined || rest.length < 2 || rest.some((parts) => parts.length < 2)) return rest
    if (rest.every((parts) => parts.at(-1) === first.at(-1))) rest = rest.map((parts) => parts.slice(0, -1))
    else if (rest.every((parts) => parts[0] === first[0])) rest = rest.map((parts) => parts.slice(1))
    else return rest
  }
  return rest
}
