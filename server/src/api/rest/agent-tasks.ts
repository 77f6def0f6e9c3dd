import { NewAgentTask, pageOf } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { AgentId } from '@eyenet/shared/identity'
import { z } from 'zod'
import type { Audit } from '../../auth/auth.ts'
import type { Fleet } from '../../fleet/fleet.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { AgentPath, AgentTask } from '../shapes.ts'
import { jsonResponse } from '../text-response.ts'
import { startTask, WaitQuery } from './start-task.ts'

const TaskPath = z.object({ id: AgentId, task: z.uuid() })
const common = { access: 'operator', tag: 'agents' } as const

/** Tools that an agent runs for people: ping, traceroute, SNMP get and walk, a poll, and what the agent says of itself. */
export function agentTaskEndpoints(deps: { readonly fleet: Fleet; readonly audit: Audit }): readonly Endpoint[] {
  return [start(deps), ...readings(deps.fleet), cancel(deps)]
}

function start({ fleet, audit }: { readonly fleet: Fleet; readonly audit: Audit }): Endpoint {
  return endpoint({
    ...common,
    method: 'post',
    path: '/api/v1/agents/{id}/tasks',
    summary: 'Ask an agent to do something once',
    remark:
      'Answers 200 with the result, or 202 while it still runs: then GET the task by its id. At its time limit a task ends with what it has. Who asks what of whom, and how it ended, is in the audit log.',
    params: AgentPath,
    query: WaitQuery,
    body: NewAgentTask,
    answer: AgentTask,
    async handle({ params: { id }, query: { waitSeconds }, body, actor }) {
      const task = await startTask({ fleet, audit }, { agent: id, wanted: body, actor, waitSeconds })
      return task.state === 'running' ? jsonResponse(task, { status: 202 }) : task
    },
  })
}

function readings(fleet: Fleet): readonly Endpoint[] {
  return [
    endpoint({
      ...common,
      method: 'get',
      path: '/api/v1/agents/{id}/tasks',
      summary: 'Tasks of an agent that run or ended in the last minutes, newest first',
      params: AgentPath,
      answer: pageOf(AgentTask),
      handle({ params: { id } }) {
        const items = [...fleet.tasks.list(id)]
        return { items, total: items.length }
      },
    }),
    endpoint({
      ...common,
      method: 'get',
      path: '/api/v1/agents/{id}/tasks/{task}',
      summary: 'One task: how far it is, or what came of it',
      params: TaskPath,
      answer: AgentTask,
      handle({ params: { id, task } }) {
        const found = fleet.tasks.get(id, task)
        if (found !== undefined) return found
        throw new EyeNetError('not_found', 'there is no task of that id; results are kept for 15 minutes')
      },
    }),
  ]
}

function cancel({ fleet, audit }: { readonly fleet: Fleet; readonly audit: Audit }): Endpoint {
  return endpoint({
    ...common,
    method: 'delete',
    path: '/api/v1/agents/{id}/tasks/{task}',
    summary: 'End a task that runs; it ends with what it has',
    params: TaskPath,
    async handle({ params: { id, task }, actor }) {
      await fleet.tasks.cancel(id, task)
      await audit.record(actor, 'agent.task-cancel', `${task} at agent ${id}`)
    },
  })
}
