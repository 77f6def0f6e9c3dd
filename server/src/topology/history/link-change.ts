import type { LinkEvidence, TopologyLink } from '@eyenet/shared/api'
import { SURE } from './link-ends.ts'

/** Evidence of tables that forget and learn all the time says nothing new when it comes and goes. */
const WEAK = new Set<LinkEvidence['kind']>(['fdb', 'arp', 'stp'])

/** How what is told of a link differs from what is remembered of it. */
export type LinkChange =
  | { readonly kind: 'none' }
  /** Something is other, or more: `as` is the link with what it had beside. */
  | { readonly kind: 'news'; readonly as: TopologyLink; readonly what: readonly string[] }
  /** Something is not told any more; it may be told again. `less` names what is missing. */
  | { readonly kind: 'less'; readonly less: string }

type Known = { readonly before: TopologyLink; readonly knowsPorts: boolean; readonly change: LinkChange }
/** Most links are the same objects at each look. */
const known = new WeakMap<TopologyLink, Known>()

/** `knowsPorts`: whether the state of one of its ports is known; if not, the link is as it was. */
export function linkChange(before: TopologyLink, told: TopologyLink, knowsPorts: boolean): LinkChange {
  const last = known.get(told)
  if (last !== undefined && last.before === before && last.knowsPorts === knowsPorts) return last.change
  const change = compared(before, told, knowsPorts)
  known.set(told, { before, knowsPorts, change })
  return change
}

function compared(before: TopologyLink, told: TopologyLink, knowsPorts: boolean): LinkChange {
  const isUntold = told.state === 'unknown' && before.state !== 'lost' && !knowsPorts
  const now = isUntold ? { ...told, state: before.state } : told
  const what = [...differences(before, now), ...gains(before, now)]
  if (what.length > 0) return { kind: 'news', as: withWhatItHad(before, now), what }
  const less = losses(before, now)
  return less === '' ? { kind: 'none' } : { kind: 'less', less }
}

function differences(before: TopologyLink, now: TopologyLink): string[] {
  const what: string[] = []
  if (before.state !== now.state) what.push('state')
  if (before.kind !== now.kind || before.layer !== now.layer) what.push('kind')
  if (before.a.port !== now.a.port || before.b.port !== now.b.port) what.push('port')
  if (membersText(before) !== membersText(now)) what.push('members')
  if (now.speedBps !== undefined && before.speedBps !== now.speedBps) what.push('speed')
  return what
}

function gains(before: TopologyLink, now: TopologyLink): string[] {
  const what: string[] = []
  if (now.vlans.some((vlan) => !before.vlans.includes(vlan))) what.push('VLANs')
  const known = new Set(before.evidence.map(evidenceKey))
  const isMore = now.evidence.some((one) => !WEAK.has(one.kind) && !known.has(evidenceKey(one)))
  if (isMore || (before.confidence < SURE && now.confidence >= SURE)) what.push('evidence')
  return what
}

function losses(before: TopologyLink, now: TopologyLink): string {
  const told = new Set(now.evidence.map(evidenceKey))
  const less = [
    ...before.vlans.filter((vlan) => !now.vlans.includes(vlan)).map(String),
    ...before.evidence.filter((one) => !WEAK.has(one.kind) && !told.has(evidenceKey(one))).map(evidenceKey),
    ...(before.confidence >= SURE && now.confidence < SURE ? ['sure'] : []),
  ]
  return less.join(' ')
}

function withWhatItHad(before: TopologyLink, now: TopologyLink): TopologyLink {
  const told = new Set(now.evidence.map(evidenceKey))
  const kept = before.evidence.filter((one) => !WEAK.has(one.kind) && !told.has(evidenceKey(one)))
  return {
    ...now,
    since: before.since,
    vlans: [...new Set([...before.vlans, ...now.vlans])].sort((a, b) => a - b),
    evidence: [...now.evidence, ...kept],
  }
}

function evidenceKey({ kind, device }: LinkEvidence): string {
  return `${kind} ${device}`
}

function membersText({ members }: TopologyLink): string {
  return members
    .map(({ a = '', b = '' }) => `${a}\u0000${b}`)
    .sort()
    .join('\u0001')
}
