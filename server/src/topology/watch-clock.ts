import { type EpochMs, epochMs } from '@eyenet/shared/identity'

/**
 * How long this server has watched the network, over all its runs: goes on only while it runs, whatever the machine's clock
 * says. It began as time of day, and falls behind that by each time that the server was away; only its differences mean
 * something. By it the history waits: an outage, or a clock that is set, ends no wait and makes none longer.
 */
export class WatchClock {
  readonly #monotonicMs: () => number
  #aheadMs = 0

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs
  }

  /** Goes on from here. */
  begin(at: EpochMs): void {
    this.#aheadMs = at - this.#monotonicMs()
  }

  now(): EpochMs {
    return epochMs(this.#aheadMs + this.#monotonicMs())
  }
}
