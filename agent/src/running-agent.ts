import type { AgentConfig } from '@eyenet/shared/config'
import type { AgentId } from '@eyenet/shared/identity'
import type { SettingPath } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { BufferStatus } from './buffer/buffer.ts'
import type { DetectStatus, Past } from './detect/detect.ts'
import type { RecentLog } from './remote/remote.ts'
import type { Clock, ScheduleCounts } from './schedule/schedule.ts'
import type { AgentIdentity, UplinkStatus } from './uplink/uplink.ts'

export type AgentOptions = {
  readonly config: AgentConfig
  /** Settings that the file names: the server does not rule them. */
  readonly named?: readonly SettingPath[]
  readonly dataDir: string
  readonly identity: AgentIdentity
  readonly version: string
  readonly logger: Logger
  readonly clock?: Clock
  /** What the logger has written lately. */
  readonly recentLog?: RecentLog
  /** What a simulated site showed before it ran. */
  readonly past?: Past
}

export type AgentStatus = {
  readonly agent: AgentId
  readonly devices: number
  readonly failedPolls: number
  readonly uplink: UplinkStatus
  readonly buffer: BufferStatus
  readonly schedule: Readonly<ScheduleCounts>
  readonly detection: DetectStatus
}

export type RunningAgent = {
  /** Ends polls, writes what waits, says farewell. */
  close(): Promise<void>
  /** Swaps the configuration: unchanged targets go on as they are. */
  reload(config: AgentConfig, named?: readonly SettingPath[]): Promise<void>
  status(): AgentStatus
}
