/**
 * Metrics on disk: takes batches of samples, answers when they are durable, each message once, and gives them back by
 * matchers and time. It does not evaluate PromQL, knows nothing of MQTT, and never decides what a metric means.
 */
import { openEmbeddedStore, type StoreOptions } from './embedded/embedded.ts'
import type { MetricStore } from './metric-store.ts'

export type { StoreOptions } from './embedded/embedded.ts'
export type {
  AppendBatch,
  AppendOutcome,
  Mark,
  MetricStore,
  SeqRange,
  SeriesRef,
  StoreStats,
} from './metric-store.ts'

/** Opens the embedded store. EyeNetError `unavailable` when its folder cannot be used or another process has it. */
export function openStore(options: StoreOptions): Promise<MetricStore> {
  return openEmbeddedStore(options)
}
