import type { AgentId, DeviceId, EpochMs, OutboxEpoch, SiteName } from '@eyenet/shared/identity'

export type LedgerTables = {
  ledger_losses: LedgerLossRow
  ledger_totals: LedgerTotalRow
  ledger_watches: LedgerWatchRow
  ledger_runs: LedgerRunRow
  ledger_late: LedgerLateRow
  ledger_agents: LedgerAgentRow
  ledger_progress: { name: string; at: EpochMs }
}

/** Samples that will never come, of times from_at to to_at, both included. */
export type LedgerLossRow = {
  agent: AgentId
  /** `agent`, or the lane of a message whose samples the server did not take. */
  source: string
  epoch: OutboxEpoch
  seq: number
  /** One report may name several devices. */
  part: number
  /** null: of the whole agent. */
  device: DeviceId | null
  reason: string
  samples: number
  from_at: EpochMs
  to_at: EpochMs
  noted_at: EpochMs
}

/** All that was ever lost; rows of single losses end, this does not. */
export type LedgerTotalRow = { agent: AgentId; site: SiteName; reason: string; samples: number; last_at: EpochMs }

/** An agent polls a device at this interval since then; `until` is null while it does. */
export type LedgerWatchRow = {
  device: DeviceId
  agent: AgentId
  site: SiteName
  interval_ms: number
  since: EpochMs
  until: EpochMs | null
}

/** A start of an agent; `stopped_at` where it said that it stops. */
export type LedgerRunRow = { agent: AgentId; started_at: EpochMs; epoch: OutboxEpoch; stopped_at: EpochMs | null }

/** Samples of a device of times from_at to to_at that came late. */
export type LedgerLateRow = {
  device: DeviceId
  from_at: EpochMs
  to_at: EpochMs
  samples: number
  arrived_at: EpochMs
}

/** The newest stored time of an agent, and the span of late samples that is not worked through yet. */
export type LedgerAgentRow = {
  agent: AgentId
  site: SiteName
  newest_at: EpochMs
  late_from: EpochMs | null
  late_to: EpochMs | null
}
