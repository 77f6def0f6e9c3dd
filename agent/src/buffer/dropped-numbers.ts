import type { OutboxEpoch } from '@eyenet/shared/identity'
import type { OutboxRow, OutboxRows } from './outbox-rows.ts'
import { storedSamples } from './stored-samples.ts'

type Gap = {
  readonly lane: 'samples' | 'backfill'
  readonly isSent: boolean
  first: number
  last: number
  until: number
}

/**
 * Numbers whose samples were dropped are sent as a message without samples. The server would ask for them for ever, and an
 * acknowledgement names few of those it lacks: beyond these it would acknowledge nothing any more.
 */
export class DroppedNumbers {
  readonly #gaps: Gap[] = []
  readonly #empty: OutboxRow[] = []

  /** The next row in order that is dropped, or stands for some that were. What may have been sent keeps its range. */
  add(row: OutboxRow, isSent: boolean): void {
    const { lane, first, last, until } = row
    if (lane !== 'samples' && lane !== 'backfill') return
    if (isEmpty(row)) {
      if (isSent) return
      this.#empty.push(row)
    }
    const before = this.#gaps.at(-1)
    const isJoined = before !== undefined && !before.isSent && before.last + 1 === first
    if (isJoined) Object.assign(before, { last, until })
    else this.#gaps.push({ lane, isSent, first, last, until })
  }

  /** Writes them down, joined with those that were there. Within a transaction. */
  save(rows: OutboxRows, epoch: OutboxEpoch): void {
    for (const row of this.#empty) rows.removeOne(row)
    for (const { until, lane, first, last } of this.#gaps) {
      rows.insert({ ...storedSamples(NOTHING, { lane, first, last, epoch }, true), thinned: true, since: until, until })
    }
  }
}

/** Whether a row stands for dropped ones. */
export function isEmpty({ lane, samples }: Pick<OutboxRow, 'lane' | 'samples'>): boolean {
  return samples === 0 && (lane === 'samples' || lane === 'backfill')
}

const NOTHING = { ids: new Int32Array(0), times: new Float64Array(0), values: new Float64Array(0) }
