import type { LinkEvidence, TopologyNode } from '@eyenet/shared/api'
import { compareText } from './directory.ts'
import { type DraftEnd, type DraftLink, type Drafts, endKey, endOf, inOrder } from './draft-link.ts'
import { firstTold, type HeardLink, isDenied, isFromBothSides } from './heard-link.ts'
import { HeardNodes } from './heard-node.ts'
import { type Hearing, withKeys } from './hearing.ts'
import type { KnownDevice } from './known-device.ts'
import { sorted } from './learnt-links.ts'
import type { Memo } from './memo.ts'
import { settlePorts } from './settle-ports.ts'
import { drawSegment } from './shared-segment.ts'

/** What each kind of hearing is worth; docs/topology.md says why. */
const BOTH_SIDES = 0.99
const OTHER_SIDE_CANNOT_TELL = 0.9
const OTHER_SIDE_DOES_NOT_HEAR = 0.75
const PORT_UNKNOWN = 0.9
const SHARED = 0.8

/** Links that neighbours announce by LLDP, CDP, FDP and EDP: from both ends one link, ports that disagree settled. */
export function heardLinks(hearings: readonly Hearing[], memo: Memo<Drafts>): Drafts {
  const nodes = new HeardNodes(hearings)
  const { alone, shared } = settlePorts(group(withPorts(hearings), nodes))
  memo.turn()
  const links = alone.map((link) =>
    memo.get(link.hearings[0], inputsOfOne(link), () => ({
      links: [draftOf(link)],
      nodes: [],
    })),
  )
  const found = shared.map((segment) => {
    const key = `~${segment[0]?.hearings[0]?.hereKey}`
    return memo.get(key, inputsOf(segment, nodes), () => drawShared(segment, nodes))
  })
  const all = [...links, ...found].flatMap((one) => one.links)
  const used = new Set<TopologyNode>()
  for (const { a, b } of all) {
    for (const { device, node } of [a, b]) {
      const stranger = device === undefined ? nodes.get(node) : undefined
      if (stranger !== undefined) used.add(stranger)
    }
  }
  return { links: all, nodes: [...used, ...found.flatMap((one) => one.nodes)] }
}

/** What a stranger is known by, others may tell. */
const inputsOfOne = ({ a, b, hearings }: HeardLink): readonly unknown[] => [
  ...[a.node, a.port, b.node, b.port, isDenied(hearings)],
  ...hearings,
]

/** Who shares a medium, and what its middle is chosen and named by. */
function inputsOf(segment: readonly HeardLink[], nodes: HeardNodes): readonly unknown[] {
  const ofEnd = ({ node, device }: DraftEnd) => [device?.view.place, device?.view.role ?? nodes.get(node)?.role]
  return segment.flatMap(({ a, b, hearings }) => [
    a.node,
    a.port,
    b.node,
    b.port,
    ...ofEnd(a),
    ...ofEnd(b),
    ...hearings,
  ])
}

function drawShared(segment: readonly HeardLink[], nodes: HeardNodes): Drafts {
  const ends = new Map<string, DraftEnd>()
  for (const link of segment) for (const end of [link.a, link.b]) ends.set(endKey(end), end)
  const hearings = segment.flatMap((link) => link.hearings)
  return drawSegment({
    ends: [...ends.values()],
    evidence: sorted(hearings.map(evidenceOf)),
    confidence: SHARED,
    since: firstTold(hearings),
    roleOf: ({ node, device }) => device?.view.role ?? nodes.get(node)?.role ?? 'unknown',
  })
}

/** Where a port of the other end was not understood, the other end's own hearing may tell it. */
function withPorts(hearings: readonly Hearing[]): readonly Hearing[] {
  if (hearings.every(({ to, toPort }) => to === undefined || toPort !== undefined)) return hearings
  const between = new Map<KnownDevice, Map<KnownDevice, Hearing[]>>()
  for (const one of hearings) {
    if (one.to === undefined) continue
    const byOther = between.get(one.by) ?? new Map<KnownDevice, Hearing[]>()
    between.set(one.by, byOther)
    const all = byOther.get(one.to.device)
    if (all === undefined) byOther.set(one.to.device, [one])
    else all.push(one)
  }
  return hearings.map((one) => {
    if (one.to === undefined || one.toPort !== undefined) return one
    const back = between.get(one.to.device)?.get(one.by) ?? []
    const exact = portsOf(back.filter(({ toPort }) => toPort === one.port))
    if (exact.length === 1) return withKeys({ ...one, toPort: exact[0] })
    const open = portsOf(back.filter(({ toPort }) => toPort === undefined))
    const mine = portsOf((between.get(one.by)?.get(one.to.device) ?? []).filter(({ toPort }) => toPort === undefined))
    return exact.length === 0 && open.length === 1 && mine.length === 1 ? withKeys({ ...one, toPort: open[0] }) : one
  })
}

const portsOf = (hearings: readonly Hearing[]): readonly string[] => [...new Set(hearings.map(({ port }) => port))]

function group(hearings: readonly Hearing[], nodes: HeardNodes): readonly HeardLink[] {
  const groups = new Map<string, HeardLink & { readonly hearings: Hearing[] }>()
  /** By the port that hears and the node that is heard. */
  const atPort = new Map<string, string>()
  const add = (one: Hearing, other: DraftEnd, key: string): void => {
    const before = groups.get(key)
    if (before !== undefined) before.hearings.push(one)
    else {
      const keys = { aKey: one.hereKey, bKey: one.thereKey }
      groups.set(key, { a: endOf(one.by, one.port), b: other, ...keys, hearings: [one] })
    }
  }
  const open: Hearing[] = []
  for (const one of hearings) {
    if (one.to === undefined) {
      const node = nodes.idOf(one.heard)
      const port = one.heard.remotePort || one.heard.remotePortDescr
      // LLDP and CDP may call the same port otherwise, so the name is no part of the key.
      add(one, { node, ...(port && { port }) }, `${one.hereKey} ${node}`)
    } else if (one.pair !== undefined) {
      const { key, here, there } = one.pair
      add(one, endOf(one.to.device, one.toPort), key)
      atPort.set(here, key)
      atPort.set(there, key)
    } else open.push(one)
  }
  const heardBy = new Map<KnownDevice, Set<KnownDevice>>()
  for (const { by, to } of open)
    if (to !== undefined) heardBy.set(to.device, (heardBy.get(to.device) ?? new Set()).add(by))
  for (const one of open) {
    if (one.to === undefined) continue
    const other = endOf(one.to.device)
    const known = atPort.get(`${one.hereKey} ${other.node}`)
    // Where both ends hear each other and neither names the other's port, the first of the two tells the cables.
    const isFirst = compareText(one.by.view.device, other.node) < 0
    if (known !== undefined) groups.get(known)?.hearings.push(one)
    else if (isFirst || heardBy.get(one.by)?.has(one.to.device) !== true)
      add(one, other, `${one.hereKey}~${other.node}`)
  }
  return [...groups.values()]
}

function draftOf({ a, b, hearings }: HeardLink): DraftLink {
  return inOrder({
    ...{ layer: 'l2', kind: 'ethernet', a, b, members: [] },
    confidence: confidenceOf(hearings, b.port !== undefined),
    evidence: hearings.map(evidenceOf),
    since: firstTold(hearings),
  })
}

function confidenceOf(hearings: readonly Hearing[], isPortKnown: boolean): number {
  const port = isPortKnown ? 1 : PORT_UNKNOWN
  if (isFromBothSides(hearings)) return BOTH_SIDES * port
  const certainty = Math.max(...hearings.map(({ to }) => to?.certainty ?? 1))
  return (isDenied(hearings) ? OTHER_SIDE_DOES_NOT_HEAR : OTHER_SIDE_CANNOT_TELL) * certainty * port
}

function evidenceOf({ by, port, heard, to, toPort, others }: Hearing): LinkEvidence {
  const who = to?.device.view.name ?? (heard.remoteSysName || heard.remoteChassisId || 'a neighbor')
  const where = toPort ?? (heard.remotePort || heard.remotePortDescr || '')
  const far = where === '' ? who : `${who} ${where}`
  const more = others === 0 ? '' : `; ${others} more neighbors at this port are left out`
  const text = `${by.view.name} ${port} hears ${far} by ${heard.protocol.toUpperCase()}${more}`
  return { kind: heard.protocol, device: by.view.device, port, text, at: by.view.linksAt }
}
