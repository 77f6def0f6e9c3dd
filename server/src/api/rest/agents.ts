import { EnrolmentAnswer, EnrolmentRequest, EnrolmentToken, NewEnrolmentToken, pageOf } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import type { Audit } from '../../auth/auth.ts'
import type { Fleet } from '../../fleet/fleet.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { Agent, AgentPath } from '../shapes.ts'

export function agentEndpoints({ fleet, audit }: { fleet: Fleet; audit: Audit }): readonly Endpoint[] {
  return [...agentResources(fleet, audit), ...enrolment(fleet, audit)]
}

function agentResources(fleet: Fleet, audit: Audit): readonly Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/v1/agents',
      access: 'viewer',
      tag: 'agents',
      summary: 'All agents',
      answer: pageOf(Agent),
      async handle() {
        const items = [...(await fleet.list())]
        return { items, total: items.length }
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/agents/{id}',
      access: 'viewer',
      tag: 'agents',
      summary: 'One agent',
      params: AgentPath,
      answer: Agent,
      handle: async ({ params }) => (await fleet.get(params.id)) ?? absent(params.id),
    }),
    endpoint({
      method: 'delete',
      path: '/api/v1/agents/{id}',
      access: 'admin',
      tag: 'agents',
      summary: 'Remove an agent; its connection is cut and its credentials end',
      params: AgentPath,
      async handle({ params, actor }) {
        const agent = (await fleet.get(params.id)) ?? absent(params.id)
        await fleet.remove(params.id)
        await audit.record(actor, 'agent.remove', `${agent.name} (${params.id})`)
      },
    }),
  ]
}

function enrolment(fleet: Fleet, audit: Audit): readonly Endpoint[] {
  return [
    endpoint({
      method: 'post',
      path: '/api/v1/agents/enrolment-tokens',
      access: 'admin',
      tag: 'agents',
      summary: 'Make a token with which one agent enrols, once',
      body: NewEnrolmentToken,
      status: 201,
      answer: EnrolmentToken,
      async handle({ body: { site, name }, actor }) {
        const token = await fleet.createEnrolmentToken(name === undefined ? { site } : { site, name }, actor.name)
        await audit.record(actor, 'agent.enrolment-token', site)
        return token
      },
    }),
    endpoint({
      method: 'post',
      path: '/api/v1/agents/enrol',
      access: 'public',
      tag: 'agents',
      summary: 'Enrol an agent; the enrolment token is the only credential and is used up',
      body: EnrolmentRequest,
      answer: EnrolmentAnswer,
      async handle({ body, actor }) {
        const answer = await fleet.enrol(body)
        await audit.record({ ...actor, name: answer.name }, 'agent.enrol', answer.agent)
        return answer
      },
    }),
  ]
}

function absent(id: string): never {
  throw new EyeNetError('not_found', `there is no agent ${id}`)
}
