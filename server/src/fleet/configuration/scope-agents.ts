import { ConfigScope } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { AgentId } from '@eyenet/shared/identity'
import type { AgentRow, ControlDb } from '../../db/db.ts'

const GROUP = 'group:'
const AGENT = 'agent:'

/** The scopes of an agent, from the widest to the narrowest. */
export function scopesOf({ id, group_name }: Pick<AgentRow, 'id' | 'group_name'>): readonly ConfigScope[] {
  return [
    'all',
    ...(group_name === null ? [] : [ConfigScope.parse(`${GROUP}${group_name}`)]),
    ConfigScope.parse(`${AGENT}${id}`),
  ]
}

export const groupScope = (name: string): ConfigScope => ConfigScope.parse(`${GROUP}${name}`)

/** The agents that a scope is about. */
export function scopeAgents(db: ControlDb, scope: ConfigScope): Promise<readonly AgentRow[]> {
  const query = db.selectFrom('agents').selectAll().orderBy('id')
  if (scope.startsWith(GROUP)) return query.where('group_name', '=', scope.slice(GROUP.length)).execute()
  if (scope.startsWith(AGENT)) return query.where('id', '=', AgentId.parse(scope.slice(AGENT.length))).execute()
  return query.execute()
}

/** EyeNetError `not_found` when the group or agent of a scope is not there. */
export async function assertScope(db: ControlDb, scope: ConfigScope): Promise<void> {
  if (scope.startsWith(GROUP)) {
    const name = scope.slice(GROUP.length)
    const found = await db.selectFrom('agent_groups').select('name').where('name', '=', name).executeTakeFirst()
    if (found === undefined) throw new EyeNetError('not_found', `there is no group ${name}; make it first`)
  }
  if (scope.startsWith(AGENT) && (await scopeAgents(db, scope)).length === 0) {
    throw new EyeNetError('not_found', `there is no agent ${scope.slice(AGENT.length)}; it may have been removed`)
  }
}
