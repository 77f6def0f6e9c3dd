import { messageOf } from '@eyenet/shared/errors'
import type { Logger } from 'pino'

/** Work of the fleet that comes again and again; what fails is told in the log, and comes again all the same. */
export class RepeatedWork {
  readonly #logger: Logger
  readonly #timers: NodeJS.Timeout[] = []
  /** By name; a slow disk must not pile up the same work. */
  readonly #running = new Map<string, Promise<void>>()

  constructor(logger: Logger) {
    this.#logger = logger
  }

  every(ms: number, what: string, work: () => Promise<void>): void {
    const timer = setInterval(() => {
      if (!this.#running.has(what)) void this.guarded(what, work)
    }, ms)
    timer.unref()
    this.#timers.push(timer)
  }

  /** Once, now. */
  async guarded(what: string, work: () => Promise<void>): Promise<void> {
    const turn = this.#guard(what, work)
    this.#running.set(what, turn)
    await turn
    if (this.#running.get(what) === turn) this.#running.delete(what)
  }

  /** Nothing begins any more, and what has begun is through. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    await Promise.all(this.#running.values())
  }

  async #guard(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (thrown) {
      this.#logger.error({ what, error: messageOf(thrown) }, 'work of the fleet failed; it goes on')
    }
  }
}
