import type { Acknowledgement } from '@eyenet/shared/wire'
import type { Outbox, OutboxMessage } from '../buffer/buffer.ts'
import type { Clock } from '../schedule/schedule.ts'

/** Messages under way at a time: bounds what a server that comes back has to take at once. */
export const WINDOW = 16
/** A message that the server has not acknowledged after this long is sent again. */
const RESEND_AFTER_MS = 30_000

type UnderWay = { readonly lane: OutboxMessage['lane']; readonly first: number; sentAt: number; since: number }

export type SenderOptions = {
  readonly outbox: Outbox
  readonly clock: Clock
  readonly publish: (message: OutboxMessage) => void
}

/** Publishes from the outbox, a window of messages at a time, until the server says that it has them on disk. */
export class Sender {
  readonly #options: SenderOptions
  readonly #underWay = new Map<string, UnderWay>()
  #open = false

  constructor(options: SenderOptions) {
    this.#options = options
  }

  /** A connection is there: everything not acknowledged is sent, the oldest of the first lane first. */
  start(): void {
    this.#underWay.clear()
    this.#open = true
    this.#options.outbox.setConnected(true)
    this.pump()
  }

  stop(): void {
    this.#open = false
    this.#underWay.clear()
    this.#options.outbox.setConnected(false)
  }

  /** Fills the window. */
  pump(): void {
    while (this.#open && this.#underWay.size < WINDOW) {
      const message = this.#options.outbox.take()
      if (message === undefined) return
      const now = this.#options.clock.monotonicMs()
      const { lane, first } = message
      this.#underWay.set(`${lane} ${first}`, { lane, first, sentAt: now, since: now })
      this.#options.publish(message)
    }
  }

  acknowledged(ack: Acknowledgement): void {
    const { outbox } = this.#options
    const epoch = outbox.epoch
    if (!outbox.acknowledge(ack)) return
    // Under a new epoch everything is taken anew.
    if (outbox.epoch !== epoch) this.#underWay.clear()
    for (const [key, one] of this.#underWay) if (!outbox.holds(one.lane, one.first)) this.#underWay.delete(key)
    if (ack.resendDefinitions) this.#resend(0)
    this.pump()
  }

  /** Sends again what is overdue. Call it every few seconds. */
  resendOverdue(): void {
    this.#resend(RESEND_AFTER_MS)
    this.pump()
  }

  /** How long the oldest message has waited for its acknowledgement, milliseconds; 0 when none waits. */
  waitingMs(): number {
    let longest = 0
    const now = this.#options.clock.monotonicMs()
    for (const one of this.#underWay.values()) longest = Math.max(longest, now - one.since)
    return longest
  }

  #resend(afterMs: number): void {
    if (!this.#open) return
    const now = this.#options.clock.monotonicMs()
    for (const [key, one] of this.#underWay) {
      if (now - one.sentAt < afterMs) continue
      const message = this.#options.outbox.read(one.lane, one.first)
      if (message === undefined) this.#underWay.delete(key)
      else {
        one.sentAt = now
        this.#options.publish(message)
      }
    }
  }
}
