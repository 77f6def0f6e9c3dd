import type { EpochMs } from '@eyenet/shared/identity'
import type { Birth, DesiredState, ModelReport, SettingPath, Task, TaskReply } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { Outbox } from '../buffer/buffer.ts'
import type { Clock } from '../schedule/schedule.ts'
import type { AgentIdentity } from './identity-file.ts'
import type { RefusalCounts } from './refusal.ts'
import type { LineStatus } from './sender.ts'

export type UplinkOptions = {
  readonly identity: AgentIdentity
  readonly dataDir: string
  readonly outbox: Outbox
  readonly clock: Clock
  readonly logger: Logger
  readonly version: string
  readonly hostname: string
  /** What it can do, as it is told now. */
  readonly abilities: () => Birth['abilities']
  /** A new desired state, the one kept from before, or the one gone back to; undefined when that is none. */
  readonly onDesired: (state: DesiredState | undefined) => void
  /** Why a desired state cannot be run; undefined when it can. Without it all can. */
  readonly faultOfDesired?: (state: DesiredState) => string | undefined
  /** Settings that the agent's file names. */
  readonly fileRules?: () => readonly SettingPath[]
  /** What became of the anomaly models. */
  readonly models?: () => readonly ModelReport[]
  /** Does a task; what it resolves to is sent back. */
  readonly onTask: (task: Task) => Promise<TaskReply>
  /** The machine's own clock, which the birth tells, and who wants to hear the server's. */
  readonly time?: { machineNow(): EpochMs; hear(serverTime: EpochMs): void }
}

export type UplinkStatus = {
  readonly connected: boolean
  readonly since: EpochMs
  /** Why the last try to connect failed; empty while connected. */
  readonly problem: string
  readonly refusedCommands: number
  readonly refusals: RefusalCounts['byReason']
  readonly signingKeys: readonly string[]
  readonly revision: number
  readonly line: LineStatus
}
