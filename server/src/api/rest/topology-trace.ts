import { type AgentTask, NewTopologyTrace, type TopologyTrace as Trace } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { AgentId } from '@eyenet/shared/identity'
import { z } from 'zod'
import type { Audit } from '../../auth/auth.ts'
import type { Fleet } from '../../fleet/fleet.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import { layTrace, type Topology, waysOf } from '../../topology/topology.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { TopologyTrace } from '../shapes.ts'
import { jsonResponse } from '../text-response.ts'
import { startTask, WaitQuery } from './start-task.ts'

export type TraceDeps = {
  readonly topology: Pick<Topology, 'graph' | 'addressOwners'>
  readonly inventory: Pick<Inventory, 'list' | 'get'>
  readonly fleet: Pick<Fleet, 'tasks' | 'get'>
  readonly audit: Audit
}

/** A trace is a task of an agent: who may ask one to do something may ask for it. */
const common = { access: 'operator', tag: 'topology', answer: TopologyTrace } as const

/** The way that packets go, laid over the way that the graph has. */
export function topologyTraceEndpoints(deps: TraceDeps): readonly Endpoint[] {
  return [
    endpoint({
      ...common,
      method: 'post',
      path: '/api/v1/topology/trace',
      summary: 'Trace the way from an agent to a device or an address, and lay it over the graph',
      remark:
        'Answers 200 when it has ended, or 202 while it still runs: then GET it by its agent and its id. It is a task of the agent, with the limits of tasks, and is in the audit log as one.',
      query: WaitQuery,
      body: NewTopologyTrace,
      async handle({ query: { waitSeconds }, body, actor }) {
        const { from, to, maxHops, timeoutMs } = body
        const address = await addressOf(deps.inventory, to)
        const wanted = { kind: 'traceroute', address, maxHops, timeoutMs } as const
        const task = await startTask(deps, { agent: from, wanted, actor, waitSeconds })
        const trace = await laid(deps, task)
        return task.state === 'running' ? jsonResponse(trace, { status: 202 }) : trace
      },
    }),
    endpoint({
      ...common,
      method: 'get',
      path: '/api/v1/topology/trace/{agent}/{task}',
      summary: 'A traceroute of an agent, however it was asked for, laid over the graph of now',
      params: z.object({ agent: AgentId, task: z.uuid() }),
      async handle({ params: { agent, task } }) {
        const found = deps.fleet.tasks.get(agent, task)
        if (found?.kind === 'traceroute') return laid(deps, found)
        throw new EyeNetError('not_found', 'there is no traceroute of that id; results are kept for 15 minutes')
      },
    }),
  ]
}

async function addressOf(inventory: TraceDeps['inventory'], to: NewTopologyTrace['to']): Promise<string> {
  if ('address' in to) return to.address
  const device = await inventory.get(to.device)
  if (device === undefined) throw new EyeNetError('not_found', `there is no device ${to.device}`)
  // An agent may tell any text as the address of its device.
  const address = NewTopologyTrace.shape.to.safeParse({ address: device.address })
  if (address.success && 'address' in address.data) return address.data.address
  throw new EyeNetError('conflict', `${device.name} has no address that can be traced; name one with \`address\``)
}

async function laid({ topology, inventory, fleet }: TraceDeps, task: AgentTask): Promise<Trace> {
  const { result, agent, about } = task
  if (result?.kind !== 'traceroute' || result.hops.length === 0) return { task }
  const devices = await inventory.list()
  const host = devices.find((one) => one.kind === 'host' && one.agent === agent)
  const site = (await fleet.get(agent))?.site
  const asked = [...new Set([about, ...result.hops.flatMap(({ addresses }) => addresses)])]
  const owners = site === undefined ? new Map() : topology.addressOwners(asked, site)
  const ways = waysOf(await topology.graph())
  const named = devices.filter(({ address }) => address === about)
  const to = owners.get(about)?.node ?? (named.length === 1 ? named[0]?.id : undefined)
  const { hops, ended } = result
  const from = host !== undefined && ways.nodes.has(host.id) ? host.id : undefined
  const known = to !== undefined && ways.nodes.has(to) ? to : undefined
  return { task, laid: layTrace(ways, { from, to: known, address: about, hops, ended, owners }) }
}
