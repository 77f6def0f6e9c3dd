/**
 * Metrics on disk: takes batches of samples, answers when they are durable, each message once, and gives them back by
 * matchers and time, or what PromQL makes of them. It knows nothing of MQTT and HTTP, and never decides what a metric means.
 */
import { DirectStore } from './direct-store.ts'
import { openEmbeddedStore, type StoreOptions } from './embedded/embedded.ts'
import type { MetricStore } from './metric-store.ts'

export { appendPoints, type Point } from './append-points.ts'
export { type Compaction, compactStore } from './compact-store.ts'
export { type ConfiguredStoreOptions, openConfiguredStore } from './configured-store.ts'
export {
  checkStore,
  isSound,
  type StoreOptions,
  type StoreReport,
  type StoreStatistics,
  storeStatistics,
} from './embedded/embedded.ts'
export {
  type ExternalStore,
  type ExternalStoreConfig,
  type ExternalStoreOptions,
  engineOf,
  openExternalStore,
} from './external-store.ts'
export {
  type AppendBatch,
  type AppendOutcome,
  type Ask,
  type ForwardingStats,
  type JsonResult,
  type Mark,
  type MetricStore,
  NO_ROOM,
  type SeqRange,
  type StoreStats,
} from './metric-store.ts'
export { type MigrateStoreOptions, migrateStore } from './migration/migrate-store.ts'
export type { MigrationProgress } from './migration/migration.ts'
export { storeOptionsOf } from './store-config.ts'
export { openThreadedStore, type ThreadedOptions } from './threads/threaded-store.ts'

/** Opens the embedded store in this thread. EyeNetError `unavailable` when its folder cannot be used or another process has it. */
export async function openStore(options: StoreOptions): Promise<MetricStore> {
  return new DirectStore(await openEmbeddedStore(options), options.clock)
}
