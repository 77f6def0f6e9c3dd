import type { TopologyEvent } from '@eyenet/shared/api'

/** One tick on the time line: a change, or several so close that they are one. `height` of 10. */
export type Tick = { readonly place: number; readonly height: number; readonly kind: 'lost' | 'moved' | 'other' }
type Track = { readonly from: number; readonly to: number; readonly steps: number }

/** Ticks nearer than this many steps are one. */
const APART = 4
const KIND_OF: Partial<Record<TopologyEvent['kind'], Tick['kind']>> = {
  'link-lost': 'lost',
  'link-removed': 'lost',
  'node-removed': 'lost',
  'neighbor-moved': 'moved',
  'endpoint-moved': 'moved',
  'root-bridge-changed': 'moved',
}
const WEIGHT: Readonly<Record<Tick['kind'], number>> = { lost: 2, moved: 1, other: 0 }

export function eventTicks(events: readonly TopologyEvent[], { from, to, steps }: Track): readonly Tick[] {
  const ticks = new Map<number, { count: number; kind: Tick['kind'] }>()
  for (const event of events) {
    if (event.at < from || event.at > to || to <= from) continue
    const place = Math.round((((event.at - from) / (to - from)) * steps) / APART) * APART
    const kind = KIND_OF[event.kind] ?? 'other'
    const known = ticks.get(place)
    const heavier = known === undefined || WEIGHT[kind] > WEIGHT[known.kind] ? kind : known.kind
    ticks.set(place, { count: (known?.count ?? 0) + 1, kind: heavier })
  }
  return [...ticks]
    .sort(([a], [b]) => a - b)
    .map(([place, { count, kind }]) => ({ place, kind, height: Math.min(10, 4 + 2 * Math.log2(count + 1)) }))
}

/** The nearest change before or after a moment; undefined after the last: that is now. */
export function momentBeside(
  events: readonly TopologyEvent[],
  at: number,
  way: 'before' | 'after',
): number | undefined {
  const moments = events.map((event) => event.at).filter((moment) => (way === 'before' ? moment < at : moment > at))
  if (moments.length === 0) return undefined
  return way === 'before' ? Math.max(...moments) : Math.min(...moments)
}
