import { join } from 'node:path'
import type { StoreConfig } from '@eyenet/shared/config'
import type { EpochMs } from '@eyenet/shared/identity'
import { printExpr } from '@eyenet/shared/promql'
import type { StoreLogger } from './embedded/embedded.ts'
import { openExternalStore } from './external-store.ts'
import type { MetricStore } from './metric-store.ts'
import { storeOptionsOf } from './store-config.ts'
import { openThreadedStore } from './threads/threaded-store.ts'

export type ConfiguredStoreOptions = {
  /** The store's own folder; the log before an external engine is in one below it. */
  readonly folder: string
  readonly logger: StoreLogger
  readonly clock: { now(): EpochMs }
}

/** The store that the configuration names. EyeNetError `unavailable`; an engine beside the server may be away. */
export function openConfiguredStore(
  config: StoreConfig,
  { folder, logger, clock }: ConfiguredStoreOptions,
): Promise<MetricStore> {
  if (config.kind === 'victoriametrics' || config.kind === 'influxdb') {
    return openExternalStore({ config, folder: join(folder, config.kind), logger, clock, printExpr })
  }
  return openThreadedStore({ folder, logger, ...storeOptionsOf(config) })
}
