import type { LaidHop, LaidStep, LaidTrace } from '@eyenet/shared/api'
import { plainText } from '@eyenet/shared/terminal'
import type { Ways } from '../depend/depend.ts'
import type { KnownHop } from './taken-way.ts'
import type { Traced } from './traced.ts'

type Sum = {
  readonly ways: Ways
  readonly traced: Traced
  readonly hops: readonly LaidHop[]
  readonly known: readonly KnownHop[]
  readonly expected: readonly LaidStep[]
  readonly taken: readonly LaidStep[]
}

const ROUTING: ReadonlySet<string> = new Set(['router', 'firewall'])
/** Names in one sentence. */
const MAX_NAMED = 4

/** What a trace that is laid over the graph means: the outcome, and sentences. */
export function traceText(sum: Sum): Pick<LaidTrace, 'outcome' | 'text'> {
  const isThere = sum.traced.ended === 'whole'
  const circle = circleOf(sum.known)
  const end = isThere ? [] : [endText(sum, circle)]
  const outcome = outcomeOf(sum, circle)
  const text = [...end, wayText(sum, isThere), ...strangersText(sum), ...originText(sum)]
  return { outcome, text: text.filter((one) => one !== '').join(' ') }
}

function outcomeOf({ traced, hops, expected }: Sum, circle: string | undefined): LaidTrace['outcome'] {
  if (circle !== undefined || traced.ended === 'limit') return 'cut'
  if (expected.length === 0 || traced.ended !== 'whole') return 'unknown'
  if (hops.some(({ place }) => place === 'elsewhere')) return 'elsewhere'
  return 'as-expected'
}

/** A node that answers again after another one did. */
function circleOf(known: readonly KnownHop[]): string | undefined {
  const passed = new Set<string>()
  let last: string | undefined
  for (const { node } of known) {
    if (node !== last && passed.has(node)) return node
    passed.add(node)
    last = node
  }
  return undefined
}

function endText({ ways, traced, hops, expected }: Sum, circle: string | undefined): string {
  const to = nameOf(ways, traced.to) ?? plainText(traced.address)
  if (circle !== undefined) return `The packets go in a circle: ${nameOf(ways, circle)} has them again.`
  if (traced.ended !== 'limit') return `The trace ended early: how the packets go on to ${to} is not known.`
  const last = hops.findLast(({ answers }) => answers.length > 0)
  if (last === undefined) return `Nobody answers on the way to ${to}.`
  const at = expected.findLastIndex(({ hop }) => hop !== undefined)
  const next = nameOf(ways, expected[at + 1]?.node)
  const then = at < 0 || next === undefined ? '' : ` Next on the way of the map is ${next}.`
  return `After ${hopName(ways, last)} nobody answers: ${to} is not reached.${then}`
}

function wayText(sum: Sum, isThere: boolean): string {
  const { ways, traced, hops, expected, taken } = sum
  const to = nameOf(ways, traced.to)
  if (to === undefined) return `${plainText(traced.address)} is not on the map: there is no way to compare with.`
  if (expected.length === 0) return `The map knows no way to ${to}.`
  const beside = hops.filter(({ place }) => place === 'elsewhere').flatMap(({ answers }) => answers)
  const by = [...new Set(beside.flatMap(({ node }) => (node === undefined ? [] : [node])))]
  if (by.length === 0) return isThere ? 'The packets go as the map has it.' : ''
  const passed = new Set(taken.map(({ node }) => node))
  const missed = expected.map(({ node }) => node).filter((node) => !passed.has(node))
  const routers = missed.filter((node) => ROUTING.has(ways.nodes.get(node)?.role ?? ''))
  const instead = routers.length > 0 ? routers : missed
  const rest = instead.length === 0 ? 'the shortest way of the map is without' : 'the shortest way of the map is by'
  const both = `The packets go by ${listOf(ways, by)}, ${rest} ${instead.length === 0 ? 'it' : listOf(ways, instead)}.`
  return `${both} ${compareText(sum, isThere)}`.trim()
}

function compareText({ ways, expected, taken }: Sum, isThere: boolean): string {
  const gap = taken.slice(0, -1).findIndex(({ link }) => link === undefined)
  if (gap >= 0) {
    const [a, b] = [taken[gap], taken[gap + 1]].map((step) => nameOf(ways, step?.node) ?? '')
    return `From ${a} to ${b} the map knows no way.`
  }
  if (!isThere) return ''
  const longer = taken.length - expected.length
  if (longer <= 0) return 'Both are ways, equally short.'
  return `Both are ways; theirs is ${longer} ${longer === 1 ? 'link' : 'links'} longer.`
}

function strangersText({ hops }: Sum): readonly string[] {
  const unknown = hops.filter(({ place }) => place === 'unknown').flatMap(({ answers }) => answers)
  const last = hops.findLastIndex(({ place }) => place !== 'silent')
  const silent = hops.slice(0, last + 1).filter(({ place }) => place === 'silent').length
  const addresses = unknown.map(({ address }) => plainText(address))
  return [
    addresses.length === 0 ? '' : `Not on the map: ${cutList(addresses)}.`,
    silent === 0 ? '' : `${silent} ${silent === 1 ? 'hop does' : 'hops do'} not answer.`,
  ]
}

function originText({ ways, traced, known }: Sum): readonly string[] {
  if (traced.from !== undefined) return []
  const first = nameOf(ways, known[0]?.node)
  const rest = first === undefined ? '' : `: the way is compared from ${first} on`
  return [`The agent's machine is not on the map${rest}.`]
}

function hopName(ways: Ways, { answers }: LaidHop): string {
  const [first] = answers
  return nameOf(ways, first?.node) ?? plainText(first?.address ?? '')
}

const listOf = (ways: Ways, nodes: readonly string[]): string =>
  cutList(nodes.map((node) => nameOf(ways, node) ?? node))

function cutList(names: readonly string[]): string {
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : ''
  return `${names.slice(0, MAX_NAMED).join(', ')}${more}`
}

function nameOf(ways: Ways, node: string | undefined): string | undefined {
  const name = node === undefined ? undefined : ways.nodes.get(node)?.name
  return name === undefined ? undefined : plainText(name)
}
