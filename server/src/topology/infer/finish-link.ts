import type { LinkEnd, LinkEvidence, TopologyLink } from '@eyenet/shared/api'
import { plainText } from '@eyenet/shared/terminal'
import { compareText } from './directory.ts'
import type { DraftEnd, DraftLink } from './draft-link.ts'

/** Evidence of one link: the newest kinds of it, not a list without end. */
const MAX_EVIDENCE = 24
const MAX_VLANS = 4_094
/** States of the spanning tree in which a port passes nothing. */
const BLOCKED = /^(?:blocking|discarding|broken|alternate|backup)$/
/** No evidence is certain: a neighbour can say anything. */
const CERTAIN = 0.99

/** Drafts of the same ends become one: independent evidence makes it surer. Ends, members and state are the best one's. */
export function finishLink(id: string, drafts: readonly DraftLink[]): TopologyLink {
  const [first] = drafts
  if (first === undefined) throw new Error('a link has one draft at least')
  const best = drafts.reduce((x, y) => (y.confidence > x.confidence ? y : x))
  const doubt = drafts.reduce((left, { confidence }) => left * (1 - confidence), 1)
  const speed = speedOf(best)
  return {
    ...{ id, layer: best.layer, kind: best.kind, a: endOf(first.a), b: endOf(first.b) },
    members: best.members,
    confidence: Math.round(Math.min(CERTAIN, 1 - doubt) * 100) / 100,
    evidence: evidenceOf(drafts),
    state: stateOf(best),
    vlans: vlansOf(best),
    ...(speed !== undefined && { speedBps: speed }),
    since: drafts.reduce((x, y) => (y.since < x.since ? y : x)).since,
  }
}

const endOf = ({ node, port }: DraftEnd): LinkEnd => ({ node, ...(port !== undefined && { port }) })

function evidenceOf(drafts: readonly DraftLink[]): TopologyLink['evidence'] {
  const seen = new Map<string, LinkEvidence>()
  for (const one of drafts.flatMap(({ evidence }) => evidence)) {
    seen.set(`${one.kind} ${one.device} ${one.port ?? ''} ${one.text}`, { ...one, text: plainText(one.text) })
  }
  return [...seen.values()]
    .sort((a, b) => compareText(a.device, b.device) || compareText(a.kind, b.kind) || compareText(a.text, b.text))
    .slice(0, MAX_EVIDENCE)
}

/** A port that is down is enough; one that passes nothing too; up as soon as one end says so. */
function stateOf(link: DraftLink): TopologyLink['state'] {
  const ends = [link.a, link.b]
  const ups = ends.map(({ device, port }) => (port === undefined ? undefined : device?.ports.get(port)?.isUp))
  if (ups.includes(false)) return 'down'
  if (link.layer === 'l2' && ends.some(isBlocked)) return 'blocked'
  return ups.includes(true) ? 'up' : 'unknown'
}

function isBlocked({ device, port }: DraftEnd): boolean {
  if (device === undefined || port === undefined) return false
  const state = device.treeStates.get(port)
  return state !== undefined && BLOCKED.test(state)
}

function vlansOf({ a, b, layer }: DraftLink): number[] {
  if (layer === 'l3') return []
  const found = new Set<number>()
  for (const { device, port } of [a, b]) {
    if (device?.table === undefined || port === undefined) continue
    const at = device.table.ports.indexOf(port)
    for (const vlan of device.table.vlans[at] ?? []) if (found.size < MAX_VLANS) found.add(vlan)
  }
  return [...found].sort((x, y) => x - y)
}

/** Bits per second of the slower end; of a bundle without a speed of its own, its members together. */
function speedOf({ a, b, members }: DraftLink): number | undefined {
  const speeds = (
    [
      ['a', a],
      ['b', b],
    ] as const
  ).flatMap(([side, { device, port }]) => {
    if (device === undefined || port === undefined) return []
    const own = device.ports.get(port)?.speedBps
    if (own !== undefined && own > 0) return [own]
    const cables = members.flatMap((cable) => device.ports.get(cable[side] ?? '')?.speedBps ?? [])
    return cables.length > 0 ? [cables.reduce((sum, one) => sum + one, 0)] : []
  })
  return speeds.length === 0 ? undefined : Math.min(...speeds)
}
