import { EyeNetError } from '@eyenet/shared/errors'
import type { EpochMs, Labels } from '@eyenet/shared/identity'
import type { Matcher, QueryResult, Selection, SeriesSamples } from '@eyenet/shared/promql'
import { createPush, type Push, type PushFormat, type PushOutcome } from '../push/push.ts'
import { resultJson } from './asking/result-json.ts'
import { runAsk } from './asking/run-ask.ts'
import {
  type AppendBatch,
  type AppendOutcome,
  type Ask,
  type JsonResult,
  type MetricStore,
  NO_ROOM,
  type PushOptions,
  type SeqRange,
  type StoreCore,
  type StoreStats,
} from './metric-store.ts'

/** A store whose work is done in the caller's thread: for tests, and where one thread is all there is. */
export class DirectStore implements MetricStore {
  readonly #core: StoreCore
  readonly #push: Push

  constructor(core: StoreCore, clock: { now(): EpochMs }) {
    this.#core = core
    this.#push = createPush({ store: core, clock })
    core.onSeriesEnded?.(() => this.#push.forget())
  }

  append(batch: AppendBatch): Promise<AppendOutcome> {
    return this.#core.append(batch)
  }

  async intern(labels: readonly Labels[]): Promise<Int32Array> {
    return internAll(this.#core, labels)
  }

  push(bytes: Uint8Array, format: PushFormat, options: PushOptions): Promise<PushOutcome> {
    return this.#push.take(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), format, options)
  }

  query(ask: Ask, signal?: AbortSignal): Promise<QueryResult> {
    const cancelled = (): boolean => signal?.aborted === true
    return runAsk(ask, { reader: this.#core, nowMs: () => performance.now(), cancelled })
  }

  async queryJson(ask: Ask, signal?: AbortSignal): Promise<JsonResult> {
    const { result, warnings, infos } = await this.query(ask, signal)
    async function* pieces() {
      yield* resultJson(result)
    }
    return { warnings, infos, bytes: undefined, pieces: pieces() }
  }

  select(selection: Selection): Promise<readonly SeriesSamples[]> {
    return this.#core.select(selection)
  }

  series(selection: Selection): Promise<readonly Labels[]> {
    return this.#core.series(selection)
  }

  labelNames(selection: Selection): Promise<readonly string[]> {
    return this.#core.labelNames(selection)
  }

  labelValues(name: string, selection: Selection): Promise<readonly string[]> {
    return this.#core.labelValues(name, selection)
  }

  delete(matchers: readonly Matcher[]): Promise<number> {
    return this.#core.delete(matchers)
  }

  snapshot(options: { readonly skipHead: boolean }): Promise<string> {
    return this.#core.snapshot(options)
  }

  async marks(source: string): Promise<readonly SeqRange[]> {
    return this.#core.marks(source)
  }

  stats(): StoreStats {
    return statsOf(this.#core, this.#push)
  }

  close(): Promise<void> {
    return this.#core.close()
  }
}

/** The numbers of these series; NO_ROOM for those that do not fit any more. */
export function internAll(core: StoreCore, labels: readonly Labels[]): Int32Array {
  return Int32Array.from(labels, (one) => {
    try {
      return core.seriesIndex(one)
    } catch (thrown) {
      if (thrown instanceof EyeNetError && thrown.code === 'limit_exceeded') return NO_ROOM
      throw thrown
    }
  })
}

/** What the core and what came pushed counted. */
export function statsOf(core: StoreCore, push: Push): StoreStats {
  const { samples, refused, skipped } = push.stats()
  return { ...core.stats(), pushedSamples: samples, refusedPushes: refused, skippedStrings: skipped }
}
