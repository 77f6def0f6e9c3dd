import type { TopologyLink } from '@eyenet/shared/api'
import { compareText } from './directory.ts'
import { compareEnds, type DraftEnd, type DraftLink, inOrder } from './draft-link.ts'

/**
 * What links that are cables of one bundle have in common: both bundles; where the other end is in none, its device: what
 * is not told there cannot part the cables. Undefined for a link of its own.
 */
export function bundleKey({ layer, a, b }: DraftLink): string | undefined {
  if (layer !== 'l2') return undefined
  const [outerA, outerB] = [bundleOf(a), bundleOf(b)]
  if (outerA === undefined && outerB === undefined) return undefined
  return JSON.stringify([a.node, outerA ?? '', b.node, outerB ?? ''])
}

function bundleOf({ device, port }: DraftEnd): string | undefined {
  if (device === undefined || port === undefined || !device.ports.hasBundles) return undefined
  const outer = device.ports.outer(port)
  return device.ports.isBundle(outer) ? outer : undefined
}

/** Links between the same two bundles are one: `members` has the cables, and the ends are the bundles. */
export function foldBundle(group: readonly DraftLink[]): DraftLink {
  const inTurn = [...group].sort((x, y) => compareEnds(x.a, y.a) || compareEnds(x.b, y.b))
  const [first] = inTurn
  if (first === undefined) throw new Error('a group of links has one at least')
  const a = outerEnd(first.a)
  const b = outerEnd(first.b)
  const members: TopologyLink['members'] = inTurn.flatMap((link) => {
    const cable = { ...inner(link.a, 'a'), ...inner(link.b, 'b') }
    return Object.keys(cable).length > 0 ? [cable] : []
  })
  return inOrder({
    ...{ layer: 'l2', kind: 'bundle', a, b, since: first.since },
    members: members.length > 0 ? members : toldMembers(a, b),
    confidence: Math.max(...group.map(({ confidence }) => confidence)),
    evidence: [...inTurn.flatMap(({ evidence }) => evidence), ...lagEvidence(a), ...lagEvidence(b)],
  })
}

const outerEnd = (end: DraftEnd): DraftEnd => ({ ...end, ...(end.port && { port: bundleOf(end) ?? end.port }) })

/** The cable itself, where it was a member that was told and not the bundle. */
function inner({ port, device }: DraftEnd, side: 'a' | 'b'): { readonly a?: string; readonly b?: string } {
  return port === undefined || device?.ports.isBundle(port) === true ? {} : { [side]: port }
}

/** Nobody says which member is wired to which: those of both ends side by side, in order of their names. */
function toldMembers(a: DraftEnd, b: DraftEnd): TopologyLink['members'] {
  const membersOf = ({ device, port }: DraftEnd): readonly string[] =>
    [...(port === undefined ? [] : (device?.ports.members(port) ?? []))].sort(compareText)
  const [left, right] = [membersOf(a), membersOf(b)]
  return Array.from({ length: Math.max(left.length, right.length) }, (_, at) => {
    const [one, other] = [left[at], right[at]]
    return { ...(one !== undefined && { a: one }), ...(other !== undefined && { b: other }) }
  })
}

function lagEvidence({ device, port }: DraftEnd): DraftLink['evidence'] {
  const members = port === undefined ? undefined : device?.ports.members(port)
  if (device === undefined || port === undefined || members === undefined) return []
  const { view } = device
  const names = `${members.slice(0, 8).join(', ')}${members.length > 8 ? ' ...' : ''}`
  const text = `${view.name} runs ${names} together as ${port}`
  return [{ kind: 'lag', device: view.device, port, text, at: view.linksAt }]
}
