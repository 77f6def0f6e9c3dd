import type { TopologyLink } from '@eyenet/shared/api'
import type { Source } from './assign.ts'
import { canFail, type Near, type Neighbourhood } from './near.ts'
import type { Answer, Cause, Picture } from './picture.ts'
import { type Way, waysFrom } from './ways.ts'

/** The cause that one device is: with its link, where the two look alike from outside. */
export function deviceCause(picture: Picture, hood: Neighbourhood, { answer, near, behind }: Source): Cause {
  const evidence = [`${answer.name} answers no check`]
  const [only] = near
  const ways = waysFrom(picture.ways, answer.device).filter(({ link }) => link.layer === 'l2')
  const or: string[] = []
  let link: TopologyLink | undefined
  const isOneWay = ways.length === 1 || new Set(near.map((one) => `${one.answer.device} ${one.link.id}`)).size === 1
  const isRoutedOnly = near.every(({ link: one }) => one.layer === 'l3')
  if (only !== undefined && isOneWay && !isRoutedOnly) {
    const broken = hood.downPort(only.answer.device, only.port)
    const isOff = broken?.isOff === true
    const told = broken === undefined ? toldWay(picture, answer, only) : undefined
    if (broken !== undefined) evidence.push(`${portText(only)} towards it is ${isOff ? 'switched off' : 'down'}`)
    if (told !== undefined && isPortUp(only)) evidence.push(`${portText(only)} towards it was down`)
    if (broken !== undefined || told !== undefined || !isPortUp(only)) {
      link = only.passage === undefined || ways.length > 1 ? only.link : ways[0]?.link
      or.push(told ?? wayFrom(only, isOff))
    }
  }
  const shared = or.length > 0 || link !== undefined ? undefined : linkToShared(picture, near, ways)
  if (shared !== undefined) {
    link = shared.link
    or.push(`its link to ${picture.ways.nodes.get(shared.to)?.name ?? shared.to}`)
  }
  // Where a port towards it is named, that is its link.
  if (or.length === 0 && isRoutedOnly) or.push('its link, which the map has not')
  for (const one of near.slice(0, MAX_EVIDENCE)) evidence.push(`${one.answer.name} next to it answers`)
  if (near.length === 0) evidence.push('nothing next to it answers, and nothing else explains it')
  if (behind.length > 0) evidence.push(`all ways to ${count(behind.length, 'device')} lead through it`)
  return {
    key: `device:${answer.device}`,
    kind: 'device',
    site: answer.site,
    cause: { device: answer.device, text: answer.name, ...(link !== undefined && { link: link.id }) },
    or,
    since: answer.since,
    evidence,
    failed: [answer.device],
    behind: behind.map(({ device }) => device),
  }
}

function wayFrom(near: Near, isOff: boolean): string {
  const way = near.passage === undefined ? `its ${isOff ? 'switched-off ' : ''}link` : 'the way to it'
  return `${way} from ${portText(near)}`
}

/** The same way as it stood in the open incident: a port that is up again before the device behind it answers was down meanwhile. */
function toldWay({ open }: Picture, { device }: Answer, near: Near): string | undefined {
  const ways = [wayFrom(near, false), wayFrom(near, true)]
  return open.find(({ key }) => key === `device:${device}`)?.or.find((one) => ways.includes(one))
}

/** The only link to what nobody asks and several answer around: no port of theirs tells of it. */
function linkToShared({ ways }: Picture, near: readonly Near[], own: readonly Way[]): Way | undefined {
  const passage = near[0]?.passage
  if (near.length < 2 || passage === undefined || !canFail(passage, ways)) return undefined
  if (near.some((one) => one.passage !== passage)) return undefined
  const into = own.filter(({ to }) => passage.nodes.includes(to))
  return into.length === 1 ? into[0] : undefined
}

/** Sentences of one kind under one cause. */
const MAX_EVIDENCE = 3

/** Several devices behind one thing that nobody asks: the way to it, or it. */
export function passageCause(picture: Picture, hood: Neighbourhood, group: readonly Source[]): Cause | undefined {
  const [first] = group
  const near = first?.near[0]
  if (first === undefined || near?.passage === undefined) return undefined
  const inside = near.passage.nodes.map((node) => picture.ways.nodes.get(node)?.name ?? node)
  const [name = 'a switch'] = inside
  const behind = group.flatMap((source) => [source.answer, ...source.behind])
  const broken = hood.downPort(near.answer.device, near.port)
  return {
    key: `passage:${near.passage.id}`,
    kind: 'link',
    site: first.answer.site,
    cause: {
      device: near.answer.device,
      text: portText(near),
      link: near.link.id,
      ...(near.port !== undefined && { port: near.port }),
    },
    or: [inside.length === 1 ? `${name}, which nobody asks, behind it` : 'what nobody asks behind it'],
    since: first.answer.since,
    evidence: [
      `none of the ${behind.length} devices behind it answers, and they went at once`,
      ...(broken === undefined ? [] : [`${portText(near)} is down`]),
    ],
    failed: [],
    behind: behind.map(({ device }) => device),
  }
}

export function portText({ answer, port }: Pick<Near, 'answer' | 'port'>): string {
  return port === undefined ? answer.name : `${answer.name} ${port}`
}

export function count(number: number, noun: string): string {
  return number === 1 ? `one ${noun}` : `${number} ${noun}s`
}

/** Whether the port towards a device is known to be up and so clears the link: a radio is up whoever hears it. */
function isPortUp({ answer, link, port, passage }: Near): boolean {
  if (port === undefined || passage !== undefined || !answer.tellsPorts) return false
  // Of a bundle, of what lies below, or switched off: the map knows more of ports than which failed.
  if (link.state === 'down') return false
  if (link.kind === 'wireless' || answer.role === 'access-point') return false
  // Where the two did not hear each other, something that nobody knows may be between them.
  return link.evidence.some(({ kind }) => HEARD.has(kind))
}

const HEARD: ReadonlySet<string> = new Set(['lldp', 'cdp', 'fdp', 'edp'])
