import type { EpochMs } from '@eyenet/shared/identity'
import type { CreateLogFile } from '../log/log-file.ts'
import type { Retention } from './tiers/retention.ts'

/** What the store logs with: pino, or what hands over to it from another thread. */
export type StoreLogger = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export type StoreOptions = {
  /** The store's own folder; made when it is not there. */
  readonly folder: string
  readonly logger: StoreLogger
  readonly clock: { now(): EpochMs }
  /** How long what is kept; see DEFAULT_RETENTION. */
  readonly retention?: Retention
  /** Bytes of chunks and tiers beyond which the oldest go. Default: no limit. */
  readonly maxBytes?: number
  /** Samples in memory at which they are written to chunks. Default 2 million, about 25 MB. */
  readonly headSamplesMax?: number
  /** Period of looking whether there is something to write or to remove; 0 leaves it to the caller. Default 10 s. */
  readonly maintainEveryMs?: number
  /** How a log file is made; a test gives one whose disk fails. */
  readonly createLogFile?: CreateLogFile
}

const DAY_MS = 86_400_000

export const MAINTAIN_EVERY_MS = 10_000

/** Shared times make a sample in memory cost little more than its value. */
export const HEAD_SAMPLES_MAX = 2_000_000

/** Above this many times `headSamplesMax`, chunks cannot be written and appends are refused. */
export const HEAD_OVERFULL = 4

/** Log bytes after which heads are written, so that a start replays at most a little more than this. */
export const LOG_BYTES_MAX = 1 << 27

/** Heads are written at least this often, so that the log of a small store is cut too. */
export const FLUSH_EVERY_MS = 3_600_000

/** Chunks and tiers are put in order this often. */
export const TIDY_EVERY_MS = 3_600_000

/** After a failed flush the next try waits. */
export const RETRY_MS = 30_000

/** Samples sealed, or read, in one turn of the event loop: 3 to 5 ms. */
export const TURN_SAMPLES = 30_000

/** Series whose samples are removed in one turn of the event loop. */
export const TURN_SERIES = 200

/** Names of new series written in one turn of the event loop. */
export const TURN_NAMES = 1_000

/** Samples one selection may return: 800 MB. */
export const SELECT_SAMPLES_MAX = 50_000_000

/** Clocks of senders may be this far ahead. */
export const AHEAD_MS = DAY_MS
