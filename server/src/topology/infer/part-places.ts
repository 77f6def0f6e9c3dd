import type { BridgeView } from './bridge-view.ts'
import { compareText } from './directory.ts'
import { endKey, endOf } from './draft-link.ts'
import { type Meet, type Meeting, Meetings } from './meetings.ts'
import type { Hidden } from './nearest.ts'
import { pushTo } from './push-to.ts'
import type { Station } from './sights.ts'

/** Two ends of bridges that meet, and how sure that is. */
export type Pair = { readonly here: Meet; readonly there: Meet; readonly certainty: number }

export type Parted = {
  readonly meetings: Meetings
  /** Ends that meet nobody after all. */
  readonly alone: ReadonlySet<string>
  readonly hidden: readonly Hidden[]
}

/** That the one in between is there is concluded, not seen. */
const CONCLUDED = 0.8

/**
 * No medium has two ports of one bridge: frames would go round for ever. Where one seems to, somebody seems to meet what
 * is at several ports of a bridge that has not learnt it: it is beyond that bridge, and draws the places together.
 */
export function partPlaces(pairs: readonly Pair[], view: BridgeView): Parted {
  const meetings = new Meetings()
  for (const { here, there, certainty } of pairs) meetings.join(here, there, certainty)
  const crowded = meetings.shared().filter(hasOneTwice)
  if (crowded.length === 0) return { meetings, alone: new Set(), hidden: [] }
  const partners = new Map<string, Meet[]>()
  for (const { here, there } of pairs) {
    pushTo(partners, here.key, there)
    pushTo(partners, there.key, here)
  }
  const beyond = crowded.flatMap((place) => beyondBridges(place, partners))
  const apart = new Set(beyond.map(({ end }) => end.key))
  const added: Pair[] = []
  const hidden: Hidden[] = []
  for (const { end, bridge } of beyond) {
    const port = portBetween(view, bridge, end)
    if (port !== undefined) added.push({ here: meetAt(bridge, port), there: end, certainty: CONCLUDED })
    else if (end.station !== undefined) hidden.push({ station: end.station, behind: bridge, port: end.end.port ?? '' })
  }
  const joined = new Set(added.map(({ there }) => there.key))
  const open = new Set(crowded.flatMap(({ ends }) => ends.map(({ key }) => key)))
  const kept = pairs.filter(({ here, there }) => open.has(here.key) && !apart.has(here.key) && !apart.has(there.key))
  for (const place of crowded) meetings.part(place)
  for (const { here, there, certainty } of [...kept, ...added]) meetings.join(here, there, certainty)
  return { meetings, alone: new Set([...apart].filter((key) => !joined.has(key))), hidden }
}

function hasOneTwice({ ends }: Meeting): boolean {
  return new Set(ends.map(({ station }) => station)).size < ends.length
}

type Beyond = { readonly end: Meet; readonly bridge: Station }

/** Ends that meet what is at several ports of one bridge, and not that bridge itself: of several such, the one with most. */
function beyondBridges({ ends }: Meeting, partners: ReadonlyMap<string, readonly Meet[]>): readonly Beyond[] {
  const ports = new Map<Station, Set<string>>()
  for (const { station, key } of ends) {
    if (station !== undefined) ports.set(station, (ports.get(station) ?? new Set()).add(key))
  }
  const twice = [...ports].filter(([, keys]) => keys.size > 1).sort(([a], [b]) => compareText(a.key, b.key))
  return ends.flatMap((end): readonly Beyond[] => {
    const near = partners.get(end.key) ?? []
    let best: { readonly bridge: Station; readonly count: number } | undefined
    for (const [bridge, keys] of twice) {
      if (end.station === bridge || near.some(({ station }) => station === bridge)) continue
      const reached = new Set(near.flatMap((one) => portOf(partners.get(one.key), keys) ?? []))
      if (reached.size > 1 && reached.size > (best?.count ?? 0)) best = { bridge, count: reached.size }
    }
    return best === undefined ? [] : [{ end, bridge: best.bridge }]
  })
}

const portOf = (partners: readonly Meet[] | undefined, keys: ReadonlySet<string>): string | undefined =>
  partners?.find(({ key }) => keys.has(key))?.key

/** The port at which the bridge sees what is on the other side of the end's device. */
function portBetween(view: BridgeView, bridge: Station, { station, end }: Meet): string | undefined {
  const back = station?.device.table?.ports.indexOf(end.port ?? '') ?? -1
  const found = station === undefined || back < 0 ? undefined : view.portBeyond(bridge, station, back)
  return found === undefined ? undefined : bridge.device.table?.ports[found]
}

function meetAt(bridge: Station, port: string): Meet {
  const { view } = bridge.device
  const end = endOf(bridge.device, port)
  const text = `${view.name} is between what is at its other ports, and sees what is beyond at ${port}`
  const evidence = [{ kind: 'fdb' as const, device: view.device, port, text, at: view.linksAt }]
  return { key: endKey(end), end, station: bridge, evidence }
}
