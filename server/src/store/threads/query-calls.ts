import type { MessagePort } from 'node:worker_threads'
import type { QueryResult, Selection, SeriesSamples } from '@eyenet/shared/promql'
import type { Ask } from '../metric-store.ts'

/** What a query thread is started with. */
export type QueryThreadData = {
  readonly folder: string
  /** Where it asks the thread that writes. */
  readonly finder: MessagePort
  /** The number of the question that was cancelled last. */
  readonly cancelled: SharedArrayBuffer
}

/** What an answer was worked out from: samples of this time, as they were at this count of the store's changes. */
export type Basis = { readonly from: number; readonly to: number; readonly changes: number }

export type JsonBegin = {
  /** Undefined where no samples were looked at. */
  readonly basis: Basis | undefined
  readonly warnings: readonly string[]
  readonly infos: readonly string[]
  readonly pieces: readonly Uint8Array<ArrayBuffer>[]
  /** More is to be asked for with `pieces`. */
  readonly more: boolean
}

/** What a query thread does; one question at a time. */
export type QueryCalls = {
  /** Runs the program once over nothing, so that it is loaded. */
  warm(): Promise<void>
  ask(number: number, ask: Ask): Promise<QueryResult>
  askJson(number: number, ask: Ask): Promise<JsonBegin>
  select(number: number, selection: Selection): Promise<readonly SeriesSamples[]>
  /** The next pieces of the answer, and whether there are more. */
  pieces(): { readonly pieces: readonly Uint8Array<ArrayBuffer>[]; readonly more: boolean }
  /** Forgets the rest of the answer. */
  drop(): void
  close(): void
}
