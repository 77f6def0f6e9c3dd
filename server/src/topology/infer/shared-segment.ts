import type { LinkEvidence, TopologyNode } from '@eyenet/shared/api'
import type { EpochMs } from '@eyenet/shared/identity'
import type { DeviceRole } from '@eyenet/shared/roles'
import { compareText } from './directory.ts'
import { compareEnds, type DraftEnd, type DraftLink, type Drafts, endKey, inOrder } from './draft-link.ts'
import { macNumber } from './port-names.ts'

export type Segment = {
  readonly ends: readonly DraftEnd[]
  readonly evidence: readonly LinkEvidence[]
  readonly confidence: number
  readonly since: EpochMs
  roleOf(end: DraftEnd): DeviceRole
}

/** Evidence of one link; the rest of what a segment has would be said again at each of its links. */
const MAX_EVIDENCE = 16
/** What a phone or an access point in the middle is worth, against a switch that must be there. */
const HUB_FACTOR = 0.9

/**
 * A medium with three or more ends. Where one of them passes frames on by what it is (a phone with its computer, an
 * access point, the host of virtual machines), the others hang on that; else a switch that nobody asks is between.
 */
export function drawSegment(segment: Segment): Drafts {
  const ends = [...segment.ends].sort(compareEnds)
  const hub = hubOf(ends, segment)
  const upper = ends.find((end) => end !== hub && end.device?.table !== undefined) ?? ends.find((end) => end !== hub)
  if (hub !== undefined && upper !== undefined) {
    const wireless = segment.roleOf(hub) === 'access-point'
    const links = ends.flatMap((end): readonly DraftLink[] => {
      if (end === hub) return []
      const isUp = end === upper
      const near: DraftEnd = isUp ? hub : { node: hub.node, ...(hub.device && { device: hub.device }) }
      const confidence = segment.confidence * (isUp ? 1 : HUB_FACTOR)
      return [linkOf(end, near, { segment, kind: wireless && !isUp ? 'wireless' : 'ethernet', confidence })]
    })
    return { links, nodes: [] }
  }
  const node = unmanagedNode(ends)
  const { confidence } = segment
  return {
    links: ends.map((end) => linkOf(end, { node: node.id }, { segment, kind: 'ethernet', confidence })),
    nodes: [node],
  }
}

function linkOf(
  a: DraftEnd,
  b: DraftEnd,
  { segment, kind, confidence }: { segment: Segment; kind: DraftLink['kind']; confidence: number },
): DraftLink {
  const own = segment.evidence.filter(({ device, port }) => device === a.node && (port ?? '') === (a.port ?? ''))
  const evidence = (own.length > 0 ? own : segment.evidence).slice(0, MAX_EVIDENCE)
  return inOrder({ layer: 'l2', kind, a, b, members: [], confidence, evidence, since: segment.since })
}

/** Stable as long as the first of its ports is there. */
function unmanagedNode(ends: readonly DraftEnd[]): TopologyNode {
  const first = ends.find(({ device, port }) => device !== undefined && port !== undefined) ?? ends[0]
  const site = ends.find(({ device }) => device !== undefined)?.device?.view.site
  const at = first?.device === undefined ? (first?.node ?? '') : `${first.device.view.name} ${first.port ?? ''}`
  return {
    ...{ id: `unmanaged:${first === undefined ? '' : endKey(first)}`, kind: 'unmanaged', role: 'switch' },
    ...{ name: `switch at ${at.trim()}`, place: first?.device?.view.place ?? '', ...(site !== undefined && { site }) },
  }
}

/** First octets that makers of virtual machines give to their network cards. */
const VIRTUAL_MAKERS = new Set([0x00_50_56, 0x00_0c_29, 0x52_54_00, 0x08_00_27, 0x00_15_5d, 0x00_16_3e, 0xbc_24_11])

export const isVirtualMachine = (end: DraftEnd): boolean => {
  const macs = (end.device?.view.interfaces ?? []).map(({ mac }) => macNumber(mac)).filter((mac) => mac !== undefined)
  return macs.length > 0 && macs.every((mac) => VIRTUAL_MAKERS.has(Math.floor(mac / 0x100_00_00)))
}

function hubOf(ends: readonly DraftEnd[], { roleOf }: Segment): DraftEnd | undefined {
  const leaves = ends.filter(({ device }) => device?.table === undefined)
  if (ends.length - leaves.length > 1) return undefined
  for (const role of ['phone', 'access-point', 'hypervisor'] as const) {
    const found = leaves.filter((end) => roleOf(end) === role)
    if (found.length === 1) return found[0]
  }
  // A bridge that tells no forwarding table of its own is in the way of what is behind it.
  const bridges = leaves.filter((end) => end.device?.view.links.bridge !== undefined || roleOf(end) === 'switch')
  if (bridges.length === 1) return bridges[0]
  const real = leaves.filter((end) => !isVirtualMachine(end))
  return real.length === 1 && leaves.length > 1 ? real[0] : undefined
}

export const compareNodes = (a: TopologyNode, b: TopologyNode): number => compareText(a.id, b.id)
