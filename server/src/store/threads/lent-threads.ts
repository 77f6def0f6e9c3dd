import { EyeNetError } from '@eyenet/shared/errors'

/** Who waits for a thread; a page of charts sends some dozens of questions. */
const MAX_WAITING = 500

export type LentThreadsOptions<T> = {
  /** Threads at most. */
  readonly size: number
  readonly start: () => Promise<T>
  readonly end: (thread: T) => Promise<unknown>
  /** A thread without work is ended after that long. */
  readonly idleMs: number
}

type Waiter<T> = { readonly give: (thread: T) => void; readonly fail: (error: unknown) => void }

/** Threads that are lent, each to one taker at a time, started when they are wanted and ended when they are not. */
export class LentThreads<T> {
  readonly #options: LentThreadsOptions<T>
  readonly #all = new Set<T>()
  readonly #free: T[] = []
  readonly #idle = new Map<T, NodeJS.Timeout>()
  readonly #waiting: Waiter<T>[] = []
  #starting = 0
  #lasting: T | undefined
  #isClosed = false

  constructor(options: LentThreadsOptions<T>) {
    this.#options = options
  }

  /** A thread that is given back in the end. EyeNetError `unavailable` when too many wait, `cancelled` by the signal. */
  take(signal?: AbortSignal): Promise<T> {
    if (this.#isClosed) return Promise.reject(closed())
    if (signal?.aborted === true) return Promise.reject(cancelled())
    if (this.#waiting.length >= MAX_WAITING) {
      return Promise.reject(new EyeNetError('unavailable', 'too many queries at once: try again in a few seconds'))
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        const at = this.#waiting.indexOf(waiter)
        // It has been given a thread already, and gives it back.
        if (at < 0) return
        this.#waiting.splice(at, 1)
        reject(cancelled())
      }
      const waiter: Waiter<T> = {
        give: (thread) => {
          signal?.removeEventListener('abort', leave)
          resolve(thread)
        },
        fail: (error) => {
          signal?.removeEventListener('abort', leave)
          reject(error)
        },
      }
      signal?.addEventListener('abort', leave, { once: true })
      this.#waiting.push(waiter)
      this.#serve()
    })
  }

  giveBack(thread: T): void {
    if (this.#all.has(thread)) this.#rest(thread)
    this.#serve()
  }

  /** This one is not ended when it has nothing to do. */
  keep(thread: T): void {
    this.#lasting = thread
  }

  /** The thread has ended by itself. */
  left(thread: T): void {
    this.#all.delete(thread)
    clearTimeout(this.#idle.get(thread))
    this.#idle.delete(thread)
    const at = this.#free.indexOf(thread)
    if (at >= 0) this.#free.splice(at, 1)
    if (this.#lasting === thread) this.#lasting = undefined
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const waiter of this.#waiting.splice(0)) waiter.fail(closed())
    await Promise.all([...this.#all].map((thread) => this.#end(thread)))
  }

  #serve(): void {
    for (let thread = this.#free.at(-1); thread !== undefined; thread = this.#free.at(-1)) {
      const waiter = this.#waiting.shift()
      if (waiter === undefined) return
      this.#free.pop()
      clearTimeout(this.#idle.get(thread))
      this.#idle.delete(thread)
      waiter.give(thread)
    }
    while (this.#waiting.length > this.#starting && this.#all.size + this.#starting < this.#options.size) this.#start()
  }

  #start(): void {
    this.#starting++
    this.#options.start().then(
      (thread) => {
        this.#starting--
        this.#all.add(thread)
        if (this.#isClosed) void this.#end(thread)
        else this.giveBack(thread)
      },
      (error) => {
        this.#starting--
        this.#waiting.shift()?.fail(error)
        this.#serve()
      },
    )
  }

  #rest(thread: T): void {
    this.#free.push(thread)
    if (thread === this.#lasting) return
    this.#idle.set(thread, setTimeout(() => void this.#end(thread), this.#options.idleMs).unref())
  }

  async #end(thread: T): Promise<void> {
    this.left(thread)
    await this.#options.end(thread)
  }
}

const cancelled = (): EyeNetError => new EyeNetError('cancelled', 'the query was cancelled')
const closed = (): EyeNetError => new EyeNetError('unavailable', 'the metric store is closed')
