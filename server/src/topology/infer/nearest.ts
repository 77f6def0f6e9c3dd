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
  stations: readonly Station[],
): { readonly near: readonly Near[]; readonly hidden: readonly Hidden[] } {
  const open: Near[] = []
  for (const station of stations) {
    const inFront = view.inFrontOf(here, station)
    if (inFront === 'bridge' || (station.isBridge && view.inFrontOf(station, here) === 'bridge')) continue
    open.push({ station, isLoop: inFront === 'loop' })
  }
  if (open.length > 1) open.sort((a, b) => compareText(a.station.key, b.station.key))
  open.splice(MAX_NEAREST)
  const all = open.filter(({ station }) => station.isBridge)
  const hidden: Hidden[] = []
  const bridges = all.filter(({ station }) => {
    const others = all.filter((one) => one.station !== station).map((one) => one.station)
    if (others.some((other) => isInFront(view, { other, station, here }))) return false
    const hiding = others.filter((other) => isHiding(view, { other, station, here }))
    if (hiding[0] !== undefined && hiding.length === 1) hidden.push({ station, behind: hiding[0] })
    return hiding.length === 0
  })
  const leaves = open.filter(({ station }) => {
    if (station.isBridge || bridges.length === 0) return !station.isBridge
    // What all of them have forgotten may be behind one of them, where there is room.
    const mayHide = bridges.filter((one) => (view.sightOf(one.station)?.spare.length ?? 0) > 0)
    if (bridges.some((one) => view.sees(one.station, station)) || mayHide.length === 0) return true
    const [only] = mayHide
    if (mayHide.length === 1 && only !== undefined) hidden.push({ station, behind: only.station })
    return false
  })
  return { near: [...bridges, ...leaves], hidden }
}

type Three = { readonly other: Station; readonly station: Station; readonly here: Station }

/** It sees both at different ports; or it sees the station, which sees it on its way here, and has forgotten only what is here. */
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
