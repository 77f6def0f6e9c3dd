import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import { EyeNetError } from '@eyenet/shared/errors'
import type { QueryResult, Selection, SeriesSamples } from '@eyenet/shared/promql'
import { Caller } from '../../calls/calls.ts'
import type { Ask, JsonResult } from '../metric-store.ts'
import { AnswerCache, keyOf } from './answer-cache.ts'
import { HeldAnswer } from './held-answer.ts'
import { LentThreads } from './lent-threads.ts'
import type { Basis, JsonBegin, QueryCalls, QueryThreadData } from './query-calls.ts'

/** A thread without work is ended after that long: it holds some 15 MB. */
const IDLE_MS = 120_000
/** Memory of one thread for what is not samples: labels, text, the program. */
const OLD_SPACE_MB = 1_024

type Thread = { readonly worker: Worker; readonly caller: Caller<QueryCalls>; readonly flag: Int32Array }

export type QueryPoolOptions = {
  readonly folder: string
  /** Threads at most. */
  readonly size: number
  /** Gives the thread that writes a port on which a query thread asks it. */
  readonly admit: (port: MessagePort) => Promise<void>
  /** Whether nothing has changed of what an answer was worked out from. */
  readonly isUnchanged: (basis: Basis) => Promise<boolean>
}

/** Threads that evaluate questions, each one at a time. */
export class QueryPool {
  readonly #options: QueryPoolOptions
  readonly #answers = new AnswerCache()
  readonly #threads: LentThreads<Thread>
  #number = 0

  constructor(options: QueryPoolOptions) {
    this.#options = options
    this.#threads = new LentThreads({
      ...{ size: options.size, idleMs: IDLE_MS },
      start: () => this.#start(),
      end: (thread) => thread.worker.terminate(),
    })
  }

  /** Starts the first thread, which stays: the first question need not wait for the program to be loaded. */
  async warm(): Promise<void> {
    const thread = await this.#threads.take()
    this.#threads.keep(thread)
    try {
      await thread.caller.call('warm', [])
    } finally {
      this.#threads.giveBack(thread)
    }
  }

  async query(ask: Ask, signal: AbortSignal | undefined): Promise<QueryResult> {
    const thread = await this.#threads.take(signal)
    try {
      return await this.#answered(thread, signal, (number) => thread.caller.call('ask', [number, ask]))
    } finally {
      this.#threads.giveBack(thread)
    }
  }

  async select(selection: Selection): Promise<readonly SeriesSamples[]> {
    const thread = await this.#threads.take()
    try {
      return await this.#answered(thread, undefined, (number) => thread.caller.call('select', [number, selection]))
    } finally {
      this.#threads.giveBack(thread)
    }
  }

  async queryJson(ask: Ask, signal: AbortSignal | undefined): Promise<JsonResult> {
    const key = keyOf(ask)
    const kept = key === undefined ? undefined : this.#answers.find(key)
    if (kept !== undefined && (await this.#options.isUnchanged(kept.basis))) return wholeOf(kept)
    const thread = await this.#threads.take(signal)
    let begin: JsonBegin
    try {
      begin = await this.#answered(thread, signal, (number) => thread.caller.call('askJson', [number, ask]))
    } catch (thrown) {
      this.#threads.giveBack(thread)
      throw thrown
    }
    const { warnings, infos, pieces, more } = begin
    if (more) return { warnings, infos, bytes: undefined, pieces: this.#held(thread, pieces) }
    this.#threads.giveBack(thread)
    if (key !== undefined) this.#answers.keep(key, begin)
    return wholeOf(begin)
  }

  close(): Promise<void> {
    return this.#threads.close()
  }

  #held(thread: Thread, first: readonly Uint8Array[]): HeldAnswer {
    return new HeldAnswer({
      first,
      next: () => thread.caller.call('pieces', []),
      release: () => {
        const giveBack = (): void => this.#threads.giveBack(thread)
        thread.caller.call('drop', []).then(giveBack, giveBack)
      },
    })
  }

  /** Asks, and tells the thread when nobody waits any more. */
  async #answered<T>(
    { flag }: Thread,
    signal: AbortSignal | undefined,
    ask: (number: number) => Promise<T>,
  ): Promise<T> {
    if (signal?.aborted === true) throw new EyeNetError('cancelled', 'the query was cancelled')
    this.#number = (this.#number + 1) | 0
    const number = this.#number
    const cancel = (): void => void Atomics.store(flag, 0, number)
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      return await ask(number)
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  async #start(): Promise<Thread> {
    const { port1, port2 } = new MessageChannel()
    await this.#options.admit(port1)
    const cancelled = new SharedArrayBuffer(4)
    const data: QueryThreadData = { folder: this.#options.folder, finder: port2, cancelled }
    const worker = new Worker(new URL('./query-thread.js', import.meta.url), {
      workerData: data,
      transferList: [port2],
      resourceLimits: { maxOldGenerationSizeMb: OLD_SPACE_MB },
    })
    const thread: Thread = { worker, caller: new Caller(worker), flag: new Int32Array(cancelled) }
    worker.on('error', (error) => this.#failed(thread, error))
    worker.on('exit', () => this.#left(thread, new EyeNetError('unavailable', 'the query ended with its thread')))
    // A server that has nothing else to do may end.
    worker.unref()
    return thread
  }

  #failed(thread: Thread, error: Error): void {
    const isMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    const sentence = 'the query needs more memory than a query may have; ask for fewer series or less time'
    this.#left(thread, isMemory ? new EyeNetError('limit_exceeded', sentence) : error)
  }

  #left(thread: Thread, error: Error): void {
    this.#threads.left(thread)
    thread.caller.end(error)
  }
}

function wholeOf({ warnings, infos, pieces }: JsonBegin): JsonResult {
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0)
  return { warnings, infos, bytes, pieces: inTurn(pieces) }
}

async function* inTurn(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces
}
