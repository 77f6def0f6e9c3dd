import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { Clock } from './clock.ts'

type Timer = { readonly at: number; readonly order: number; readonly run: () => void }

/** A clock that a test moves. Timers run in order of their time, each with its promises settled before the next. */
export class FakeClock implements Clock {
  #wall: number
  #monotonic = 0
  #order = 0
  #timers = new Set<Timer>()

  constructor(start: number) {
    this.#wall = start
  }

  now(): EpochMs {
    return epochMs(this.#wall)
  }

  monotonicMs(): number {
    return this.#monotonic
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { at: this.#monotonic + Math.max(0, delayMs), order: this.#order++, run }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Lets time go by. */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonic + ms
    for (;;) {
      const due = [...this.#timers].filter((one) => one.at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0]
      if (due === undefined) break
      this.#move(due.at)
      this.#timers.delete(due)
      due.run()
      await settle()
    }
    this.#move(end)
    await settle()
  }

  /** Somebody sets the wall clock. */
  jump(ms: number): void {
    this.#wall += ms
  }

  #move(to: number): void {
    this.#wall += Math.max(0, to - this.#monotonic)
    this.#monotonic = Math.max(to, this.#monotonic)
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}
