import type { ConfigScope } from '@eyenet/shared/api'
import type { EpochMs } from '@eyenet/shared/identity'

export type ConfigurationTables = {
  agent_groups: AgentGroupRow
  config_revisions: ConfigRevisionRow
  config_scopes: ConfigScopeRow
  rollouts: RolloutRow
}

export type AgentGroupRow = { name: string; by: string; at: EpochMs }

export type ConfigRevisionRow = {
  scope: ConfigScope
  revision: number
  author: string
  at: EpochMs
  comment: string
  /** AgentConfiguration, JSON. */
  content: string
}

/** The revision that agents of a scope run, where no roll-out is open. */
export type ConfigScopeRow = { scope: ConfigScope; active: number }

export type RolloutRow = {
  id: string
  scope: ConfigScope
  revision: number
  /** What ran before; 0 for nothing. */
  former: number
  by: string
  started_at: EpochMs
  /** RolloutPlan, JSON. */
  plan: string
  /** RolloutState, JSON. */
  state: string
  /** 1 until it is completed or aborted: one of a scope at most. */
  open: 0 | 1
}
