import type { LinkEvidence } from '@eyenet/shared/api'
import { type DraftLink, endKey, endOf, inOrder, outerKeysOf, ownKeysOf } from './draft-link.ts'
import type { Hidden } from './nearest.ts'
import { pushTo } from './push-to.ts'
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
  const open = hidden.map((one) => ({ one, key: endKey(endOfHidden(one)) }))
  const { taken, linked } = lookUp(open, known)
  const byStation = new Map<string, Hidden[]>()
  for (const { one, key } of open) {
    // A bridge that is linked somewhere is not lost.
    if (one.station.isBridge && one.port === undefined && linked.has(one.station.device.view.device)) continue
    if (!taken.has(key)) pushTo(byStation, key, one)
  }
  // Who seems to be behind several is behind none of them for sure.
  const sure = [...byStation.values()].flatMap((all) => {
    const [first] = all
    return first !== undefined && all.every(({ behind }) => behind === first.behind) ? [first] : []
  })
  const byBridge = new Map<Station, Hidden[]>()
  for (const one of sure) pushTo(byBridge, one.behind, one)
  return [...byBridge].flatMap(([bridge, all]) => {
    const left = bridge.device.quiet.filter((port) => !taken.has(endKey(endOf(bridge.device, port))))
    const port = all.length === 1 && left.length === 1 ? left[0] : undefined
    return all.map((one) => linkOf(one, port))
  })
}

/** Of the ports and devices that matter here, those at which a link is known. */
function lookUp(open: readonly { readonly one: Hidden; readonly key: string }[], known: readonly DraftLink[]) {
  const wanted = new Set(open.map(({ key }) => key))
  const bridges = new Set(open.map(({ one }) => one.behind.device))
  for (const device of bridges) for (const port of device.quiet) wanted.add(endKey(endOf(device, port)))
  const stations = new Set<string>(open.map(({ one }) => one.station.device.view.device))
  const [taken, linked] = [new Set<string>(), new Set<string>()]
  for (const link of known) {
    for (const key of [...ownKeysOf(link), ...outerKeysOf(link)]) if (wanted.has(key)) taken.add(key)
    for (const { node } of [link.a, link.b]) if (stations.has(node)) linked.add(node)
  }
  return { taken, linked }
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
