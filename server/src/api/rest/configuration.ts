import {
  ConfigScope,
  GroupName,
  NewAgentGroup,
  NewConfigRevision,
  NewRollout,
  pageOf,
  type Rollout as RolloutShape,
} from '@eyenet/shared/api'
import { z } from 'zod'
import type { Actor, Audit } from '../../auth/auth.ts'
import type { Fleet } from '../../fleet/fleet.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import {
  AgentConfigurationView,
  AgentGroup,
  AgentPath,
  ConfigRevision,
  ConfigRevisionAnswer,
  IdPath,
  Rollout,
} from '../shapes.ts'

type Deps = { readonly fleet: Fleet; readonly audit: Audit }

/** Profiles are up to 256 KiB of text, more as JSON. */
const MAX_REVISION_BODY_BYTES = 1024 * 1024
/** Names up to 10,000 agents. */
const MAX_GROUP_BODY_BYTES = 512 * 1024
const TAG = 'configuration'

/** What agents should run beside their targets: groups, revisions of settings and profiles, and how those are rolled out. */
export function configurationEndpoints(deps: Deps): readonly Endpoint[] {
  return [
    ...groupEndpoints(deps),
    ...revisionEndpoints(deps),
    ...rolloutEndpoints(deps),
    ...deedEndpoints(deps),
    viewEndpoint(deps),
  ]
}

function groupEndpoints({ fleet, audit }: Deps): readonly Endpoint[] {
  const common = { path: '/api/v1/fleet/groups', tag: TAG } as const
  return [
    endpoint({
      ...common,
      method: 'get',
      access: 'viewer',
      summary: 'Groups of agents',
      answer: pageOf(AgentGroup),
      async handle() {
        const items = [...(await fleet.configuration.groups())]
        return { items, total: items.length }
      },
    }),
    endpoint({
      ...common,
      method: 'put',
      access: 'admin',
      summary: 'Make a group, or say anew which agents are in it',
      remark: 'An agent is in one group at most; who comes or goes runs what its scopes say from then on, at once.',
      body: NewAgentGroup,
      maxBodyBytes: MAX_GROUP_BODY_BYTES,
      async handle({ body: { name, agents }, actor }) {
        await fleet.configuration.setGroup(name, agents, actor.name)
        await audit.record(actor, 'config.group', `${name}: ${agents.length} agents`)
      },
    }),
    endpoint({
      ...common,
      path: '/api/v1/fleet/groups/{name}',
      method: 'delete',
      access: 'admin',
      summary: 'Remove a group with its revisions; its agents stay',
      params: z.object({ name: GroupName }),
      async handle({ params: { name }, actor }) {
        await fleet.configuration.removeGroup(name)
        await audit.record(actor, 'config.group.remove', name)
      },
    }),
  ]
}

function revisionEndpoints({ fleet, audit }: Deps): readonly Endpoint[] {
  const path = '/api/v1/fleet/config/{scope}/revisions'
  const params = z.object({ scope: ConfigScope })
  return [
    endpoint({
      ...{ path, params, tag: TAG },
      method: 'get',
      access: 'viewer',
      summary: 'Revisions of a scope (all, group:NAME or agent:ID), newest first',
      answer: pageOf(ConfigRevision),
      async handle({ params: { scope } }) {
        const items = [...(await fleet.configuration.revisions(scope))]
        return { items, total: items.length }
      },
    }),
    endpoint({
      ...{ path, params, tag: TAG },
      method: 'post',
      access: 'admin',
      summary: 'Make a revision, or with dryRun see what it would change and for how many agents',
      remark:
        'No agent runs it until it is rolled out. To go back, make a revision with the configuration of an old one.',
      body: NewConfigRevision,
      maxBodyBytes: MAX_REVISION_BODY_BYTES,
      answer: ConfigRevisionAnswer,
      async handle({ params: { scope }, body, actor }) {
        const answer = await fleet.configuration.createRevision(scope, body, actor.name)
        if (answer.made) await audit.record(actor, 'config.revision', `${scope} revision ${answer.revision}`)
        return answer
      },
    }),
    endpoint({
      path: `${path}/{revision}`,
      params: params.extend({ revision: z.coerce.number().int().positive() }),
      tag: TAG,
      method: 'get',
      access: 'viewer',
      summary: 'One revision',
      answer: ConfigRevision,
      handle: ({ params: { scope, revision } }) => fleet.configuration.revision(scope, revision),
    }),
  ]
}

type Deed = {
  readonly name: 'halt' | 'resume' | 'abort'
  readonly summary: string
  readonly run: (id: string, actor: Actor) => Promise<RolloutShape>
}

const ROLLOUTS = '/api/v1/fleet/rollouts'

const recorder =
  (audit: Audit) =>
  (actor: Actor, what: string, { scope, revision }: RolloutShape): Promise<void> =>
    audit.record(actor, `config.rollout.${what}`, `${scope} revision ${revision}`)

function rolloutEndpoints({ fleet, audit }: Deps): readonly Endpoint[] {
  const { configuration } = fleet
  const path = ROLLOUTS
  const record = recorder(audit)
  return [
    endpoint({
      ...{ path, tag: TAG },
      method: 'get',
      access: 'viewer',
      summary: 'Roll-outs, newest first; agents are named for open ones',
      answer: pageOf(Rollout),
      async handle() {
        const items = [...(await configuration.rollouts())]
        return { items, total: items.length }
      },
    }),
    endpoint({
      path: `${path}/{id}`,
      tag: TAG,
      method: 'get',
      access: 'viewer',
      summary: 'One roll-out with the agents of its scope',
      params: IdPath,
      answer: Rollout,
      handle: ({ params: { id } }) => configuration.rollout(id),
    }),
    endpoint({
      ...{ path, tag: TAG },
      method: 'post',
      access: 'admin',
      summary: 'Roll a revision out: to canaries first, after the time of observation to all',
      remark:
        'It halts by itself when a canary refuses the revision, rolls it back, is disconnected, complains, or when its polls fail or its devices fall silent.',
      body: NewRollout,
      status: 201,
      answer: Rollout,
      async handle({ body, actor }) {
        const rollout = await configuration.startRollout(body, actor.name)
        await record(actor, 'start', rollout)
        return rollout
      },
    }),
  ]
}

/** What people may do with a roll-out that is open. */
function deedEndpoints({ fleet, audit }: Deps): readonly Endpoint[] {
  const { configuration } = fleet
  const record = recorder(audit)
  const deeds: readonly Deed[] = [
    {
      name: 'halt',
      summary: 'Halt a roll-out: who has the revision goes back to the former one',
      run: (id, actor) => configuration.haltRollout(id, actor.name),
    },
    {
      name: 'resume',
      summary: 'Begin a halted roll-out again, with its canaries',
      run: (id) => configuration.resumeRollout(id),
    },
    {
      name: 'abort',
      summary: 'End a roll-out: all run the former revision',
      run: (id, actor) => configuration.abortRollout(id, actor.name),
    },
  ]
  return deeds.map(({ name, summary, run }) =>
    endpoint({
      path: `${ROLLOUTS}/{id}/${name}`,
      tag: TAG,
      method: 'post',
      access: 'admin',
      summary,
      params: IdPath,
      answer: Rollout,
      async handle({ params: { id }, actor }) {
        const rollout = await run(id, actor)
        await record(actor, name, rollout)
        return rollout
      },
    }),
  )
}

function viewEndpoint({ fleet }: Deps): Endpoint {
  return endpoint({
    path: '/api/v1/fleet/agents/{id}/configuration',
    tag: TAG,
    method: 'get',
    access: 'viewer',
    summary: 'What one agent should run, and who rules each setting: its file, a scope, or the default',
    params: AgentPath,
    answer: AgentConfigurationView,
    handle: ({ params: { id } }) => fleet.configuration.viewOf(id),
  })
}
