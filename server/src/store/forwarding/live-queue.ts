import type { LogPlace } from '../log/append-log.ts'
import type { AppendBatch } from '../metric-store.ts'

/** A batch that is in the log and not in the engine. */
export type LiveBatch = { readonly place: LogPlace; readonly batch: AppendBatch }

/** New batches in memory on their way to the engine; what does not fit is sent from the disk later. */
export class LiveQueue {
  readonly #samplesMax: number
  #waiting: LiveBatch[] = []
  #samples = 0

  constructor(samplesMax: number) {
    this.#samplesMax = samplesMax
  }

  get samples(): number {
    return this.#samples
  }

  /** Takes a copy of a batch, whose columns the sender uses again; answers those that leave for it, oldest first. */
  push({ place, batch: { refs, times, values } }: LiveBatch): readonly LiveBatch[] {
    const copied = typeof times === 'number' ? times : times.slice()
    this.#waiting.push({ place, batch: { refs: refs.slice(), times: copied, values: values.slice() } })
    this.#samples += refs.length
    let leaving = 0
    for (const { batch: oldest } of this.#waiting) {
      if (this.#samples <= this.#samplesMax) break
      this.#samples -= oldest.refs.length
      leaving++
    }
    return this.#waiting.splice(0, leaving)
  }

  /** The oldest batches, together about so many samples and at least one; empty when none wait. */
  take(samples: number): readonly LiveBatch[] {
    let count = 0
    let taken = 0
    for (const { batch } of this.#waiting) {
      if (count > 0 && taken + batch.refs.length > samples) break
      taken += batch.refs.length
      count++
    }
    this.#samples -= taken
    return this.#waiting.splice(0, count)
  }
}
