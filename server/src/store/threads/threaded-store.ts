import { availableParallelism } from 'node:os'
import { type MessagePort, Worker } from 'node:worker_threads'
import { ERROR_CODES, type ErrorCode, EyeNetError, messageOf } from '@eyenet/shared/errors'
import type { Labels } from '@eyenet/shared/identity'
import type { Matcher, QueryResult, Selection, SeriesSamples } from '@eyenet/shared/promql'
import { Caller } from '../../calls/calls.ts'
import type { PushFormat, PushOutcome } from '../../push/push.ts'
import type { StoreLogger, StoreOptions } from '../embedded/embedded.ts'
import type {
  AppendBatch,
  AppendOutcome,
  Ask,
  JsonResult,
  MetricStore,
  PushOptions,
  SeqRange,
  StoreStats,
} from '../metric-store.ts'
import type { Basis } from './query-calls.ts'
import { QueryPool } from './query-pool.ts'
import type { ThreadNews } from './thread-news.ts'
import type { WriterCalls } from './writer-calls.ts'

/** Threads for what people and programs ask. */
const MAX_QUERY_THREADS = 4

/** What can be handed to a thread: it has its own clock and logs through this one. */
export type ThreadedOptions = Omit<StoreOptions, 'clock' | 'createLogFile'>

/** The store with one thread that writes and others that evaluate: none of it holds the caller's thread. */
export async function openThreadedStore({ logger, ...options }: ThreadedOptions): Promise<MetricStore> {
  const worker = new Worker(new URL('./writer-thread.js', import.meta.url), { workerData: options })
  const stats = await readiness(worker, logger)
  const store = new ThreadedStore(worker, { stats, folder: options.folder })
  // Loading the program takes longer than most questions: the first one shall not wait for it.
  await store.warm().catch((error) => logger.warn({ error: messageOf(error) }, 'no query thread could be started'))
  return store
}

/** Resolves when the store is open. */
function readiness(worker: Worker, logger: StoreLogger): Promise<StoreStats> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.on('message', (news: ThreadNews) => {
      if (news.news === 'log') logger[news.level](news.fields, news.message)
      else if (news.news === 'ready') {
        worker.off('error', reject)
        resolve(news.stats)
      } else if (news.news === 'failed') reject(errorOf(news.code, news.message))
    })
  })
}

function errorOf(code: string, message: string): Error {
  const known = ERROR_CODES.find((one): one is ErrorCode => one === code)
  return known === undefined ? new Error(message) : new EyeNetError(known, message)
}

type Setup = { readonly stats: StoreStats; readonly folder: string }

class ThreadedStore implements MetricStore {
  readonly #writer: Caller<WriterCalls>
  /** What people ask, and what the server itself asks: neither waits for the other's heavy questions. */
  readonly #pools: { readonly others: QueryPool; readonly own: QueryPool }
  #stats: StoreStats
  #closing: Promise<void> | undefined

  constructor(worker: Worker, { stats, folder }: Setup) {
    this.#stats = stats
    this.#writer = new Caller(worker)
    worker.on('message', (news: ThreadNews) => {
      if (news.news === 'stats') this.#stats = news.stats
    })
    worker.on('error', (error) => {
      // A fault in the program: what is in memory cannot be trusted, and the log has what was acknowledged.
      this.#writer.end(error)
      setImmediate(() => {
        throw error
      })
    })
    worker.on('exit', () => this.#writer.end(new EyeNetError('unavailable', 'the metric store is closed')))
    const admit = (port: MessagePort): Promise<void> => this.#writer.call('admit', [port], [port])
    const isUnchanged = ({ from, to, changes }: Basis): Promise<boolean> =>
      this.#writer.call('isUnchanged', [from, to, changes])
    const shared = { folder, admit, isUnchanged }
    const size = Math.max(1, Math.min(MAX_QUERY_THREADS, availableParallelism()))
    this.#pools = { others: new QueryPool({ ...shared, size }), own: new QueryPool({ ...shared, size: 1 }) }
  }

  warm(): Promise<void> {
    return this.#pools.others.warm()
  }

  append(batch: AppendBatch): Promise<AppendOutcome> {
    return this.#writer.call('append', [batch])
  }

  async intern(labels: readonly Labels[]): Promise<Int32Array> {
    return labels.length === 0 ? new Int32Array(0) : this.#writer.call('intern', [labels])
  }

  push(bytes: Uint8Array, format: PushFormat, options: PushOptions): Promise<PushOutcome> {
    // A buffer of its own is handed over; one that is part of another is copied.
    const isWhole = bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength
    return this.#writer.call('push', [bytes, format, options], isWhole ? [bytes.buffer] : [])
  }

  query(ask: Ask, signal?: AbortSignal): Promise<QueryResult> {
    return (ask.byPeople === true ? this.#pools.others : this.#pools.own).query(ask, signal)
  }

  queryJson(ask: Ask, signal?: AbortSignal): Promise<JsonResult> {
    return this.#pools.others.queryJson(ask, signal)
  }

  select(selection: Selection): Promise<readonly SeriesSamples[]> {
    return this.#pools.others.select(selection)
  }

  series(selection: Selection): Promise<readonly Labels[]> {
    return this.#writer.call('series', [selection])
  }

  labelNames(selection: Selection): Promise<readonly string[]> {
    return this.#writer.call('labelNames', [selection])
  }

  labelValues(name: string, selection: Selection): Promise<readonly string[]> {
    return this.#writer.call('labelValues', [name, selection])
  }

  delete(matchers: readonly Matcher[]): Promise<number> {
    return this.#writer.call('delete', [matchers])
  }

  snapshot(options: { readonly skipHead: boolean }): Promise<string> {
    return this.#writer.call('snapshot', [options])
  }

  marks(source: string): Promise<readonly SeqRange[]> {
    return this.#writer.call('marks', [source])
  }

  stats(): StoreStats {
    return this.#stats
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await Promise.all([this.#pools.others.close(), this.#pools.own.close()])
    await this.#writer.call('close', [])
  }
}
