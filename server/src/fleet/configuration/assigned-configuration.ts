import type { ConfigScope } from '@eyenet/shared/api'
import type { AgentId } from '@eyenet/shared/identity'
import { type AgentConfiguration, mergedConfiguration } from '@eyenet/shared/wire'
import type { AgentRow, ControlDb, RolloutRow } from '../../db/db.ts'
import { activeRevision, contentAt } from './revision-records.ts'
import { RolloutPlan, RolloutState } from './rollout-state.ts'
import { scopesOf } from './scope-agents.ts'

export type Layer = {
  readonly scope: ConfigScope
  readonly revision: number
  readonly configuration: AgentConfiguration
}

/** What each scope of an agent has for it now, from the widest to the narrowest; those that have nothing are left out. */
export async function layersOf(db: ControlDb, agent: Pick<AgentRow, 'id' | 'group_name'>): Promise<readonly Layer[]> {
  const layers: Layer[] = []
  for (const scope of scopesOf(agent)) {
    const revision = await assignedRevision(db, scope, agent.id)
    if (revision > 0) layers.push({ scope, revision, configuration: await contentAt(db, scope, revision) })
  }
  return layers
}

export function configurationOf(layers: readonly Layer[]): AgentConfiguration {
  return mergedConfiguration(layers.map(({ configuration }) => configuration))
}

async function assignedRevision(db: ControlDb, scope: ConfigScope, agent: AgentId): Promise<number> {
  const open = await db
    .selectFrom('rollouts')
    .selectAll()
    .where('scope', '=', scope)
    .where('open', '=', 1)
    .executeTakeFirst()
  if (open === undefined) return activeRevision(db, scope)
  return hasNew(open, agent) ? open.revision : open.former
}

/** Whether an open roll-out has reached this agent. */
export function hasNew({ plan, state }: RolloutRow, agent: AgentId): boolean {
  const { kind } = RolloutState.parse(JSON.parse(state))
  if (kind === 'everyone' || kind === 'completed') return true
  return kind === 'canary' && RolloutPlan.parse(JSON.parse(plan)).canaries.includes(agent)
}
