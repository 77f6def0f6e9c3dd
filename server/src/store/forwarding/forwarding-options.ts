import type { EpochMs } from '@eyenet/shared/identity'
import type { StoreLogger } from '../embedded/store-options.ts'
import type { CreateLogFile } from '../log/log-file.ts'
import type { EnginePort } from './engine-port.ts'

export type ForwardingOptions = {
  /** For the log and what is known beside it; made when it is not there. */
  readonly folder: string
  readonly engine: EnginePort
  readonly logger: StoreLogger
  readonly clock: { now(): EpochMs }
  /** Bytes of log on disk above which appends are refused. Default 20 GB. */
  readonly maxLogBytes?: number
  /** New samples that wait in memory; older ones are read from the disk. Default 200,000, about 4 MB. */
  readonly liveSamplesMax?: number
  /** Period of saving and settling; 0 leaves both to the caller of `maintain`. Default 1 s. */
  readonly maintainEveryMs?: number
  /** Resolves after so many milliseconds, or when the signal is aborted. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>
  readonly random?: () => number
  readonly createLogFile?: CreateLogFile
}

export const MAX_LOG_BYTES = 20_000_000_000
export const LIVE_SAMPLES_MAX = 200_000
export const MAINTAIN_EVERY_MS = 1_000

/** Names and marks are saved this often, so that a start replays little of the log. */
export const ROLL_EVERY_MS = 60_000
/** They are saved sooner after this many bytes. */
export const ROLL_BYTES = 1 << 26

/** Whether the engine was started anew is looked at this often. */
export const SETTLE_EVERY_MS = 10_000

/** Series without a sample for so many days are forgotten here; the engine keeps what it has of them. */
export const FORGET_DAYS = 7
export const DAY_MS = 86_400_000
