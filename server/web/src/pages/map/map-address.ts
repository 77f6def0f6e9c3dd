/** What the map shows, as the address bar has it: what I see, I can send. */
export type MapAddress = {
  readonly view: 'map' | 'table'
  readonly layer: 'l2' | 'l3'
  readonly vlan: number | undefined
  readonly site: string
  /** Only this node and what is within `depth` hops of it. */
  readonly focus: string
  readonly depth: number
  /** The moment that is shown, milliseconds since 1970; undefined is now. */
  readonly at: number | undefined
  /** The moment that it is compared with. */
  readonly since: number | undefined
  /** The mark, frame or wire that the card tells of. */
  readonly pick: string
  /** The node that a way is looked for from. */
  readonly way: string
  /** The trace that is laid over the way, as `traceText` writes it. */
  readonly trace: string
  readonly opened: readonly string[]
  readonly shut: readonly string[]
  readonly find: string
}

export const MOST_DEPTH = 6
export const DEFAULT_DEPTH = 2
/** Groups opened or closed by hand; more make the address too long, the oldest are let go. */
export const MOST_BY_HAND = 24

/** What makes no sense is the default. */
export function mapAddressOf(query: URLSearchParams): MapAddress {
  const vlan = wholeNumber(query.get('vlan'), 1, 4_094)
  return {
    view: query.get('view') === 'table' ? 'table' : 'map',
    layer: query.get('layer') === 'l3' ? 'l3' : 'l2',
    vlan,
    site: query.get('site') ?? '',
    focus: query.get('focus') ?? '',
    depth: wholeNumber(query.get('depth'), 1, MOST_DEPTH) ?? DEFAULT_DEPTH,
    at: wholeNumber(query.get('at'), 0, Number.MAX_SAFE_INTEGER),
    since: wholeNumber(query.get('since'), 0, Number.MAX_SAFE_INTEGER),
    pick: query.get('pick') ?? '',
    way: query.get('way') ?? '',
    trace: query.get('trace') ?? '',
    opened: query.getAll('open').slice(-MOST_BY_HAND),
    shut: query.getAll('shut').slice(-MOST_BY_HAND),
    find: query.get('find') ?? '',
  }
}

/** Writes a part of it into a copy of the query; defaults leave no trace, and what else is in the query stays. */
export function withMapAddress(query: URLSearchParams, change: Partial<MapAddress>): URLSearchParams {
  const next = new URLSearchParams(query)
  const address = { ...mapAddressOf(query), ...change }
  const one = (name: string, value: string | number | undefined, usual: string | number = ''): void => {
    if (value === undefined || value === '' || value === usual) next.delete(name)
    else next.set(name, String(value))
  }
  const many = (name: string, values: readonly string[]): void => {
    next.delete(name)
    for (const value of values.slice(-MOST_BY_HAND)) next.append(name, value)
  }
  one('view', address.view, 'map')
  one('layer', address.layer, 'l2')
  one('vlan', address.vlan)
  one('site', address.site)
  one('focus', address.focus)
  one('depth', address.focus === '' ? undefined : address.depth, DEFAULT_DEPTH)
  one('at', address.at)
  one('since', address.since)
  one('pick', address.pick)
  one('way', address.way)
  one('trace', address.trace)
  one('find', address.find)
  many('open', address.opened)
  many('shut', address.shut)
  return next
}

/** Opens a group that is closed, closes one that is open: by hand, so that it stays. */
export function withGroup(address: MapAddress, id: string, state: 'open' | 'shut'): Partial<MapAddress> {
  const without = (ids: readonly string[]): readonly string[] => ids.filter((one) => one !== id)
  return state === 'open'
    ? { opened: [...without(address.opened), id], shut: without(address.shut) }
    : { opened: without(address.opened), shut: [...without(address.shut), id] }
}

function wholeNumber(text: string | null, least: number, most: number): number | undefined {
  if (text === null || !/^\d{1,16}$/.test(text)) return undefined
  const value = Number(text)
  return value >= least && value <= most ? value : undefined
}
