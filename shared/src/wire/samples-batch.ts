import type { Labels, OutboxEpoch } from '../identity/identity.ts'

/** The name and labels behind a series id. Ids are counted up from 0 within an epoch and are never used again. */
export type SeriesDefinition = { readonly id: number; readonly labels: Labels }

/** Samples of one or more polls: parallel columns, ordered by series id, then time. */
export type SamplesBatch = {
  readonly epoch: OutboxEpoch
  /** The message covers the outbox' sequence numbers first..last; live messages have first === last. */
  readonly first: number
  readonly last: number
  /** Definitions that the server has not yet acknowledged. */
  readonly definitions: readonly SeriesDefinition[]
  readonly ids: Int32Array
  /** Milliseconds since 1970. */
  readonly times: Float64Array
  readonly values: Float64Array
}
