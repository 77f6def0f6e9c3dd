import { type Acknowledgement, LANES, type Lane } from '@eyenet/shared/wire'
import type { Outbox, OutboxMessage } from '../buffer/buffer.ts'
import type { Clock } from '../schedule/schedule.ts'
import { BackfillPace } from './backfill-pace.ts'
import { type Flight, LineWindow } from './line-window.ts'
import { LiveShare } from './live-share.ts'

/** Messages under way at a time, beside the bound on their bytes: an acknowledgement names as many holes. */
export const WINDOW = 64
/** A message that the broker has taken and the server has not acknowledged after this long is sent again. */
const RESEND_AFTER_MS = 30_000
/** Within one connection nothing is lost before the broker: what it has not taken waits for the bytes ahead, twice as long as they should need. */
const PATIENCE = 2
/** What a line is taken to carry before anything has arrived. */
const SLOWEST_BYTES_PER_SECOND = 2_000
/** Events may be under way beside a full window. */
const EXTRA_FOR_EVENTS = 32_768
/** Size of a lane's next message before one was sent. */
const FIRST_MESSAGE_BYTES = 1_024

/** A connection that closes so soon after a message, before the broker's word, may have closed because of it. */
const BLAME_WITHIN_MS = 30_000
/** So many closed connections in a row, each after the same message alone, and the message is given up... */
const MAX_BLAMED = 3
/** ... but not sooner than this: a server that is killed a few times while it starts must cost nothing. */
const BLAME_OVER_MS = 600_000

type UnderWay = Omit<OutboxMessage, 'payload'> & {
  readonly flight: Flight
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

export type LineStatus = {
  /** What the line to the server carries, measured; undefined before anything has arrived. */
  readonly bytesPerSecond: number | undefined
  /** The server's limit for the backlog; undefined where there is none. */
  readonly backfillSamplesPerSecond: number | undefined
}

/**
 * Publishes from the outbox until the server says that it has it on disk: a lane only when those before it have nothing to
 * send, and no more at a time than the line carries in about half a second.
 */
export class Sender {
  readonly #options: SenderOptions
  readonly #underWay = new Map<string, UnderWay>()
  readonly #pace = new BackfillPace()
  readonly #share = new LiveShare()
  readonly #expectedBytes: Record<Lane, number>
  #line = new LineWindow()
  #open = false
  #cancelWait: (() => void) | undefined
  /** Messages that the broker must take one by one before several go at once: one of them may be what it closes over. */
  #toProve = 0
  #blamed = { lane: '', first: 0, times: 0, since: 0 }

  constructor(options: SenderOptions) {
    this.#options = options
    const first = FIRST_MESSAGE_BYTES
    this.#expectedBytes = { events: first, facts: first, samples: first, backfill: first }
    options.outbox.setLiveRule((queue) => this.#share.isLive(queue, this.#line.bytesPerSecond))
  }

  /** A connection is there: everything not acknowledged is sent, the oldest of the first lane first. */
  start(): void {
    this.#begin()
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
    this.#begin()
    this.#options.outbox.setConnected(false)
  }

  /** Sends what the line takes now. */
  pump(): void {
    this.#cancelWait?.()
    this.#cancelWait = undefined
    while (this.#open && this.#underWay.size < WINDOW && !this.#mustWait()) {
      const message = this.#next()
      if (message === undefined) return
      const now = this.#options.clock.monotonicMs()
      const { lane, first, last, samples, payload } = message
      const flight = this.#line.sent(payload.length, now)
      this.#expectedBytes[lane] = payload.length
      if (lane === 'backfill') this.#pace.spend(samples)
      if (lane === 'samples') this.#share.sent(payload.length, samples)
      const one = { lane, first, last, samples, flight, sentAt: now, since: now, taken: false }
      this.#underWay.set(`${lane} ${first}`, one)
      this.#publish(message, one)
    }
  }

  acknowledged(ack: Acknowledgement): void {
    const { outbox, clock } = this.#options
    const epoch = outbox.epoch
    if (!outbox.acknowledge(ack)) return
    const now = clock.monotonicMs()
    this.#pace.set(ack.pace?.samplesPerSecond, now)
    // Under a new epoch everything is taken anew.
    if (outbox.epoch !== epoch) this.#begin()
    const arrived: Flight[] = []
    for (const [key, one] of this.#underWay) {
      if (outbox.holds(one.lane, one.first)) continue
      this.#underWay.delete(key)
      arrived.push(one.flight)
    }
    this.#line.arrived(arrived, now)
    if (ack.resendDefinitions || ack.listensAnew === true) this.#resend(() => 0)
    this.pump()
  }

  /** Sends again what is overdue. Call it every few seconds. */
  resendOverdue(): void {
    const line = this.#line.bytesPerSecond ?? SLOWEST_BYTES_PER_SECOND
    this.#resend(({ taken, flight }) => RESEND_AFTER_MS + (taken ? 0 : (PATIENCE * flight.onLine * 1000) / line))
    this.pump()
  }

  /** How long the oldest message has waited for its acknowledgement, milliseconds; 0 when none waits. */
  waitingMs(): number {
    let longest = 0
    const now = this.#options.clock.monotonicMs()
    for (const one of this.#underWay.values()) longest = Math.max(longest, now - one.since)
    return longest
  }

  status(): LineStatus {
    return {
      bytesPerSecond: this.#line.bytesPerSecond,
      backfillSamplesPerSecond: this.#pace.samplesPerSecond,
    }
  }

  /** Another connection may be another line, and another server. */
  #begin(): void {
    this.#cancelWait?.()
    this.#cancelWait = undefined
    this.#underWay.clear()
    this.#line = new LineWindow()
    this.#pace.set(undefined, this.#options.clock.monotonicMs())
  }

  /** The next message by priority; undefined when there is none, or the line has no room for it: what is behind it must not overtake. */
  #next(): OutboxMessage | undefined {
    const { outbox } = this.#options
    for (const lane of LANES) {
      if (!outbox.waits(lane)) continue
      if (!this.#line.hasRoomFor(this.#expectedBytes[lane], lane === 'events' ? EXTRA_FOR_EVENTS : 0)) {
        this.#line.full()
        return undefined
      }
      if (lane === 'backfill' && this.#mustPace()) return undefined
      const message = outbox.take(lane)
      if (message !== undefined) return message
    }
    return undefined
  }

  #mustPace(): boolean {
    const { clock } = this.#options
    const waitMs = this.#pace.waitMs(clock.monotonicMs())
    if (waitMs === 0) return false
    this.#cancelWait = clock.after(waitMs, () => this.pump())
    return true
  }

  #resend(afterMs: (one: UnderWay) => number): void {
    if (!this.#open) return
    const now = this.#options.clock.monotonicMs()
    for (const [key, one] of this.#underWay) {
      if (now - one.sentAt < afterMs(one)) continue
      const message = this.#options.outbox.read(one.lane, one.first)
      if (message === undefined) {
        // It was dropped meanwhile: nobody will ever say that it has arrived.
        this.#underWay.delete(key)
        this.#line.forget(one.flight)
      } else {
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
    const now = this.#options.clock.monotonicMs()
    const { times, since } = isSame && this.#blamed.times > 0 ? this.#blamed : { times: 0, since: now }
    this.#blamed = { lane, first, times: times + 1, since }
    if (this.#blamed.times < MAX_BLAMED || now - since < BLAME_OVER_MS) return
    const reason = `the connection was closed ${this.#blamed.times} times after it; it may be larger than the server's mqtt.maxPacketBytes`
    this.#options.outbox.discard({ lane, first, last }, reason)
  }
}
