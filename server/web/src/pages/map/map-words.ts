import type { Incident, TopologyLink, TopologyNode } from '@eyenet/shared/api'
import { formatShortMoment } from '../../format/moment.ts'
import { countStates, type isBroken, type StateCounts } from './graph/node-state.ts'

export const devicesWord = (count: number): string => (count === 1 ? '1 device' : `${count} devices`)

/** "and 12 devices are unreachable behind it" */
export function behindWords(count: number): string {
  if (count === 0) return 'nothing else is cut off'
  return count === 1 ? '1 device is unreachable behind it' : `${count} devices are unreachable behind it`
}

/** "access-3 (or its link from dist-2 Gi1/0/3) has failed", "the link core-1 Gi1/0/12 to access-3 Gi1/1/1 is down" */
export function failureWords({ kind, cause, or }: Incident): string {
  if (kind === 'link') return `the link ${cause.text} is down`
  if (kind === 'power') return `${cause.text} has lost its power`
  if (kind === 'agent-line') return `agent ${cause.text} reaches nothing`
  return or.length === 0 ? `${cause.text} has failed` : `${cause.text} (or ${or.join('; or ')}) has failed`
}

/** What is shown of it on the map: a failed link itself, not the device at which it was noticed. */
export function failedPlace({ kind, cause }: Incident): string | undefined {
  return kind === 'link' ? (cause.link ?? cause.device) : (cause.device ?? cause.link)
}

export type Headline = { readonly kind: 'critical' | 'warning' | 'unknown' | 'ok'; readonly text: string }

/** `since`: when the state of a device changed last. */
type Known = { readonly since: number | undefined; readonly now: number }

/** The whole in one sentence: what is broken, or that nothing is. */
export function mapHeadline(incidents: readonly Incident[], counts: StateCounts, known: Known): Headline {
  const [first, ...more] = incidents
  const behind = incidents.reduce((sum, one) => sum + one.behind.length, 0)
  if (first !== undefined) {
    const newest = failureWords(first)
    const alone = first.kind === 'link' || first.kind === 'agent-line' ? capital(newest) : newest
    const head = more.length === 0 ? alone : `${incidents.length} failures. The newest: ${newest}`
    return { kind: 'critical', text: `${head}. ${capital(behindWords(behind))}.` }
  }
  if (counts.critical > 0) return { kind: 'critical', text: `${capital(devicesWord(counts.critical))} critical.` }
  if (counts.warning > 0)
    return { kind: 'warning', text: `Nothing is cut off. ${capital(devicesWord(counts.warning))} with a warning.` }
  const silent = counts.unknown + counts['behind-failure']
  if (silent > 0) return { kind: 'unknown', text: `Nothing is known of ${devicesWord(silent)}.` }
  const watched = counts.ok
  const since = known.since === undefined ? '' : ` since ${formatShortMoment(known.since, known.now)}`
  return { kind: 'ok', text: `Nothing is broken${since}: ${devicesWord(watched)}, all well.` }
}

type Then = { readonly at: number; readonly now: number; readonly isWhole: boolean }

/** The same of a past moment. */
export function pastHeadline(
  incidents: readonly Incident[],
  counts: StateCounts,
  { at, now, isWhole }: Then,
): Headline {
  const { kind, text } = mapHeadline(incidents, counts, { since: undefined, now })
  const words = kind === 'ok' ? `Nothing was broken: ${devicesWord(counts.ok)}, all well.` : text
  const doubt = isWhole ? '' : ' Older alerts and failures are not all read back.'
  return { kind, text: `As it was at ${formatShortMoment(at, now)}. ${words}${doubt}` }
}

/** Where states of then cannot be shown: never those of now instead. */
export const PAST_WORDS = {
  loading: 'The network as it was. How its devices were is being looked up.',
  failed: 'The network as it was. How its devices were could not be loaded: links and places only.',
  gone: 'The network as it was. How its devices were at that moment is not stored: links and places only.',
} as const

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** What the map shows, for those who do not see it. */
export function mapSentence(nodes: readonly TopologyNode[], links: readonly TopologyLink[], headline: string): string {
  const down = links.filter((link) => link.state === 'down' || link.state === 'lost').length
  const broken = down === 0 ? '' : ` ${down === 1 ? 'One link is' : `${down} links are`} down or lost.`
  return `Map of ${devicesWord(nodes.length)} and ${links.length} links. ${headline}${broken}`
}

export function stateCounts(states: ReadonlyMap<string, Parameters<typeof isBroken>[0]>): StateCounts {
  return countStates(states.values())
}

export const LINK_KIND_WORDS: Readonly<Record<TopologyLink['kind'], string>> = {
  ethernet: 'Ethernet',
  bundle: 'bundle',
  wireless: 'wireless',
  subnet: 'shared subnet',
  ospf: 'OSPF',
  bgp: 'BGP',
}

export const NODE_KIND_WORDS: Readonly<Record<TopologyNode['kind'], string>> = {
  device: 'device',
  unmanaged: 'switch that nobody asks: it must be there, for several are seen behind one port',
  heard: 'neighbour that is heard of, but not watched',
  segment: 'network that several devices share',
}

/** "92 % sure" */
export const sureWords = (confidence: number): string => `${Math.round(confidence * 100)} % sure`

/** "Somebody else has moved and saved b1-ap-8 and 2 more." */
export function disputeWords(
  disputed: ReadonlySet<string>,
  nodes: readonly { readonly id: string; readonly name: string }[],
): string {
  const one = nodes.find(({ id }) => disputed.has(id))?.name
  if (one === undefined) return `Somebody else has moved and saved ${disputed.size} of these.`
  return `Somebody else has moved and saved ${one}${disputed.size > 1 ? ` and ${disputed.size - 1} more` : ''}.`
}
