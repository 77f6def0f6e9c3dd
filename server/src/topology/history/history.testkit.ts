import type { LinkEvidence, TopologyLink, TopologyNode } from '@eyenet/shared/api'
import { DeviceId, type EpochMs, epochMs, SiteName } from '@eyenet/shared/identity'
import { NOTHING_REMEMBERED, type Remembered, remember, type Seen } from './history.ts'

const SITE = SiteName.parse('lab')
export const MINUTE = 60_000
export const at = (minute: number): EpochMs => epochMs(Date.UTC(2026, 5, 1) + minute * MINUTE)

/** The id of a made device: the n-th letter of the alphabet. */
export const idOf = (name: string): DeviceId =>
  DeviceId.parse(`0190bbbb-0000-7000-8000-${name.charCodeAt(0).toString(16).padStart(12, '0')}`)

export function device(name: string, more: Partial<TopologyNode> = {}): TopologyNode {
  return {
    ...{ id: idOf(name), kind: 'device', device: idOf(name), name, site: SITE, role: 'switch', place: '' },
    ...more,
  }
}

export function node(id: string, kind: TopologyNode['kind'], name = id): TopologyNode {
  return { id, kind, name, role: 'unknown', place: '' }
}

/** `A.1~B.2`: port 1 of device A to port 2 of device B; other nodes by their ids, and a port may be left out. */
export function link(text: string, more: Partial<TopologyLink> = {}): TopologyLink {
  const [a, b] = text.split('~').map((end) => {
    const [name = '', port] = end.split('.')
    return { node: name.length === 1 ? idOf(name) : name, ...(port !== undefined && { port }) }
  })
  if (a === undefined || b === undefined) throw new Error(`no link: ${text}`)
  const evidence: LinkEvidence = { kind: 'lldp', device: idOf('A'), text: 'heard', at: at(0) }
  return {
    ...{ id: text, layer: 'l2', kind: 'ethernet', a, b, members: [], confidence: 0.95, evidence: [evidence] },
    ...{ state: 'up', vlans: [], since: at(0) },
    ...more,
  }
}

export type Shown = {
  readonly nodes: readonly TopologyNode[]
  readonly links: readonly TopologyLink[]
  /** Ports that are down, as `A.1`. */
  readonly down?: readonly string[]
  readonly roots?: Readonly<Record<string, string>>
  readonly mergedInto?: ReadonlyMap<string, string>
  /** When a device told for the first time, where that is not long ago; the minute, or never. */
  readonly firstTold?: Readonly<Record<string, number | 'never'>>
}

/** A sight at its minute. */
export function seenOf(shown: Shown, minute: number): Seen {
  const { nodes, links, down = [], roots = {}, mergedInto = new Map(), firstTold = {} } = shown
  const told = new Map<string, EpochMs | undefined>(
    Object.entries(firstTold).map(([name, minute]) => [idOf(name), minute === 'never' ? undefined : at(minute)]),
  )
  const isDown = new Set(down.map((end) => link(`${end}~Z`).a).map(({ node, port }) => `${node}|${port}`))
  return {
    graph: { nodes, links, vlans: [] },
    roots: new Map(Object.entries(roots).map(([name, root]) => [idOf(name), root])),
    isPortUp: ({ node: id, port }) => !isDown.has(`${id}|${port}`),
    isFirst: false,
    watched: at(minute),
    cameUp: new Map(),
    firstToldAt: (id) => (told.has(id) ? told.get(id) : epochMs(0)),
    causeOf: () => 'links of A',
    bridgeName: (root) => `bridge ${root}`,
    mergedInto,
  }
}

/** Remembers one sight after the other, each at its minute; `words` has what was told, as kind and link. */
export class Watcher {
  remembered: Remembered = NOTHING_REMEMBERED
  readonly words: string[] = []

  see(minute: number, shown: Shown): readonly string[] {
    const { remembered, events } = remember(this.remembered, seenOf(shown, minute), at(minute))
    this.remembered = remembered
    const words = events.map(({ kind, link: one, node: of, before }) => {
      const what = one?.id ?? of?.name ?? ''
      return before === undefined ? `${kind} ${what}` : `${kind} ${before.id} > ${what}`
    })
    this.words.push(...words)
    return words
  }
}
