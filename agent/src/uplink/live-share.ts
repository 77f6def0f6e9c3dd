import type { LiveQueue } from '../buffer/buffer.ts'

/** What waits in the live lane shall be through by then; what comes while more waits is backlog. */
const QUEUE_SECONDS = 5
/** Rows of the live lane, whatever the line: bounds what a server that is away makes old. */
const MAX_MESSAGES = 256
/** The rest of a line that cannot carry what is sampled is for the backlog. */
const SHARE = 0.8
/** What is offered is averaged over about so long: some polls of every device. */
const MEMORY_MS = 180_000
/** Bytes of a live sample before one was sent. */
const FIRST_BYTES_PER_SAMPLE = 4
const WEIGHT = 0.1

/**
 * Which new samples go live on a line that cannot carry all of them: by chance, so that no device is always among those
 * that must wait for the backlog. Pure but for `random`.
 */
export class LiveShare {
  readonly #random: () => number
  #bytesPerSample = FIRST_BYTES_PER_SAMPLE
  #offeredPerSecond = 0
  #offeredAtMs: number | undefined

  constructor(random: () => number = Math.random) {
    this.#random = random
  }

  /** A live message went: what a sample costs. */
  sent(bytes: number, samples: number): void {
    if (samples > 0) this.#bytesPerSample += WEIGHT * (bytes / samples - this.#bytesPerSample)
  }

  /** Whether samples that were just taken go live. `bytesPerSecond` is what the line carries, undefined while not known. */
  isLive({ messages, samples, fresh }: LiveQueue, bytesPerSecond: number | undefined, nowMs: number): boolean {
    this.#offer(fresh * this.#bytesPerSample, nowMs)
    if (messages >= MAX_MESSAGES) return false
    if (bytesPerSecond === undefined) return true
    if (samples * this.#bytesPerSample > QUEUE_SECONDS * bytesPerSecond) return false
    return this.#random() * this.#offeredPerSecond < SHARE * bytesPerSecond
  }

  #offer(bytes: number, nowMs: number): void {
    const passedMs = nowMs - (this.#offeredAtMs ?? nowMs)
    this.#offeredAtMs = nowMs
    // A decaying sum over the memory: bursts and pauses come out as what they are on the average.
    this.#offeredPerSecond = this.#offeredPerSecond * Math.exp(-passedMs / MEMORY_MS) + bytes / (MEMORY_MS / 1000)
  }
}
