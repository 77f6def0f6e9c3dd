import type { LinkEvidence } from '@eyenet/shared/api'
import { type DraftLink, endKey, endOf, inOrder, takenPorts } from './draft-link.ts'
import type { Hidden } from './nearest.ts'
import { endOfStation, type Station } from './sights.ts'

/** Right behind a bridge, at a port that is left over. */
const LEFT_OVER = 0.6
/** Right behind a bridge, nobody knows where. */
const SOMEWHERE = 0.5

/**
 * Stations that must be behind a bridge that has not learnt them. Where one port of the bridge is left, and one
 * station, that is where it is.
 */
export function hiddenLinks(hidden: readonly Hidden[], known: readonly DraftLink[]): readonly DraftLink[] {
  if (hidden.length === 0) return []
  const taken = takenPorts(known)
  const linked = new Set(known.flatMap(({ a, b }) => [a.node, b.node]))
  const byStation = new Map<string, Hidden[]>()
  for (const one of hidden) {
    const key = endKey(endOfHidden(one))
    // A bridge that is linked somewhere is not lost.
    if (one.station.isBridge && one.port === undefined && linked.has(one.station.device.view.device)) continue
    if (!taken.has(key)) byStation.set(key, [...(byStation.get(key) ?? []), one])
  }
  // Who seems to be behind several is behind none of them for sure.
  const sure = [...byStation.values()].flatMap((all) => {
    const [first] = all
    return first !== undefined && all.every(({ behind }) => behind === first.behind) ? [first] : []
  })
  const byBridge = new Map<Station, Hidden[]>()
  for (const one of sure) byBridge.set(one.behind, [...(byBridge.get(one.behind) ?? []), one])
  return [...byBridge].flatMap(([bridge, all]) => {
    const left = bridge.device.quiet.filter((port) => !taken.has(endKey(endOf(bridge.device, port))))
    const port = all.length === 1 && left.length === 1 ? left[0] : undefined
    return all.map((one) => linkOf(one, port))
  })
}

const endOfHidden = ({ station, port }: Hidden) =>
  station.isBridge ? endOf(station.device, port) : endOfStation(station)

type Drawn = { readonly inputs: readonly unknown[]; readonly link: DraftLink }

const drawn = new WeakMap<Station, Drawn>()

/** The same object as long as nothing of it is told otherwise. */
function linkOf(hidden: Hidden, port: string | undefined): DraftLink {
  const { behind, station } = hidden
  const inputs = [behind, behind.device.view, station.device.view, hidden.port, port]
  const before = drawn.get(station)
  if (before?.inputs.every((one, at) => one === inputs[at]) === true) return before.link
  const link = draw(hidden, port)
  drawn.set(station, { inputs, link })
  return link
}

function draw(hidden: Hidden, port: string | undefined): DraftLink {
  const { behind, station } = hidden
  const { view } = behind.device
  const where = port === undefined ? '' : `; ${port} is the port that is left`
  const text = `${station.device.view.name} is behind ${view.name}, which has not learnt it${where}`
  const evidence: LinkEvidence = { kind: 'fdb', device: view.device, text, at: view.linksAt }
  return inOrder({
    ...{ layer: 'l2', kind: 'ethernet', a: endOf(behind.device, port), b: endOfHidden(hidden), members: [] },
    ...{ confidence: port === undefined ? SOMEWHERE : LEFT_OVER, evidence: [evidence], since: view.linksAt },
  })
}
