import { InboxAcceptance, InboxIds, type InboxResult } from '@eyenet/shared/api'
import type { Actor, Audit } from '../../auth/auth.ts'
import type { Discovery } from '../../discovery/discovery.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { InboxResults } from '../shapes.ts'

type Deps = { readonly discovery: Discovery; readonly audit: Audit }

/** Ids that an entry of the audit log names. */
const MAX_NAMED = 5
const REMARK = 'Each is done or not; `results` says so in the order of `ids`, with a sentence where it was not done.'

/** What people decide about entries of the inbox, one or many. */
export function inboxDecisionEndpoints({ discovery, audit }: Deps): readonly Endpoint[] {
  const common = { method: 'post', access: 'operator', tag: 'discovery', remark: REMARK, answer: InboxResults } as const
  const told = async (actor: Actor, action: string, results: readonly InboxResult[]) => {
    const done = results.filter(({ ok }) => ok).map(({ id }) => id)
    if (done.length > 0) await audit.record(actor, action, subjectOf(done))
    return { results: [...results] }
  }
  return [
    endpoint({
      ...common,
      path: '/api/v1/discovery/inbox/accept',
      summary: 'Watch what was found: by ping, and by SNMP with the credential that worked',
      body: InboxAcceptance,
      handle: async ({ body, actor }) => told(actor, 'discovery.accept', await discovery.accept(body, actor.name)),
    }),
    endpoint({
      ...common,
      path: '/api/v1/discovery/inbox/ignore',
      summary: 'Leave out what was found, now and when it is found again',
      body: InboxIds,
      handle: async ({ body: { ids }, actor }) =>
        told(actor, 'discovery.ignore', await discovery.ignore(ids, actor.name)),
    }),
    endpoint({
      ...common,
      path: '/api/v1/discovery/inbox/undo',
      summary:
        'Take back what was decided: what was accepted is watched no more and forgotten, what was ignored is new',
      body: InboxIds,
      handle: async ({ body: { ids }, actor }) => told(actor, 'discovery.undo', await discovery.undo(ids, actor.name)),
    }),
  ]
}

function subjectOf(ids: readonly string[]): string {
  const more = ids.length > MAX_NAMED ? `, and ${ids.length - MAX_NAMED} more` : ''
  return `${ids.slice(0, MAX_NAMED).join(', ')}${more}`
}
