import { type LaidHop, type LaidStep, type LaidTrace, PROBES_PER_HOP } from '@eyenet/shared/api'
import type { Hop } from '@eyenet/shared/wire'
import { pathBetween, type Ways } from '../depend/depend.ts'
import { type KnownHop, takenWay } from './taken-way.ts'
import { traceText } from './trace-text.ts'
import type { Traced } from './traced.ts'

/** Lays the hops over the graph: who each is, the way that they make, and how it differs from the shortest. Pure. */
export function layTrace(ways: Ways, traced: Traced): LaidTrace {
  const hops = recognised(ways, traced)
  const known = hops.flatMap(({ hop, nodes: [node] }): readonly KnownHop[] =>
    node === undefined ? [] : [{ hop, node }],
  )
  const from = traced.from ?? known[0]?.node
  const path = from === undefined || traced.to === undefined ? [] : pathBetween(ways, from, traced.to).hops
  const onPath = new Set(path.map(({ node }) => node))
  const chosen = hops.flatMap(({ hop, nodes }): readonly KnownHop[] => {
    const node = nodes.find((one) => onPath.has(one)) ?? nodes[0]
    return node === undefined ? [] : [{ hop, node }]
  })
  const taken = takenWay(ways, { from: traced.from, known: chosen, expected: path })
  const hopOf = new Map([...chosen].reverse().map(({ hop, node }) => [node, hop]))
  const withHop = (step: LaidStep): LaidStep => {
    const hop = hopOf.get(step.node)
    return hop === undefined ? step : { ...step, hop }
  }
  const expected = path.map(withHop)
  const laid = hops.map((one) => laidHop(one, onPath))
  const sum = { ways, traced, hops: laid, known: chosen, expected, taken }
  return {
    ...(traced.from !== undefined && { from: traced.from }),
    ...(traced.to !== undefined && { to: traced.to }),
    ...{ hops: laid, expected, taken: taken.map(withHop) },
    ...traceText(sum),
  }
}

type Recognised = Hop & {
  readonly answers: LaidHop['answers']
  /** Nodes that answered, each once. */
  readonly nodes: readonly string[]
}

function recognised(ways: Ways, { hops, owners, to, ended }: Traced): readonly Recognised[] {
  const heard = new Map(
    [...ways.nodes.values()].flatMap(({ id, kind, name }) => (kind === 'heard' ? [[name, id]] : [])),
  )
  return withoutSilentEnd(hops).map((hop, at, all) => {
    const isEnd = ended === 'whole' && at === all.length - 1
    const answers = hop.addresses.map((address): LaidHop['answers'][number] => {
      const owner = owners.get(address)
      if (owner !== undefined && ways.nodes.has(owner.node)) return { address, ...owner }
      const stranger = heard.get(address)
      if (stranger !== undefined) return { address, node: stranger, why: `a neighbor is known by ${address}` }
      if (isEnd && to !== undefined) return { address, node: to, why: 'who was traced answers from it' }
      return { address }
    })
    const nodes = [...new Set(answers.flatMap(({ node }) => (node === undefined ? [] : [node])))]
    return { ...hop, answers, nodes }
  })
}

/** Of many that do not answer at the end one is enough. */
function withoutSilentEnd(hops: readonly Hop[]): readonly Hop[] {
  const last = hops.findLastIndex(({ addresses }) => addresses.length > 0)
  return hops.slice(0, last + 2)
}

function laidHop({ hop, answers, rtts, nodes }: Recognised, onPath: ReadonlySet<string>): LaidHop {
  const lost = Math.max(0, PROBES_PER_HOP - rtts.length)
  return { hop, answers, rtts: [...rtts], lost, place: placeOf({ answers, nodes }, onPath) }
}

function placeOf(
  { answers, nodes }: Pick<Recognised, 'answers' | 'nodes'>,
  onPath: ReadonlySet<string>,
): LaidHop['place'] {
  if (answers.length === 0) return 'silent'
  if (nodes.length === 0) return 'unknown'
  return nodes.some((node) => onPath.has(node)) ? 'expected' : 'elsewhere'
}
