import type { Labels } from '@eyenet/shared/identity'
import type { Matcher, Selection, SeriesReader } from '@eyenet/shared/promql'

/** Samples on their way to an engine, as parallel columns; those of one series share one labels object. */
export type Outgoing = {
  readonly labels: readonly Labels[]
  /** Whole milliseconds since 1970. */
  readonly times: Float64Array
  readonly values: Float64Array
}

export type WriteOptions = {
  /** Some of these samples may have arrived before. An engine that keeps two of the same time must look first. */
  readonly maybeThere: boolean
}

export type WriteOutcome =
  /** The engine has them, but for `unstorable` ones for which it has no form, and those that it refused for good. */
  | {
      readonly kind: 'written'
      readonly unstorable: number
      readonly refused?: { readonly count: number; readonly reason: string }
    }
  /** The engine will never take these as they are; some of them may be in it. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Not now. `maybeArrived`: some of them may be in it. `isGone`: nobody answers, so that it may have been killed. */
  | { readonly kind: 'failed'; readonly reason: string; readonly maybeArrived: boolean; readonly isGone: boolean }

/**
 * One time series database, as the forwarder and readers see it. Reading and deleting reject with EyeNetError:
 * `unavailable` when the engine does not answer, `limit_exceeded` where a limit of its own ends a question.
 */
export interface EnginePort extends SeriesReader {
  /** Its kind and where it is, without credentials: for logs and sentences. */
  readonly name: string
  /** After that long, what was written survives a kill of the engine. */
  readonly settleMs: number
  /** Never rejects for what the world does. */
  write(samples: Outgoing, options: WriteOptions): Promise<WriteOutcome>
  /** Something that changes when the engine was started anew; undefined when it cannot be told. */
  incarnation(): Promise<string | undefined>
  series(selection: Selection): Promise<readonly Labels[]>
  labelNames(selection: Selection): Promise<readonly string[]>
  labelValues(name: string, selection: Selection): Promise<readonly string[]>
  /** Removes what it has of the matching series. */
  delete(matchers: readonly Matcher[]): Promise<void>
  close(): Promise<void>
}
