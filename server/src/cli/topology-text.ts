import type {
  LinkEnd,
  TopologyDiff,
  TopologyEvent,
  TopologyGraph,
  TopologyLink,
  TopologyNode,
  TopologyPath,
} from '@eyenet/shared/api'
import { plainText, textTable } from '@eyenet/shared/terminal'
import { countText, timeText } from './plain-words.ts'

type Names = ReadonlyMap<string, string>

/** Links as a table, under a line with how many there are and how they are. */
export function linksText(graph: TopologyGraph): string {
  if (graph.nodes.length === 0) return EMPTY
  const names = namesOf(graph.nodes)
  if (graph.links.length === 0)
    return `${headText(graph)}\nNo link is known: see that switches are read by SNMP and tell LLDP, CDP or their tables.`
  const rows = graph.links.map((one) => linkRow(one, names))
  return `${headText(graph)}\n\n${textTable([LINK_HEAD, ...rows])}`
}

/** Nodes as a table, by site and name. */
export function nodesText(graph: TopologyGraph): string {
  if (graph.nodes.length === 0) return EMPTY
  const order = (one: TopologyNode): string => `${one.site ?? ''}\n${one.name}`
  const rows = [...graph.nodes]
    .sort((a, b) => order(a).localeCompare(order(b)))
    .map(({ name, kind, role, site = '', place, state = '', id }) => [
      ...[shortText(name), kind, role, site, shortText(place), state, id],
    ])
  return `${headText(graph)}\n\n${textTable([['name', 'kind', 'role', 'site', 'place', 'state', 'id'], ...rows])}`
}

const EMPTY = 'The map is empty: no device is known yet, or none fits what was asked.'
const LINK_HEAD = ['from', 'port', 'to', 'port', 'layer', 'kind', 'speed', 'state', 'sure', 'since']

function headText({ at, nodes, links }: TopologyGraph): string {
  const devices = nodes.filter(({ kind }) => kind === 'device').length
  const others = nodes.length - devices
  const bad = (['down', 'lost', 'blocked', 'unknown'] as const).flatMap((state) => {
    const count = links.filter((one) => one.state === state).length
    return count === 0 ? [] : [`${count} ${state}`]
  })
  const states = bad.length === 0 ? '' : ` (${bad.join(', ')})`
  const rest = others === 0 ? '' : `, ${countText(others, 'other node')}`
  return `${countText(devices, 'device')}${rest}, ${countText(links.length, 'link')}${states}, as of ${timeText(at)}`
}

const namesOf = (nodes: readonly TopologyNode[]): Names => new Map(nodes.map(({ id, name }) => [id, name]))
const nameOf = (names: Names, node: string): string => shortText(names.get(node) ?? node)

/** Longest name or port in a table: one device with a long one would push the columns of all others off the screen. */
const MAX_CELL = 48

/** Nothing in it steers the terminal. */
export function shortText(text: string): string {
  const plain = plainText(text)
  return plain.length > MAX_CELL ? `${plain.slice(0, MAX_CELL - 1)}…` : plain
}

function linkRow({ a, b, ...one }: TopologyLink, names: Names): readonly string[] {
  return [
    ...[nameOf(names, a.node), portText(a), nameOf(names, b.node), portText(b), one.layer, kindText(one)],
    ...[speedText(one.speedBps), one.state, `${Math.round(one.confidence * 100)} %`, timeText(one.since)],
  ]
}

const kindText = ({ kind, members }: Pick<TopologyLink, 'kind' | 'members'>): string =>
  members.length === 0 ? kind : `${kind} of ${members.length}`

const STEPS = [
  [1e12, 'Tbit/s'],
  [1e9, 'Gbit/s'],
  [1e6, 'Mbit/s'],
  [1e3, 'kbit/s'],
] as const

function speedText(bps: number | undefined): string {
  if (bps === undefined) return '-'
  const [step, unit] = STEPS.find(([least]) => bps >= least) ?? [1, 'bit/s']
  return `${Number((bps / step).toPrecision(3))} ${unit}`
}

/** A way as a table: each node, and the link that leads on. */
export function pathText({ hops, cuts, over }: TopologyPath, graph: TopologyGraph): string {
  if (hops.length === 0) return 'No way is known between them.'
  const names = namesOf(graph.nodes)
  const links = new Map(graph.links.map((link) => [link.id, link]))
  const single = new Set(cuts)
  const networks = new Set(graph.nodes.flatMap(({ id, kind }) => (kind === 'segment' ? [id] : [])))
  const rows = hops.map(({ node, link: id }, at) => {
    const link = id === undefined ? undefined : links.get(id)
    const [near, far] = link === undefined ? [] : link.a.node === node ? [link.a, link.b] : [link.b, link.a]
    const isBetween = at > 0 && at < hops.length - 1
    return [
      ...[`${at}`, networks.has(node) ? `network ${nameOf(names, node)}` : nameOf(names, node)],
      ...[isBetween && single.has(node) ? 'every way' : '', networks.has(node) ? '' : portText(near)],
      ...[
        far === undefined || networks.has(far.node) ? '' : portText(far),
        link?.state ?? '',
        link === undefined ? '' : speedText(link.speedBps),
      ],
    ]
  })
  const remark =
    cuts.length === 0
      ? 'No single failure between them cuts them off.'
      : 'What is on every way cuts them off from each other if it fails.'
  const shared = over === 'networks' ? `\n${OVER_NETWORKS}` : ''
  return `${textTable([['links', 'node', '', 'out by', 'in by', 'state', 'speed'], ...rows])}\n${remark}${shared}`
}

const OVER_NETWORKS = 'Part of it is a network that devices share: who is cabled to whom in it is not known.'

const portText = (end: LinkEnd | undefined): string => (end === undefined ? '' : shortText(end.port ?? '?'))

export function eventsText({
  items,
  total,
}: {
  readonly items: readonly TopologyEvent[]
  readonly total: number
}): string {
  if (items.length === 0) return 'Nothing changed in that time, as far as is known.'
  const table = textTable([
    ['when', 'kind', 'what', 'known by'],
    ...items.map(({ at, kind, text, cause }) => [timeText(at), kind, text, cause]),
  ])
  return total > items.length ? `${table}\n${total - items.length} older ones: see --limit, or --csv.` : table
}

/** What came, went and changed between two moments. */
export function diffText({ from, to, nodes, links, events }: TopologyDiff, known: readonly TopologyNode[]): string {
  const head = `${timeText(from)} to ${timeText(to)}: ${countText(events, 'change')} on the way`
  const names = namesOf([...known, ...nodes.added, ...nodes.removed])
  const link = ({ a, b, state }: TopologyLink): string => `${endText(names, a)} - ${endText(names, b)} (${state})`
  const rows = [
    ...nodes.added.map((one) => ['+', 'node', one.name, one.kind]),
    ...nodes.removed.map((one) => ['-', 'node', one.name, one.kind]),
    ...nodes.changed.map(({ before, after }) => ['~', 'node', after.name, changedText(before, after)]),
    ...links.added.map((one) => ['+', 'link', link(one), '']),
    ...links.removed.map((one) => ['-', 'link', link(one), '']),
    ...links.changed.map(({ before, after }) => ['~', 'link', link(after), changedText(before, after)]),
  ]
  return rows.length === 0 ? `${head}\nThe network is the same at both.` : `${head}\n\n${textTable(rows)}`
}

const endText = (names: Names, { node, port }: LinkEnd): string =>
  `${nameOf(names, node)}${port === undefined ? '' : ` ${shortText(port)}`}`

/** What differs, by the names of its fields: "state up > down". */
function changedText(before: TopologyNode | TopologyLink, after: TopologyNode | TopologyLink): string {
  const old = new Map(Object.entries(before))
  const said = ([name, value]: readonly [string, unknown]): string => {
    const was = old.get(name)
    const isShort = [was, value].every((one) => typeof one === 'string' || typeof one === 'number' || one === undefined)
    return isShort ? `${name} ${was ?? '-'} > ${value}` : name
  }
  return Object.entries(after)
    .filter(([name, value]) => name !== 'evidence' && JSON.stringify(value) !== JSON.stringify(old.get(name)))
    .map(said)
    .join(', ')
}
