import type { Labels } from '@eyenet/shared/identity'
import { conclude, type JudgeSettings, prepare, SeriesBank, TickBatch } from '@eyenet/shared/judge'

/** A past that somebody knows of series: their readings from a time up to another, milliseconds since 1970. */
export type Past = {
  readonly from: number
  readonly to: number
  /** What lies between two samples from `to` on: the past is judged as if it had been polled as often. */
  readonly intervalMs: number
  /** The reading at a time in between (NaN: none); undefined: this series has no past. */
  readingOf(labels: Labels): ((now: number) => number) | undefined
}

export type PastOptions = {
  readonly past: Past
  readonly isCounter: boolean
  readonly settings: JudgeSettings
}

/** Before that one sample in so long is judged: enough for the hours of a week, and cheap. */
const SPARSE_MS = 1_800_000
/** The end of the past is judged sample by sample: how a series moves from one to the next, and how often it does not. */
const DENSE_SAMPLES = 2_000

/** What the judge knows of one series after its past; the verdicts on it are nobody's news. One at a time, for a few milliseconds. */
export class PastLearner {
  readonly #bank = new SeriesBank(1)
  readonly #batch = new TickBatch(1)

  /** State as SeriesBank.save gives it; undefined where the series has no past. */
  learn(labels: Labels, { past, isCounter, settings }: PastOptions): Uint8Array | undefined {
    const read = past.readingOf(labels)
    const slot = read === undefined ? undefined : this.#bank.open()
    if (read === undefined || slot === undefined) return undefined
    const { intervalMs } = past
    const value = (now: number): number =>
      isCounter ? ((read(now) - read(now - intervalMs)) * 1_000) / intervalMs : read(now)
    const judge = (now: number): void => {
      const found = value(now)
      if (Number.isNaN(found)) return
      this.#batch.clear()
      this.#batch.add(slot, now, found)
      prepare(this.#bank, this.#batch)
      conclude(this.#bank, this.#batch, { settings, hasModel: false })
    }
    const denseFrom = past.to - DENSE_SAMPLES * intervalMs
    for (let now = past.from + intervalMs; now < denseFrom; now += SPARSE_MS) judge(now)
    for (let now = denseFrom; now <= past.to; now += intervalMs) judge(now)
    const state = this.#bank.save(slot)
    this.#bank.close(slot)
    return state
  }
}
