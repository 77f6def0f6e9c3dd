import {
  ChangedDiscoveryCredential,
  DiscoveryPlan,
  InboxQuery,
  NewDiscoveryCredential,
  NewDiscoveryRules,
  NewDiscoveryRun,
  pageOf,
  TriedDiscoveryRules,
} from '@eyenet/shared/api'
import { AgentId } from '@eyenet/shared/identity'
import { z } from 'zod'
import type { Audit } from '../../auth/auth.ts'
import type { Discovery } from '../../discovery/discovery.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import {
  DiscoveryAgent,
  DiscoveryCredential,
  DiscoveryOverview,
  DiscoveryRules,
  DiscoveryRuleTrial,
  DiscoveryRun,
  IdPath,
  InboxItem,
} from '../shapes.ts'
import { csvResponse } from '../text-response.ts'
import { inboxCsv } from './inbox-csv.ts'
import { inboxDecisionEndpoints } from './inbox-decisions.ts'

const TAG = 'discovery'
const ROOT = '/api/v1/discovery'
/** Lines of one file; more are asked for by agent or state. */
const MAX_CSV_LINES = 20_000
const CSV_PAGE = 1_000
const AgentPlace = z.object({ agent: AgentId })

export type DiscoveryDeps = { readonly discovery: Discovery; readonly audit: Audit }

/** Where agents look for devices, what they found, and what is done with it. */
export function discoveryEndpoints(deps: DiscoveryDeps): readonly Endpoint[] {
  return [
    ...plans(deps),
    ...runs(deps),
    ...credentialReading(deps),
    ...credentialChanges(deps),
    inboxList(deps.discovery),
    ...inboxDecisionEndpoints(deps),
    ...rules(deps),
  ]
}

function plans({ discovery, audit }: DiscoveryDeps): readonly Endpoint[] {
  const one = { path: `${ROOT}/agents/{agent}`, tag: TAG, params: AgentPlace, answer: DiscoveryAgent } as const
  return [
    endpoint({
      path: ROOT,
      tag: TAG,
      method: 'get',
      access: 'viewer',
      summary: 'Where each agent looks for devices, how far its searches are, and how much is in the inbox',
      answer: DiscoveryOverview,
      handle: () => discovery.overview(),
    }),
    endpoint({
      ...one,
      method: 'get',
      access: 'viewer',
      summary: 'Where one agent looks for devices',
      handle: ({ params }) => discovery.agent(params.agent),
    }),
    endpoint({
      ...one,
      method: 'put',
      access: 'admin',
      summary: 'Say where an agent looks for devices; nowhere without networks',
      remark:
        'Nothing outside of `networks` is ever asked, and nothing in `exclude`. What the agent’s own file forbids stays forbidden.',
      body: DiscoveryPlan,
      async handle({ params: { agent }, body, actor }) {
        const planned = await discovery.setPlan(agent, body, actor.name)
        const where = body.networks.join(', ') || 'nowhere'
        await audit.record(actor, 'discovery.plan', `${planned.name}: ${where}`)
        return planned
      },
    }),
  ]
}

function runs({ discovery, audit }: DiscoveryDeps): readonly Endpoint[] {
  const one = { method: 'post', access: 'operator', tag: TAG, params: AgentPlace } as const
  return [
    endpoint({
      ...one,
      path: `${ROOT}/agents/{agent}/run`,
      summary: 'Search for devices now; how far it is comes with GET /api/v1/discovery and the live feed',
      body: NewDiscoveryRun,
      status: 201,
      answer: DiscoveryRun,
      async handle({ params: { agent }, body, actor }) {
        const run = await discovery.run(agent, body, actor.name)
        const where = body.networks?.join(', ') ?? 'everywhere that is permitted'
        await audit.record(actor, 'discovery.run', `agent ${agent}: ${where}`)
        return run
      },
    }),
    endpoint({
      ...one,
      path: `${ROOT}/agents/{agent}/stop`,
      summary: 'End the search that runs; what it found stays',
      async handle({ params: { agent }, actor }) {
        await discovery.stop(agent)
        await audit.record(actor, 'discovery.stop', `agent ${agent}`)
      },
    }),
  ]
}

function credentialReading({ discovery }: DiscoveryDeps): readonly Endpoint[] {
  return [
    endpoint({
      path: `${ROOT}/credentials`,
      tag: TAG,
      method: 'get',
      access: 'operator',
      summary: 'Credentials that agents try on what they find; secrets never come out',
      answer: pageOf(DiscoveryCredential),
      async handle() {
        const items = [...(await discovery.credentials())]
        return { items, total: items.length }
      },
    }),
  ]
}

function credentialChanges({ discovery, audit }: DiscoveryDeps): readonly Endpoint[] {
  const admin = { access: 'admin', tag: TAG } as const
  const one = { ...admin, path: `${ROOT}/credentials/{id}`, params: IdPath } as const
  return [
    endpoint({
      ...admin,
      path: `${ROOT}/credentials`,
      method: 'post',
      summary: 'Keep a credential; it is tried by the agents whose plan names it, and by no other',
      body: NewDiscoveryCredential,
      status: 201,
      answer: DiscoveryCredential,
      async handle({ body, actor }) {
        const made = await discovery.addCredential(body, actor.name)
        await audit.record(actor, 'discovery.credential.add', `${made.name} (${made.id})`)
        return made
      },
    }),
    endpoint({
      ...one,
      method: 'put',
      summary: 'Rename a credential, or give it another secret; without one its secret stays',
      body: ChangedDiscoveryCredential,
      answer: DiscoveryCredential,
      async handle({ params: { id }, body, actor }) {
        const changed = await discovery.changeCredential(id, body, actor.name)
        const what = body.credential === undefined ? 'its secret stays' : 'another secret'
        await audit.record(actor, 'discovery.credential.change', `${changed.name} (${id}): ${what}`)
        return changed
      },
    }),
    endpoint({
      ...one,
      method: 'delete',
      summary: 'Remove a credential, from every plan too; devices that were accepted with it keep theirs',
      async handle({ params: { id }, actor }) {
        await discovery.removeCredential(id)
        await audit.record(actor, 'discovery.credential.remove', id)
      },
    }),
  ]
}

function inboxList(discovery: Discovery): Endpoint {
  return endpoint({
    path: `${ROOT}/inbox`,
    tag: TAG,
    method: 'get',
    access: 'viewer',
    summary: 'What agents found, newest first; format=csv for a spreadsheet',
    remark:
      'One entry for one thing, at all its addresses. Texts of it come from the network: show them as text, never as markup.',
    query: InboxQuery.extend({ format: z.enum(['json', 'csv']).default('json') }),
    answer: pageOf(InboxItem),
    async handle({ query: { format, ...query } }) {
      if (format === 'csv') return csvResponse('inbox.csv', inboxCsv(await upTo(discovery, query)))
      const { items, ...page } = await discovery.inbox(query)
      return { ...page, items: [...items] }
    },
  })
}

function rules({ discovery, audit }: DiscoveryDeps): readonly Endpoint[] {
  const all = { path: `${ROOT}/rules`, tag: TAG, answer: DiscoveryRules } as const
  return [
    endpoint({
      ...all,
      method: 'get',
      access: 'viewer',
      summary: 'Rules that accept or ignore what is found, in their order',
      handle: () => discovery.rules(),
    }),
    endpoint({
      ...all,
      method: 'put',
      access: 'admin',
      summary: 'Set the rules; the first that holds decides about a new entry',
      remark:
        'Rules are asked for what is found from then on, and with `apply` for what is new now. What somebody has put back by hand is left alone.',
      body: NewDiscoveryRules,
      async handle({ body, actor }) {
        const set = await discovery.setRules(body, actor.name)
        await audit.record(
          actor,
          'discovery.rules',
          body.rules.map(({ name, action }) => `${name}: ${action}`).join(', '),
        )
        return set
      },
    }),
    endpoint({
      path: `${ROOT}/rules/try`,
      tag: TAG,
      method: 'post',
      access: 'operator',
      summary: 'What rules would do with what is new now; nothing is changed',
      body: TriedDiscoveryRules,
      answer: DiscoveryRuleTrial,
      handle: ({ body }) => discovery.tryRules(body.rules),
    }),
  ]
}

/** The matching entries, page by page. */
async function upTo(discovery: Discovery, { cursor: _cursor, ...query }: InboxQuery) {
  const found = []
  let cursor: string | undefined
  do {
    const page = await discovery.inbox({ ...query, limit: CSV_PAGE, ...(cursor !== undefined && { cursor }) })
    found.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined && found.length < MAX_CSV_LINES)
  return found
}
