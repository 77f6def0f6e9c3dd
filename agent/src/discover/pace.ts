import type { Clock } from '../schedule/schedule.ts'

/** So much may go out at once: with 50 packets a second, five. */
const BURST_MS = 100
/** Packets that wait for their moment, as time: enough that the pace is kept while others wait for answers. */
const ROOM_MS = 500

/**
 * A token bucket (as GCRA, ITU-T I.371) over everything that discovery sends. Who sends takes its packets out before; what
 * turns out to have been more (a retry, an answer that needed a second packet) is charged after, and the next one waits.
 */
export class Pace {
  readonly #clock: Clock
  #everyMs: number
  #freeAtMs = Number.NEGATIVE_INFINITY
  #packets = 0

  constructor(clock: Clock, packetsPerSecond: number) {
    this.#clock = clock
    this.#everyMs = 1_000 / packetsPerSecond
  }

  /** Packets so far. */
  get packets(): number {
    return this.#packets
  }

  set packetsPerSecond(packetsPerSecond: number) {
    this.#everyMs = 1_000 / packetsPerSecond
  }

  /** Resolves when a packet may go out; each one that waits has its own moment, in order. */
  async take(): Promise<void> {
    const waitMs = this.#reserve(1)
    if (waitMs > 0) await new Promise<void>((resolve) => void this.#clock.after(waitMs, resolve))
  }

  /**
   * Resolves when little waits: who begins something new comes after what is under way, so that it is finished soon. One
   * at a time may wait here.
   */
  async room(): Promise<void> {
    for (;;) {
      const waitMs = this.#freeAtMs - this.#clock.monotonicMs() - ROOM_MS
      if (!(waitMs > 0)) return
      await new Promise<void>((resolve) => void this.#clock.after(waitMs, resolve))
    }
  }

  charge(packets: number): void {
    if (packets > 0) this.#reserve(packets)
  }

  #reserve(packets: number): number {
    const now = this.#clock.monotonicMs()
    const at = Math.max(now - BURST_MS, this.#freeAtMs)
    this.#freeAtMs = at + packets * this.#everyMs
    this.#packets += packets
    return at - now
  }
}
