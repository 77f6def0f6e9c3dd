import type { Outbox } from '../buffer/buffer.ts'
import type { Clock } from '../schedule/schedule.ts'

/** One notice of a kind in this time; more of it tell nobody more. */
const NOTICE_EVERY_MS = 600_000

/** Notices that a server or a broker can cause as often as it likes: few of them reach the outbox. */
export class LimitedNotices {
  readonly #outbox: Outbox
  readonly #clock: Clock
  /** At most one entry for each code, of which there are a dozen. */
  readonly #noticed = new Map<string, number>()

  constructor(outbox: Outbox, clock: Clock) {
    this.#outbox = outbox
    this.#clock = clock
  }

  add(code: string, message: string): void {
    const now = this.#clock.monotonicMs()
    const last = this.#noticed.get(code)
    if (last !== undefined && now - last < NOTICE_EVERY_MS) return
    this.#noticed.set(code, now)
    this.#outbox.notice(code, message)
  }
}
