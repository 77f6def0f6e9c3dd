import type { InfluxStore, VictoriaMetricsStore } from '@eyenet/shared/config'
import { assertNever } from '@eyenet/shared/errors'
import type { EpochMs } from '@eyenet/shared/identity'
import type { ParsedQuery, QueryResult } from '@eyenet/shared/promql'
import { DirectStore } from './direct-store.ts'
import type { StoreLogger } from './embedded/embedded.ts'
import {
  type EnginePort,
  type ForwardingCore,
  type ForwardingStats,
  openForwardingCore,
} from './forwarding/forwarding.ts'
import { InfluxEngine } from './influxdb/influx-engine.ts'
import type { Ask, JsonResult, MetricStore } from './metric-store.ts'
import { VictoriaAsking } from './victoriametrics/victoria-asking.ts'
import { VictoriaEngine } from './victoriametrics/victoria-engine.ts'

export type ExternalStoreConfig = VictoriaMetricsStore | InfluxStore

export type ExternalStoreOptions = {
  readonly config: ExternalStoreConfig
  /** For the log of what the engine has still to get. */
  readonly folder: string
  readonly logger: StoreLogger
  readonly clock: { now(): EpochMs }
  /** PromQL text of the tree, whatever text the query came from. */
  readonly printExpr: (query: ParsedQuery) => string
}

/** A store whose samples another engine keeps. */
export type ExternalStore = MetricStore & {
  /** How far the engine is. */
  forwarding(): ForwardingStats
}

/** Opens the log before an external engine, in this thread. The engine may be away. EyeNetError `unavailable`. */
export async function openExternalStore(options: ExternalStoreOptions): Promise<ExternalStore> {
  const { clock, config, folder, logger, printExpr } = options
  const { maxLogBytes } = config
  const core = await openForwardingCore({ engine: engineOf(config), maxLogBytes, folder, logger, clock })
  if (config.kind === 'influxdb') return new ForwardedStore(core, clock)
  return new PassedThroughStore(core, {
    asking: new VictoriaAsking({ ...config, reader: core, clock, printExpr }),
    clock,
  })
}

/** The engine itself, without a log before it. */
export function engineOf(config: ExternalStoreConfig): EnginePort {
  switch (config.kind) {
    case 'victoriametrics':
      return new VictoriaEngine(config)
    case 'influxdb':
      return new InfluxEngine(config)
    default:
      return assertNever(config)
  }
}

/** Questions are evaluated here, over what the engine gives. */
class ForwardedStore extends DirectStore implements ExternalStore {
  readonly #core: ForwardingCore

  constructor(core: ForwardingCore, clock: { now(): EpochMs }) {
    super(core, clock)
    this.#core = core
  }

  forwarding(): ForwardingStats {
    return this.#core.forwarding()
  }
}

/** Questions are the engine's to answer. */
class PassedThroughStore extends ForwardedStore {
  readonly #asking: VictoriaAsking

  constructor(core: ForwardingCore, { asking, clock }: { asking: VictoriaAsking; clock: { now(): EpochMs } }) {
    super(core, clock)
    this.#asking = asking
  }

  override query(ask: Ask, signal?: AbortSignal): Promise<QueryResult> {
    return this.#asking.query(ask, signal)
  }

  override queryJson(ask: Ask, signal?: AbortSignal): Promise<JsonResult> {
    return this.#asking.queryJson(ask, signal)
  }
}
