/** One interface as a device shows it now. Empty strings mean that the device says nothing. */
export type SeenInterface = {
  readonly ifIndex: number
  readonly ifName: string
  readonly ifDescr: string
  readonly ifAlias: string
  readonly mac: string
}

/** One interface as it was last seen, with the stable name that its series carry. */
export type KnownInterface = SeenInterface & { readonly interface: string }

/**
 * Gives each interface that is seen now a stable name, unique within the device. Known names are handed on by ranked
 * match: all the same, ifName, then MAC with ifDescr, then MAC where it is the only one with it, then ifDescr, then ifAlias,
 * then the place that a name tells (`ge-0/0/7`, `Gi1/0/7`); so a renumbered ifIndex, a rename or another module in the same
 * slot keeps its history. Interfaces that are the same in everything but their index are matched in its order, as long as
 * there are as many as before. What matches nothing is new and is named after ifName, else ifDescr, else `if<ifIndex>`; a
 * name already taken gets `#<ifIndex>`.
 */
export function nameInterfaces(
  known: readonly KnownInterface[],
  seen: readonly SeenInterface[],
): readonly KnownInterface[] {
  const names = new Map<SeenInterface, string>()
  let openKnown = [...known]
  let openSeen = [...seen]
  for (const { key, match } of RANKS) {
    const before = groupsOf(openKnown, key)
    for (const [value, now] of groupsOf(openSeen, key)) {
      for (const [one, its] of match(before.get(value) ?? [], now)) names.set(one, its.interface)
    }
    const taken = new Set(names.values())
    openKnown = openKnown.filter((one) => !taken.has(one.interface))
    openSeen = openSeen.filter((one) => !names.has(one))
  }
  const taken = new Set([...known.map((one) => one.interface), ...names.values()])
  return seen.map((one) => {
    const name = names.get(one) ?? freshName(one, taken)
    taken.add(name)
    return { ...one, interface: name }
  })
}

type Match = (
  known: readonly KnownInterface[],
  seen: readonly SeenInterface[],
) => readonly (readonly [SeenInterface, KnownInterface])[]
type Rank = { readonly key: (one: SeenInterface) => string; readonly match: Match }

/** One on either side. */
const only: Match = ([known, ...others], [seen, ...more]) =>
  known === undefined || seen === undefined || others.length + more.length > 0 ? [] : [[seen, known]]

/** As many on either side, in the order of their indexes. */
const inOrder: Match = (known, seen) => {
  if (known.length !== seen.length) return []
  const inTurn = byIndex(known)
  return byIndex(seen).flatMap((one, at) => {
    const its = inTurn[at]
    return its === undefined ? [] : [[one, its] as const]
  })
}

const byIndex = <T extends SeenInterface>(all: readonly T[]): readonly T[] =>
  [...all].sort((left, right) => left.ifIndex - right.ifIndex)

const everything = (one: SeenInterface): string => [one.ifName, one.ifDescr, one.ifAlias, one.mac].join('\u0000')

const RANKS: readonly Rank[] = [
  { key: (one) => `${one.ifIndex}\u0000${everything(one)}`, match: only },
  { key: (one) => (one.ifName === '' ? '' : `${one.ifName}\u0000${one.ifIndex}`), match: only },
  { key: (one) => one.ifName, match: only },
  { key: (one) => (one.mac === '' || one.ifDescr === '' ? '' : `${one.mac}\u0000${one.ifDescr}`), match: only },
  { key: (one) => one.mac, match: only },
  { key: (one) => one.ifDescr, match: only },
  { key: (one) => one.ifAlias, match: only },
  { key: (one) => (one.ifName === '' && one.ifDescr === '' ? `${one.ifIndex}` : ''), match: only },
  { key: everything, match: inOrder },
  { key: (one) => placeOf(one, ({ word, numbers }) => `${word} ${numbers.join('/')}`), match: only },
  {
    key: (one) => placeOf(one, ({ word, numbers }) => (numbers.length < 2 ? '' : `${word[0]} ${numbers.join('/')}`)),
    match: only,
  },
  { key: (one) => placeOf(one, ({ numbers }) => (numbers.length < 2 ? '' : numbers.join('/'))), match: only },
]

type Place = { readonly word: string; readonly numbers: readonly string[] }

/** The word before the numbers of a name, and the numbers: `port-ge-0/0/7` is `ge` and 0, 0, 7. One number alone is no place. */
function placeOf(one: SeenInterface, key: (place: Place) => string): string {
  const name = (one.ifName || one.ifDescr).toLowerCase()
  const numbers = name.match(/\d+/g) ?? []
  const word = name.match(/[a-z]+/g)?.at(-1) ?? ''
  return word === '' && numbers.length < 2 ? '' : key({ word, numbers })
}

/** Entries by their key, those without one left out. */
function groupsOf<T extends SeenInterface>(entries: readonly T[], key: (one: T) => string): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of entries) {
    const value = key(one)
    if (value === '') continue
    const group = groups.get(value)
    if (group === undefined) groups.set(value, [one])
    else group.push(one)
  }
  return groups
}

function freshName(one: SeenInterface, taken: ReadonlySet<string>): string {
  const base = one.ifName || one.ifDescr || `if${one.ifIndex}`
  return taken.has(base) ? `${base}#${one.ifIndex}` : base
}
