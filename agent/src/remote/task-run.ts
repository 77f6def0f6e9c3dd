import type { TaskEnd } from '@eyenet/shared/wire'
import type { Clock } from '../schedule/schedule.ts'

/** One task under way: ends by itself at its time limit, or when it is cancelled. */
export class TaskRun {
  readonly #abort = new AbortController()
  readonly #cancelTimer: () => void
  #why: Extract<TaskEnd, 'timeout' | 'cancelled'> | undefined

  constructor(clock: Clock, timeoutMs: number) {
    this.#cancelTimer = clock.after(timeoutMs, () => this.#stop('timeout'))
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  cancel(): void {
    this.#stop('cancelled')
  }

  /** The time limit counts no more. */
  end(): void {
    this.#cancelTimer()
  }

  /** How it ended: as it would have, unless it was stopped before. */
  endOf(otherwise: TaskEnd): TaskEnd {
    return this.#why ?? otherwise
  }

  /** A sentence for a task that was stopped; undefined for one that was not. */
  get whyStopped(): string | undefined {
    if (this.#why === undefined) return undefined
    return this.#why === 'timeout'
      ? 'Stopped at its time limit; this is what there was.'
      : 'Cancelled; this is what there was.'
  }

  #stop(why: 'timeout' | 'cancelled'): void {
    this.#why ??= why
    this.#cancelTimer()
    this.#abort.abort()
  }
}
