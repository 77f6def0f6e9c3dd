import { isIP } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import {
  AgentResource,
  type AgentTask,
  type NewTopologyTrace,
  TopologyGraph,
  type TopologyNode,
  TopologyTrace,
} from '@eyenet/shared/api'
import { EXIT_STATUS, EyeNetError } from '@eyenet/shared/errors'
import { plainText } from '@eyenet/shared/terminal'
import { TASK_LIMITS, TaskAddress } from '@eyenet/shared/wire'
import type { Command } from 'commander'
import type { ApiOptions } from './api-options.ts'
import { everyPage } from './every-page.ts'
import { nodeOf } from './node-of.ts'
import { outputOf } from './output.ts'
import { countOption } from './plain-words.ts'
import { type ServerApi, withServerApi } from './server-api.ts'
import { progressText, traceText } from './topology-trace-text.ts'

type TraceOptions = ApiOptions & { readonly agent?: string; readonly maxHops: string; readonly timeout: string }

const ROOT = '/api/v1/topology'
/** A token that is made for this command lasts five minutes. */
const MAX_TIMEOUT_SECONDS = 240
/** How often a trace that runs is asked about. */
const AGAIN_MS = 500
/** The server ends a task whose agent does not answer; this is for a server that does not. */
const GRACE_MS = 30_000
const MAX_AGENTS = 10_000

/** `topology trace`: the way that packets go, hop by hop, beside the way that the map has. */
export function traceCommand(command: Command): Command {
  return command
    .argument('<target>', 'name or id of a device, or an address')
    .option('--agent <agent>', 'name or id of the agent that traces (default: the only one that is connected)')
    .option('--max-hops <n>', 'hops at most', '30')
    .option('--timeout <seconds>', `seconds at most, up to ${MAX_TIMEOUT_SECONDS}`, '60')
    .action(trace)
}

async function trace(target: string, options: TraceOptions): Promise<void> {
  const maxHops = countOption('max-hops', options.maxHops, TASK_LIMITS.hops)
  const timeoutMs = countOption('timeout', options.timeout, MAX_TIMEOUT_SECONDS) * 1000
  const output = outputOf(options)
  await withServerApi(options, 'operator', async (api) => {
    const agent = agentOf(await connectedFirst(api), options.agent)
    const { nodes } = await api.get(ROOT, TopologyGraph)
    const body: NewTopologyTrace = { from: agent.id, to: targetOf(nodes, target), maxHops, timeoutMs }
    const started = await api.send('POST', `${ROOT}/trace?waitSeconds=0`, { body, shape: TopologyTrace })
    output.remark(`${plainText(agent.name)} traces the way to ${plainText(started.task.about)}`)
    const ended = await follow(api, started, { timeoutMs, remark: output.remark })
    const { state, problem = 'no reason was told', result } = ended.task
    if (state !== 'done' || result?.kind !== 'traceroute')
      throw new EyeNetError('unavailable', `the trace failed: ${plainText(problem)}`)
    process.exitCode = statusOf(ended, result.ended)
    output.result(ended, traceText({ trace: ended, agent: agent.name, nodes }))
  })
}

/** 0: who was traced answered. */
function statusOf({ laid }: TopologyTrace, ended: string): number {
  if (ended === 'failed') return EXIT_STATUS.unavailable
  return ended === 'whole' && laid?.outcome !== 'cut' ? 0 : EXIT_STATUS.not_found
}

type Following = { readonly timeoutMs: number; readonly remark: (text: string) => void }

/** Asks until it has ended; Ctrl-C has it stopped, and what came until then is the result. */
async function follow(
  api: ServerApi,
  started: TopologyTrace,
  { timeoutMs, remark }: Following,
): Promise<TopologyTrace> {
  const { agent, id } = started.task
  const until = Date.now() + timeoutMs + GRACE_MS
  const stop = { wanted: false, isAsked: false }
  const onStop = (): void => {
    stop.wanted = true
  }
  process.once('SIGINT', onStop)
  try {
    let [now, told] = [started, '']
    while (now.task.state === 'running') {
      if (Date.now() > until) throw new EyeNetError('unavailable', 'the server did not say how the trace ended')
      if (stop.wanted && !stop.isAsked) {
        stop.isAsked = true
        remark('stopping it …')
        await stopTask(api, now.task)
      }
      await wait(AGAIN_MS)
      now = await api.get(`${ROOT}/trace/${agent}/${id}`, TopologyTrace)
      const text = progressText(now.task)
      if (text !== '' && text !== told) remark(text)
      told = text
    }
    return now
  } finally {
    process.off('SIGINT', onStop)
  }
}

/** That it has ended meanwhile is seen by how it goes on. */
async function stopTask(api: ServerApi, { agent, id }: AgentTask): Promise<void> {
  try {
    await api.remove(`/api/v1/agents/${agent}/tasks/${id}`)
  } catch (thrown) {
    if (!(thrown instanceof EyeNetError) || thrown.code === 'unavailable') throw thrown
  }
}

async function connectedFirst(api: ServerApi): Promise<readonly AgentResource[]> {
  const found = await everyPage(api, { path: '/api/v1/agents', query: {}, item: AgentResource, limit: MAX_AGENTS })
  return found.items.sort((a, b) => Number(b.state === 'connected') - Number(a.state === 'connected'))
}

/** By id, or by a name that one alone has; without either, the only one that is connected. */
function agentOf(agents: readonly AgentResource[], text: string | undefined): AgentResource {
  const connected = agents.filter(({ state }) => state === 'connected')
  const fits = text === undefined ? connected : agents.filter(({ id, name }) => id === text || isSame(name, text))
  const [one] = fits
  if (one !== undefined && fits.length === 1) return one
  const known = connected.length === 0 ? 'none is connected' : `connected are ${namesOf(connected)}`
  if (text === undefined) {
    const message =
      connected.length === 0 ? 'no agent is connected that could trace' : `name one with --agent: ${known}`
    throw new EyeNetError(connected.length === 0 ? 'unavailable' : 'invalid', message)
  }
  if (one === undefined) throw new EyeNetError('not_found', `there is no agent ${plainText(text)}; ${known}`)
  const ids = fits.slice(0, MAX_NAMED).map(({ id }) => id)
  const message = `${fits.length} agents are called ${plainText(text)}; name one by its id: ${ids.join(', ')}`
  throw new EyeNetError('invalid', message)
}

const isSame = (a: string, b: string): boolean => plainText(a).toLowerCase() === plainText(b).toLowerCase()

const MAX_NAMED = 5

function namesOf(agents: readonly AgentResource[]): string {
  const names = agents.slice(0, MAX_NAMED).map(({ name }) => plainText(name))
  return agents.length > MAX_NAMED ? `${names.join(', ')} and ${agents.length - MAX_NAMED} more` : names.join(', ')
}

/** A device that the map knows by that name, else what looks like an address: a mistyped name is not looked up by DNS. */
function targetOf(nodes: readonly TopologyNode[], text: string): NewTopologyTrace['to'] {
  const devices = nodes.filter(({ device }) => device !== undefined)
  const address = TaskAddress.safeParse(text)
  const isAddress = address.success && (isIP(text.replace(/%.*/, '')) !== 0 || text.includes('.'))
  const isKnown = devices.some(({ id, name }) => id === text || isSame(name, text))
  if (isAddress && !isKnown) return { address: address.data }
  const { device } = nodeOf(devices, text)
  if (device === undefined) throw new EyeNetError('not_found', `${plainText(text)} is no device`)
  return { device }
}
