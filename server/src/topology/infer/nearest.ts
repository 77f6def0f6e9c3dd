import type { BridgeView } from './bridge-view.ts'
import { compareText } from './directory.ts'
import type { Station } from './sights.ts'

/** Stations at one port that nothing is known to be in front of; what is beyond that many is no medium of people. */
const MAX_NEAREST = 64

export type Near = { readonly station: Station; readonly isLoop: boolean }
/** A station that must be behind this bridge, which has not learnt it. */
export type Hidden = { readonly station: Station; readonly behind: Station; readonly port?: string }

/** Of the stations that a bridge sees at one port, those right behind it, and those that one of these hides. */
export function nearestOf(
  view: BridgeView,
  here: Station,
  all: readonly Station[],
): { readonly near: readonly Near[]; readonly hidden: readonly Hidden[] } {
  const open: Near[] = []
  for (const station of all) {
    const inFront = view.inFrontOf(here, station)
    if (inFront === 'bridge' || (station.isBridge && view.inFrontOf(station, here) === 'bridge')) continue
    open.push({ station, isLoop: inFront === 'loop' })
  }
  if (open.length > 1) open.sort((a, b) => compareText(a.station.key, b.station.key))
  open.splice(MAX_NEAREST)
  const seen = open.filter(({ station }) => station.isBridge)
  const hidden: Hidden[] = []
  const bridges = seen.filter(({ station }) => {
    const others = seen.filter((one) => one.station !== station).map((one) => one.station)
    if (others.some((other) => isInFront(view, { other, station, here }))) return false
    const hiding = others.filter((other) => isHiding(view, { other, station, here }))
    if (hiding[0] !== undefined && hiding.length === 1) hidden.push({ station, behind: hiding[0] })
    return hiding.length === 0
  })
  const stations = open.filter(({ station }) => !station.isBridge)
  const blindTo = (station: Station) => bridges.filter((one) => !view.sees(one.station, station))
  const isMedium = stations.some(({ station }) => blindTo(station).length === 0)
  const leaves = stations.filter(({ station }) => {
    const blind = blindTo(station)
    if (blind.length === 0) return true
    const mayHide = hidersOf(view, blind, { here, isMedium, isSeen: blind.length < bridges.length })
    const [only] = mayHide ?? []
    if (mayHide?.length === 1 && only !== undefined) hidden.push({ station, behind: only.station })
    return mayHide === undefined
  })
  return { near: [...bridges, ...leaves], hidden }
}

/**
 * Bridges that may have forgotten a station which is behind them; undefined where it is rather in front of them. Where no
 * station is surely between bridges, the one that knows nothing of it has it behind itself.
 */
function hidersOf(
  view: BridgeView,
  blind: readonly Near[],
  { here, isMedium, isSeen }: { readonly here: Station; readonly isMedium: boolean; readonly isSeen: boolean },
): readonly Near[] | undefined {
  const [only] = blind
  if (!isMedium && blind.length === 1 && only !== undefined && hasRoom(view, only.station, here)) return blind
  if (isSeen) return undefined
  const withRoom = blind.filter(({ station }) => (view.sightOf(station)?.spare.length ?? 0) > 0)
  return withRoom.length === 0 ? undefined : withRoom
}

/** Whether the bridge has a port with a cable, on the far side of the other one, at which one more may be. */
function hasRoom(view: BridgeView, bridge: Station, other: Station): boolean {
  const sight = view.sightOf(bridge)
  const { table, ports } = bridge.device
  if (sight === undefined || table === undefined) return false
  if (sight.spare.length > 0) return true
  const taken = new Set([view.direction(bridge, other)])
  for (const [station, port] of sight.portOf) if (station.isBridge) taken.add(port)
  return table.ports.some(
    (port, at) => !taken.has(at) && (table.macsAt[at]?.length ?? 0) > 0 && !ports.isWireless(port),
  )
}

type Three = { readonly other: Station; readonly station: Station; readonly here: Station }

/** It sees both at different ports; or only the station, which sees it in the same direction as what is here. */
function isInFront(view: BridgeView, { other, station, here }: Three): boolean {
  const [to, back] = [view.direction(other, station), view.direction(other, here)]
  if (to === undefined || to === back) return false
  const [toOther, fromStation] = [view.direction(station, other), view.direction(station, here)]
  if (back === undefined) return toOther !== undefined && toOther === fromStation
  return toOther === undefined || fromStation === undefined || toOther === fromStation
}

/** It has never heard the station, which sees it and this bridge in one direction. */
function isHiding(view: BridgeView, { other, station, here }: Three): boolean {
  if (view.direction(other, station) !== undefined) return false
  const [toOther, back] = [view.direction(station, other), view.direction(station, here)]
  return toOther !== undefined && toOther === back
}
