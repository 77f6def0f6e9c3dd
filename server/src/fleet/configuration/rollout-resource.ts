import type { Rollout, RolloutAgent } from '@eyenet/shared/api'
import type { AgentRow, RolloutRow } from '../../db/db.ts'
import { progressOf } from './load-facts.ts'
import { RolloutPlan, RolloutState } from './rollout-state.ts'

/** A roll-out as people see it, with the agents of its scope. */
export function rolloutResource(row: RolloutRow, agents: readonly AgentRow[]): Rollout {
  const state = RolloutState.parse(JSON.parse(row.state))
  const plan = RolloutPlan.parse(JSON.parse(row.plan))
  const { id, scope, revision, former, by, started_at } = row
  return {
    ...{ id, scope, revision, former, by, startedAt: started_at },
    stage: state.kind,
    since: state.since,
    reason: 'reason' in state ? state.reason : '',
    ...(state.kind === 'canary' && state.observedSince !== undefined && { observedSince: state.observedSince }),
    observeSeconds: plan.observeSeconds,
    agents: agents.map((agent) => agentOf(agent, state, plan)),
  }
}

function agentOf(agent: AgentRow, state: RolloutState, { canaries }: RolloutPlan): RolloutAgent {
  const known = { agent: agent.id, name: agent.name, canary: canaries.includes(agent.id), problem: '' }
  if (agent.takes_settings === 0) return { ...known, progress: 'too-old' }
  const baselines = state.kind === 'canary' || state.kind === 'everyone' ? state.baselines : []
  const sent = baselines.find((one) => one.agent === agent.id)?.sent
  if (sent === undefined) return { ...known, progress: 'waiting' }
  const progress = progressOf(agent, sent)
  if (progress.kind !== 'rejected') return { ...known, progress: progress.kind }
  return { ...known, progress: 'rejected', problem: progress.reason }
}
