import {
  type AgentTask,
  besideRows,
  type LaidHop,
  type LaidTrace,
  type TopologyNode,
  type TopologyTrace,
} from '@eyenet/shared/api'
import { plainText, textTable } from '@eyenet/shared/terminal'
import { shortText } from './topology-text.ts'

type Traced = {
  readonly trace: TopologyTrace
  /** Its name. */
  readonly agent: string
  readonly nodes: readonly TopologyNode[]
}

/** How far a trace is; empty before anything answered. */
export function progressText({ progress }: AgentTask): string {
  if (progress === undefined) return ''
  return `hop ${progress.done}: ${progress.at === '*' ? 'no answer' : plainText(progress.at)}`
}

const OUTCOMES: Readonly<Record<LaidTrace['outcome'], string>> = {
  'as-expected': 'As expected',
  elsewhere: 'Another way',
  cut: 'Not reached',
  unknown: 'Cannot be compared',
}

/** Hops beside the way that the map has, and what that means. */
export function traceText({ trace: { task, laid }, agent, nodes }: Traced): string {
  const { result } = task
  const told = result !== undefined && 'message' in result ? plainText(result.message) : ''
  const head = `${plainText(task.about)}, traced from ${plainText(agent)}: ${told}`
  if (laid === undefined) return `${head}\nNothing on the way answered.`
  const names = new Map(nodes.map(({ id, name }) => [id, name]))
  const nameOf = (node: string): string => shortText(names.get(node) ?? node)
  const rows = besideRows(laid).flatMap(({ node, hop }) => {
    const step = node === undefined ? '' : nameOf(node)
    if (hop === undefined) return [[step, '', '', '', '', '']]
    const isBeside = hop.place === 'elsewhere' && laid.expected.length > 0
    return hopRows(step, hop, (one) => `${nameOf(one)}${isBeside ? ', beside it' : ''}`)
  })
  const table = textTable([['the map has', 'hop', 'address', 'who', 'round trip', 'lost'], ...rows])
  return `${head}\n\n${table}\n\n${OUTCOMES[laid.outcome]}: ${plainText(laid.text)}`
}

/** A line for each that answered as this hop. */
function hopRows(step: string, hop: LaidHop, nameOf: (node: string) => string): readonly (readonly string[])[] {
  const { answers, rtts, lost } = hop
  const trip = rtts.length === 0 ? '' : secondsText(Math.min(...rtts))
  const share = lost === 0 ? '' : `${lost} of ${lost + rtts.length}`
  if (answers.length === 0) return [[step, `${hop.hop}`, '*', 'no answer', '', '']]
  return answers.map(({ address, node }, at) => [
    ...(at === 0 ? [step, `${hop.hop}`] : ['', '']),
    shortText(address),
    node === undefined ? 'not on the map' : nameOf(node),
    ...(at === 0 ? [trip, share] : ['', '']),
  ])
}

function secondsText(seconds: number): string {
  return seconds < 1 ? `${Number((seconds * 1000).toPrecision(3))} ms` : `${Number(seconds.toPrecision(3))} s`
}
