import type { LiveQueue } from '../buffer/buffer.ts'

/** What waits in the live lane shall be through by then; what comes while more waits is backlog. */
const QUEUE_SECONDS = 5
/** Rows of the live lane, whatever the line: bounds what a server that is away makes old. */
const MAX_MESSAGES = 256
/** Of the samples that chance chooses one in ten or so may find no room: then the share settles. */
const LESS = 0.6
const MORE = 1.05
const LEAST_SHARE = 0.05
/** Bytes of a live sample before one was sent. */
const FIRST_BYTES_PER_SAMPLE = 4
const WEIGHT = 0.1

/**
 * Which new samples go live on a line that cannot carry all of them: by chance, in a share that the line has room for, so
 * that no device is always among those that come too late and wait in the backlog. Pure but for `random`.
 */
export class LiveShare {
  readonly #random: () => number
  #bytesPerSample = FIRST_BYTES_PER_SAMPLE
  #share = 1

  constructor(random: () => number = Math.random) {
    this.#random = random
  }

  /** A live message went: what a sample costs. */
  sent(bytes: number, samples: number): void {
    if (samples > 0) this.#bytesPerSample += WEIGHT * (bytes / samples - this.#bytesPerSample)
  }

  /** Whether samples that were just taken go live. `bytesPerSecond` is what the line carries, undefined while not known. */
  isLive({ messages, samples }: LiveQueue, bytesPerSecond: number | undefined): boolean {
    if (messages >= MAX_MESSAGES) return false
    if (bytesPerSecond === undefined) return true
    if (this.#random() >= this.#share) return false
    const isFull = samples * this.#bytesPerSample > QUEUE_SECONDS * bytesPerSecond
    this.#share = isFull ? Math.max(LEAST_SHARE, this.#share * LESS) : Math.min(1, this.#share * MORE)
    return !isFull
  }
}
