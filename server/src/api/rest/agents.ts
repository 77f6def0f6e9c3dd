import { EnrolmentAnswer, EnrolmentRequest, EnrolmentToken, NewEnrolmentToken, pageOf } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { type Audit, type Clock, createAttemptLimit, senderKey } from '../../auth/auth.ts'
import type { Fleet } from '../../fleet/fleet.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { Agent, AgentPath } from '../shapes.ts'

/** Enrolments that failed, per sender: whole networks enrol from one address, but not by guessing. */
const FAILED_ENROLMENTS = { max: 50, windowMs: 5 * 60_000, keys: 10_000 }

export type AgentDeps = { readonly fleet: Fleet; readonly audit: Audit; readonly clock: Clock }

export function agentEndpoints(deps: AgentDeps): readonly Endpoint[] {
  return [...agentResources(deps.fleet, deps.audit), enrolmentToken(deps), enrolment(deps)]
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
    endpoint({
      method: 'post',
      path: '/api/v1/agents/{id}/revoke',
      access: 'admin',
      tag: 'agents',
      summary: "End an agent's credentials for good and cut its connection; what it has sent stays",
      params: AgentPath,
      async handle({ params, actor }) {
        const agent = (await fleet.get(params.id)) ?? absent(params.id)
        await fleet.trust.revoke(params.id)
        await audit.record(actor, 'agent.revoke', `${agent.name} (${params.id})`)
      },
    }),
  ]
}

function enrolmentToken({ fleet, audit }: AgentDeps): Endpoint {
  return endpoint({
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
  })
}

function enrolment({ fleet, audit, clock }: AgentDeps): Endpoint {
  const limit = createAttemptLimit(FAILED_ENROLMENTS)
  return endpoint({
    method: 'post',
    path: '/api/v1/agents/enrol',
    access: 'public',
    tag: 'agents',
    summary: 'Enrol an agent; the enrolment token is the only credential and is used up',
    body: EnrolmentRequest,
    answer: EnrolmentAnswer,
    async handle({ body, actor }) {
      const sender = senderKey(actor.address)
      if (!limit.take(sender, clock.now())) {
        throw new EyeNetError('too_many', 'too many failed enrolments: try again in five minutes')
      }
      const answer = await fleet.enrol(body)
      limit.giveBack(sender)
      await audit.record({ ...actor, name: answer.name }, 'agent.enrol', answer.agent)
      return answer
    },
  })
}

function absent(id: string): never {
  throw new EyeNetError('not_found', `there is no agent ${id}`)
}
