import { writeFileSync } from 'node:fs'
import { TOPOLOGY_EVENT_KINDS, TopologyDiff, TopologyEvent, TopologyGraph, TopologyPath } from '@eyenet/shared/api'
import { EXIT_STATUS, EyeNetError, messageOf } from '@eyenet/shared/errors'
import { Command, Option } from 'commander'
import { API_HELP, type ApiOptions, withApiOptions } from './api-options.ts'
import { everyPage } from './every-page.ts'
import { momentOption } from './moment-option.ts'
import { nodeOf } from './node-of.ts'
import { outputOf } from './output.ts'
import { countOption, csvQuery } from './plain-words.ts'
import { type ServerApi, withServerApi } from './server-api.ts'
import { diffText, eventsText, linksText, nodesText, pathText } from './topology-text.ts'
import { traceCommand } from './topology-trace.ts'

type GraphOptions = ApiOptions & {
  readonly at?: string
  readonly site?: string
  readonly layer?: string
  readonly vlan?: string
  readonly focus?: string
  readonly depth?: string
}
type ShowOptions = GraphOptions & { readonly nodes?: boolean }
type PathOptions = ApiOptions & { readonly at?: string }
type DiffOptions = ApiOptions & { readonly from: string; readonly to: string }
type ExportOptions = GraphOptions & { readonly format: string; readonly out?: string }
type EventOptions = ApiOptions & {
  readonly from?: string
  readonly to?: string
  readonly device?: string
  readonly kind?: readonly string[]
  readonly limit: string
  readonly csv?: boolean
}

const ROOT = '/api/v1/topology'
const MOMENT = 'RFC 3339, or how long ago, such as 2h'
/** Lines of the CSV that the API gives. */
const MAX_EVENTS = 10_000
const FORMATS = ['graphml', 'dot', 'json'] as const

/** `topology show|path|trace|events|diff|export`: how the network hangs together, and how that changed. */
export function topologyCommand(): Command {
  const topology = new Command('topology').description('how the network hangs together, as a running server knows it')
  const command = (name: string, description: string): Command =>
    withApiOptions(topology.command(name).description(description)).addHelpText('after', API_HELP)
  withGraphOptions(command('show', 'list the links: who is connected to whom, how, and how sure that is'))
    .option('--nodes', 'list the nodes instead')
    .action(show)
  command('path', 'tell the way between two nodes, and what every way between them has; status 66 where there is none')
    .argument('<from>', 'name or id of a node')
    .argument('<to>', 'name or id of a node')
    .option('--at <moment>', `as it was then: ${MOMENT}`)
    .action(path)
  traceCommand(command('trace', 'have an agent trace the way to a device or an address, and lay it over the map'))
  command('events', 'list what changed, newest first')
    .option('--from <moment>', MOMENT)
    .option('--to <moment>', MOMENT)
    .option('--device <device>', 'name or id of a device')
    .addOption(new Option('--kind <kind...>', 'these kinds alone').choices([...TOPOLOGY_EVENT_KINDS]))
    .option('--limit <n>', `lines at most, up to ${MAX_EVENTS}`, '50')
    .option('--csv', 'print CSV, all that fits the other options')
    .action(events)
  command('diff', 'tell what is other at one moment than at another')
    .requiredOption('--from <moment>', MOMENT)
    .option('--to <moment>', MOMENT, '0s')
    .action(diff)
  withGraphOptions(command('export', 'write the network as a file for other programs'))
    .addOption(new Option('--format <format>', 'which').choices([...FORMATS]).makeOptionMandatory())
    .option('--out <file>', 'a new file (default: standard output)')
    .action(exportFile)
  return topology
}

const withGraphOptions = (command: Command): Command =>
  command
    .option('--at <moment>', `as it was then: ${MOMENT}`)
    .option('--site <site>', 'this site alone')
    .addOption(new Option('--layer <layer>', 'cables, or routes').choices(['l2', 'l3']))
    .option('--vlan <n>', 'links that this VLAN is known to pass')
    .option('--focus <node>', 'name or id of a node: it, and what is near it')
    .option('--depth <n>', 'how many links away from it')

async function show(options: ShowOptions): Promise<void> {
  const graph = await withServerApi(options, 'viewer', async (api) =>
    api.get(`${ROOT}?${await graphQuery(api, options)}`, TopologyGraph),
  )
  outputOf(options).result(graph, options.nodes === true ? nodesText(graph) : linksText(graph))
}

async function path(from: string, to: string, options: PathOptions): Promise<void> {
  const at = momentQuery('at', options.at)
  const found = await withServerApi(options, 'viewer', async (api) => {
    const graph = await api.get(`${ROOT}?${new URLSearchParams(at)}`, TopologyGraph)
    const ends = { from: nodeOf(graph.nodes, from).id, to: nodeOf(graph.nodes, to).id }
    return { graph, way: await api.get(`${ROOT}/path?${new URLSearchParams({ ...ends, ...at })}`, TopologyPath) }
  })
  if (found.way.hops.length === 0) process.exitCode = EXIT_STATUS.not_found
  outputOf(options).result(found.way, pathText(found.way, found.graph))
}

async function events(options: EventOptions): Promise<void> {
  const { from, to, kind, device, csv } = options
  const limit = countOption('limit', options.limit, MAX_EVENTS)
  const path = `${ROOT}/events`
  await withServerApi(options, 'viewer', async (api) => {
    const query = {
      ...momentQuery('from', from),
      ...momentQuery('to', to),
      ...(kind !== undefined && { kind: kind.join(',') }),
      ...(device !== undefined && { device: await deviceId(api, device) }),
    }
    if (csv === true) return outputOf(options).file(await api.text(`${path}?${csvQuery(query)}`))
    const found = await everyPage(api, { path, query, item: TopologyEvent, limit })
    return outputOf(options).result(found, eventsText(found))
  })
}

async function diff(options: DiffOptions): Promise<void> {
  const query = new URLSearchParams({ ...momentQuery('from', options.from), ...momentQuery('to', options.to) })
  const [found, graph] = await withServerApi(options, 'viewer', async (api) => [
    await api.get(`${ROOT}/diff?${query}`, TopologyDiff),
    await api.get(ROOT, TopologyGraph),
  ])
  outputOf(options).result(found, diffText(found, graph.nodes))
}

async function exportFile(options: ExportOptions): Promise<void> {
  const { format, out } = options
  const text = await withServerApi(options, 'viewer', async (api) => {
    const query = await graphQuery(api, options)
    query.set('format', format)
    return api.text(`${ROOT}/export?${query}`)
  })
  if (out === undefined) return outputOf(options).file(text)
  try {
    writeFileSync(out, text, { flag: 'wx' })
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')
      throw new EyeNetError('conflict', `there is a file ${out} already; remove it, or name a new one`, { cause })
    throw new EyeNetError('unavailable', `cannot write ${out}: ${messageOf(cause)}`, { cause })
  }
  outputOf(options).result({ file: out, format, bytes: Buffer.byteLength(text) }, `the network is in ${out}`)
}

async function graphQuery(api: ServerApi, options: GraphOptions): Promise<URLSearchParams> {
  const { at, site, layer, vlan, focus, depth } = options
  const moment = momentQuery('at', at)
  const node = focus === undefined ? undefined : await focusId(api, focus, moment)
  return new URLSearchParams({
    ...moment,
    ...(site !== undefined && { site }),
    ...(layer !== undefined && { layer }),
    ...(vlan !== undefined && { vlan }),
    ...(node !== undefined && { focus: node }),
    ...(depth !== undefined && { depth }),
  })
}

async function focusId(api: ServerApi, focus: string, moment: Record<string, string>): Promise<string> {
  const { nodes } = await api.get(`${ROOT}?${new URLSearchParams(moment)}`, TopologyGraph)
  return nodeOf(nodes, focus).id
}

async function deviceId(api: ServerApi, text: string): Promise<string> {
  const { nodes } = await api.get(ROOT, TopologyGraph)
  return nodeOf(nodes, text).device ?? text
}

function momentQuery(name: string, text: string | undefined): Record<string, string> {
  return text === undefined ? {} : { [name]: momentOption(name, text, Date.now()) }
}
