import type { MessagePort } from 'node:worker_threads'
import type { Labels } from '@eyenet/shared/identity'
import type { Matcher, Selection } from '@eyenet/shared/promql'
import type { PushFormat, PushOutcome } from '../../push/push.ts'
import type { AppendBatch, AppendOutcome, PushOptions, SeqRange } from '../metric-store.ts'

/** What the writing thread does for the thread that opened the store. */
export type WriterCalls = {
  append(batch: AppendBatch): Promise<AppendOutcome>
  intern(labels: readonly Labels[]): Int32Array
  push(bytes: Uint8Array, format: PushFormat, options: PushOptions): Promise<PushOutcome>
  series(selection: Selection): Promise<readonly Labels[]>
  labelNames(selection: Selection): Promise<readonly string[]>
  labelValues(name: string, selection: Selection): Promise<readonly string[]>
  delete(matchers: readonly Matcher[]): Promise<number>
  snapshot(options: { readonly skipHead: boolean }): Promise<string>
  isUnchanged(from: number, to: number, changes: number): boolean
  marks(source: string): readonly SeqRange[]
  /** Gives the writer the port on which a query thread asks it. */
  admit(port: MessagePort): void
  close(): Promise<void>
}
