import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import { EyeNetError } from '@eyenet/shared/errors'
import type { QueryResult, Selection, SeriesSamples } from '@eyenet/shared/promql'
import type { Ask, JsonResult } from '../metric-store.ts'
import { AnswerCache, keyOf } from './answer-cache.ts'
import { Caller } from './call-port.ts'
import type { Basis, JsonBegin, QueryCalls, QueryThreadData } from './query-calls.ts'

/** Questions that wait for a thread; a page of charts sends some dozens. */
const MAX_WAITING = 500
/** A thread without work is ended after that long: it holds some 15 MB. */
const IDLE_MS = 120_000
/** A reader that takes nothing of an answer for so long is given up: it holds a thread. */
const READER_MS = 30_000
/** Memory of one thread for what is not samples: labels, text, the program. */
const OLD_SPACE_MB = 1_024

type Thread = {
  readonly worker: Worker
  readonly caller: Caller<QueryCalls>
  readonly flag: Int32Array
  idle: NodeJS.Timeout | undefined
}

export type QueryPoolOptions = {
  readonly folder: string
  /** Threads at most; the first is started with the first question. */
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
  readonly #free: Thread[] = []
  readonly #all = new Set<Thread>()
  readonly #waiting: ((thread: Thread) => void)[] = []
  #starting = 0
  #number = 0
  #isClosed = false

  constructor(options: QueryPoolOptions) {
    this.#options = options
  }

  async query(ask: Ask, signal: AbortSignal | undefined): Promise<QueryResult> {
    const thread = await this.#take(signal)
    try {
      return await this.#answered(thread, signal, (number) => thread.caller.call('ask', [number, ask]))
    } finally {
      this.#giveBack(thread)
    }
  }

  async select(selection: Selection): Promise<readonly SeriesSamples[]> {
    const thread = await this.#take(undefined)
    try {
      return await this.#answered(thread, undefined, (number) => thread.caller.call('select', [number, selection]))
    } finally {
      this.#giveBack(thread)
    }
  }

  async queryJson(ask: Ask, signal: AbortSignal | undefined): Promise<JsonResult> {
    const key = keyOf(ask)
    const kept = key === undefined ? undefined : this.#answers.find(key)
    if (kept !== undefined && (await this.#options.isUnchanged(kept.basis))) return wholeOf(kept)
    const thread = await this.#take(signal)
    let isHeld = true
    const giveBack = (): void => {
      if (isHeld) this.#giveBack(thread)
      isHeld = false
    }
    try {
      const begin = await this.#answered(thread, signal, (number) => thread.caller.call('askJson', [number, ask]))
      const { warnings, infos, pieces, more } = begin
      if (!more) {
        giveBack()
        if (key !== undefined) this.#answers.keep(key, begin)
        return wholeOf(begin)
      }
      return { warnings, infos, bytes: undefined, pieces: restOf(thread, pieces, giveBack) }
    } catch (thrown) {
      giveBack()
      throw thrown
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#all].map((thread) => this.#end(thread)))
  }

  /** A free thread, a new one, or the next that is given back. */
  #take(signal: AbortSignal | undefined): Promise<Thread> {
    if (this.#isClosed) return Promise.reject(new EyeNetError('unavailable', 'the metric store is closed'))
    if (signal?.aborted === true) return Promise.reject(cancelled())
    const free = this.#free.pop()
    if (free !== undefined) {
      clearTimeout(free.idle)
      return Promise.resolve(free)
    }
    if (this.#all.size + this.#starting < this.#options.size) return this.#start()
    if (this.#waiting.length >= MAX_WAITING) {
      return Promise.reject(new EyeNetError('unavailable', 'too many queries at once: try again in a few seconds'))
    }
    return new Promise((resolve, reject) => {
      const take = (thread: Thread): void => {
        signal?.removeEventListener('abort', leave)
        resolve(thread)
      }
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(take), 1)
        reject(cancelled())
      }
      signal?.addEventListener('abort', leave, { once: true })
      this.#waiting.push(take)
    })
  }

  #giveBack(thread: Thread): void {
    if (!this.#all.has(thread)) {
      // It ended with its question: whoever waits gets another one.
      const next = this.#waiting.shift()
      if (next !== undefined) void this.#start().then(next, () => undefined)
      return
    }
    const next = this.#waiting.shift()
    if (next !== undefined) {
      next(thread)
      return
    }
    thread.idle = setTimeout(() => void this.#end(thread), IDLE_MS).unref()
    this.#free.push(thread)
  }

  /** Asks, and tells the thread when nobody waits any more. */
  async #answered<T>(
    { flag }: Thread,
    signal: AbortSignal | undefined,
    ask: (number: number) => Promise<T>,
  ): Promise<T> {
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
    this.#starting++
    try {
      const { port1, port2 } = new MessageChannel()
      await this.#options.admit(port1)
      const flag = new SharedArrayBuffer(4)
      const data: QueryThreadData = { folder: this.#options.folder, finder: port2, cancelled: flag }
      const worker = new Worker(new URL('./query-thread.js', import.meta.url), {
        workerData: data,
        transferList: [port2],
        resourceLimits: { maxOldGenerationSizeMb: OLD_SPACE_MB },
      })
      const thread: Thread = { worker, caller: new Caller(worker), flag: new Int32Array(flag), idle: undefined }
      this.#all.add(thread)
      worker.on('error', (error) => this.#failed(thread, error))
      worker.on('exit', () => this.#left(thread, new EyeNetError('unavailable', 'the query ended with its thread')))
      // A server that has nothing else to do may end.
      worker.unref()
      return thread
    } finally {
      this.#starting--
    }
  }

  #failed(thread: Thread, error: Error): void {
    const isMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    const sentence = 'the query needs more memory than a query may have; ask for fewer series or less time'
    this.#left(thread, isMemory ? new EyeNetError('limit_exceeded', sentence) : error)
  }

  #left(thread: Thread, error: Error): void {
    this.#all.delete(thread)
    const at = this.#free.indexOf(thread)
    if (at >= 0) this.#free.splice(at, 1)
    clearTimeout(thread.idle)
    thread.caller.end(error)
  }

  async #end(thread: Thread): Promise<void> {
    const at = this.#free.indexOf(thread)
    if (at >= 0) this.#free.splice(at, 1)
    this.#all.delete(thread)
    clearTimeout(thread.idle)
    await thread.worker.terminate()
  }
}

const cancelled = (): EyeNetError => new EyeNetError('cancelled', 'the query was cancelled')

function wholeOf({ warnings, infos, pieces }: JsonBegin): JsonResult {
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0)
  return { warnings, infos, bytes, pieces: inTurn(pieces) }
}

async function* inTurn(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces
}

/** The pieces that are there, then those that the thread makes when they are asked for. */
async function* restOf(
  { caller }: Thread,
  first: readonly Uint8Array[],
  giveBack: () => void,
): AsyncGenerator<Uint8Array> {
  let isWanted = true
  const giveUp = (): void => {
    isWanted = false
    giveBack()
  }
  let timer = setTimeout(giveUp, READER_MS)
  try {
    let next: { readonly pieces: readonly Uint8Array[]; readonly more: boolean } = { pieces: first, more: true }
    for (;;) {
      for (const piece of next.pieces) {
        yield piece
        clearTimeout(timer)
        timer = setTimeout(giveUp, READER_MS)
      }
      if (!next.more) return
      if (!isWanted) throw new EyeNetError('unavailable', 'the answer was read too slowly and is cut')
      next = await caller.call('pieces', [])
    }
  } finally {
    clearTimeout(timer)
    if (isWanted) {
      await caller.call('drop', []).catch(() => undefined)
      giveBack()
    }
  }
}
