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
 * match: ifName, then MAC with ifDescr, then MAC where it is the only one with it, then ifDescr, then ifAlias; so a
 * renumbered ifIndex or a rename keeps its history. What matches nothing is new and is named after ifName, else ifDescr,
 * else `if<ifIndex>`; a name already taken gets `#<ifIndex>`.
 */
export function nameInterfaces(
  known: readonly KnownInterface[],
  seen: readonly SeenInterface[],
): readonly KnownInterface[] {
  const names = new Map<SeenInterface, string>()
  let openKnown = [...known]
  let openSeen = [...seen]
  for (const rank of RANKS) {
    const byKey = uniqueBy(openKnown, rank)
    const seenByKey = uniqueBy(openSeen, rank)
    for (const [key, now] of seenByKey) {
      const before = byKey.get(key)
      if (before) names.set(now, before.interface)
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

type Rank = (one: SeenInterface) => string

const RANKS: readonly Rank[] = [
  (one) => (one.ifName === '' ? '' : `${one.ifName}\u0000${one.ifIndex}`),
  (one) => one.ifName,
  (one) => (one.mac === '' || one.ifDescr === '' ? '' : `${one.mac}\u0000${one.ifDescr}`),
  (one) => one.mac,
  (one) => one.ifDescr,
  (one) => one.ifAlias,
  (one) => (one.ifName === '' && one.ifDescr === '' ? `${one.ifIndex}` : ''),
]

/** Entries whose key is not empty and occurs once. */
function uniqueBy<T extends SeenInterface>(entries: readonly T[], rank: Rank): Map<string, T> {
  const byKey = new Map<string, T | undefined>()
  for (const one of entries) {
    const key = rank(one)
    if (key !== '') byKey.set(key, byKey.has(key) ? undefined : one)
  }
  const unique = new Map<string, T>()
  for (const [key, one] of byKey) if (one !== undefined) unique.set(key, one)
  return unique
}

function freshName(one: SeenInterface, taken: ReadonlySet<string>): string {
  const base = one.ifName || one.ifDescr || `if${one.ifIndex}`
  return taken.has(base) ? `${base}#${one.ifIndex}` : base
}
