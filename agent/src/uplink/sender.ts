import type { Acknowledgement } from '@eyenet/shared/wire'
import type { Outbox, OutboxMessage } from '../buffer/buffer.ts'
import type { Clock } from '../schedule/schedule.ts'

/** Messages under way at a time: bounds what a server that comes back has to take at once. */
export const WINDOW = 16
/** A message that the server has not acknowledged after this long is sent again. */
const RESEND_AFTER_MS = 30_000

/** A connection that closes so soon after a message, before the broker's word, may have closed because of it. */
const BLAME_WITHIN_MS = 30_000
/** So many closed connections in a row, each after the same message alone, and the message is given up. */
const MAX_BLAMED = 3

type UnderWay = Omit<OutboxMessage, 'payload'> & {
  sentAt: number
  since: number
  /** Whether the broker has taken it; the server's own acknowledgement is still to come. */
  taken: boolean
}

export type SenderOptions = {
  readonly outbox: Outbox
  readonly clock: Clock
  /** Sends a message, and calls `taken` once the broker says that it has it. */
  readonly publish: (message: OutboxMessage, taken: () => void) => void
}

/** Publishes from the outbox, a window of messages at a time, until the server says that it has them on disk. */
export class Sender {
  readonly #options: SenderOptions
  readonly #underWay = new Map<string, UnderWay>()
  #open = false
  /** Messages that the broker must take one by one before several go at once: one of them may be what it closes over. */
  #toProve = 0
  #blamed = { lane: '', first: 0, times: 0 }

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

  /** The connection was closed, and not by this agent: a message that nobody takes must not block the others for ever. */
  lost(): void {
    const now = this.#options.clock.monotonicMs()
    const suspects = [...this.#underWay.values()].filter((one) => !one.taken && now - one.sentAt < BLAME_WITHIN_MS)
    if (this.#open && suspects.length > 0) this.#suspect(suspects)
    this.stop()
  }

  stop(): void {
    this.#open = false
    this.#underWay.clear()
    this.#options.outbox.setConnected(false)
  }

  /** Fills the window. */
  pump(): void {
    while (this.#open && this.#underWay.size < WINDOW && !this.#mustWait()) {
      const message = this.#options.outbox.take()
      if (message === undefined) return
      const now = this.#options.clock.monotonicMs()
      const { lane, first, last } = message
      const one = { lane, first, last, sentAt: now, since: now, taken: false }
      this.#underWay.set(`${lane} ${first}`, one)
      this.#publish(message, one)
    }
  }

  acknowledged(ack: Acknowledgement): void {
    const { outbox } = this.#options
    const epoch = outbox.epoch
    if (!outbox.acknowledge(ack)) return
    // Under a new epoch everything is taken anew.
    if (outbox.epoch !== epoch) this.#underWay.clear()
    for (const [key, one] of this.#underWay) if (!outbox.holds(one.lane, one.first)) this.#underWay.delete(key)
    if (ack.resendDefinitions || ack.listensAnew === true) this.#resend(0)
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
        this.#publish(message, one)
      }
    }
  }

  #publish(message: OutboxMessage, one: UnderWay): void {
    this.#options.publish(message, () => {
      if (one.taken) return
      one.taken = true
      if (this.#blamed.lane === one.lane && this.#blamed.first === one.first) this.#blamed.times = 0
      if (this.#toProve === 0) return
      this.#toProve--
      this.pump()
    })
  }

  #mustWait(): boolean {
    return this.#toProve > 0 && [...this.#underWay.values()].some((one) => !one.taken)
  }

  #suspect(suspects: readonly UnderWay[]): void {
    this.#toProve = WINDOW
    const [only, ...others] = suspects
    if (only === undefined || others.length > 0) return
    const { lane, first, last } = only
    const isSame = this.#blamed.lane === lane && this.#blamed.first === first
    this.#blamed = { lane, first, times: isSame ? this.#blamed.times + 1 : 1 }
    if (this.#blamed.times < MAX_BLAMED) return
    const reason = `the connection was closed ${MAX_BLAMED} times after it; it may be larger than the server's mqtt.maxPacketBytes`
    this.#options.outbox.discard({ lane, first, last }, reason)
  }
}
