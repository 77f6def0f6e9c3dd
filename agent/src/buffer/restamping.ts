import type { OutboxEpoch } from '@eyenet/shared/identity'
import { LANES, type Lane } from '@eyenet/shared/wire'
import { z } from 'zod'
import { correctedTime, type TimeCorrection } from '../schedule/schedule.ts'
import type { OutboxDatabase } from './outbox-file.ts'
import { readMeta, removeMeta, writeMeta } from './outbox-meta.ts'
import type { OutboxRow, OutboxRows } from './outbox-rows.ts'
import { mergeColumns } from './sample-columns.ts'
import { readable, storedSamples } from './stored-samples.ts'

/** Bounds one step: some 50 ms. */
const STEP_ROWS = 64
const STEP_SAMPLES = 100_000

const Correction = z.object({ from: z.number(), to: z.number(), shiftMs: z.number() })
const Range = z.object({ next: z.number().int(), end: z.number().int() })
const Work = z.object({
  corrections: z.array(Correction),
  lanes: z.object({ events: Range, facts: Range, samples: Range, backfill: Range }),
})
type Work = z.infer<typeof Work>

/**
 * Moves the times of what lies in the outbox once the true time is known. What is to be done lies on disk and is done in
 * steps, each a transaction, so that no row is moved twice, whatever ends the agent in between. Numbers stay: the server
 * still knows a message that it has already.
 */
export class Restamping {
  readonly #database: OutboxDatabase
  readonly #rows: OutboxRows
  #work: Work | undefined

  constructor(database: OutboxDatabase, rows: OutboxRows) {
    this.#database = database
    this.#rows = rows
    const kept = readMeta(database, 'restamp')
    this.#work = kept === undefined ? undefined : Work.parse(JSON.parse(kept))
  }

  get isPending(): boolean {
    return this.#work !== undefined
  }

  /** Whether rows of a lane still have wrong times; they must not be sent yet. */
  blocks(lane: Lane): boolean {
    const range = this.#work?.lanes[lane]
    return range !== undefined && range.next < range.end
  }

  /** From now on all that is in the outbox is to be moved. Only when nothing is pending. Within a transaction. */
  begin(corrections: readonly TimeCorrection[]): void {
    const range = (lane: Lane) => ({ next: 0, end: this.#rows.lanes[lane].next })
    const lanes = {
      events: range('events'),
      facts: range('facts'),
      samples: range('samples'),
      backfill: range('backfill'),
    }
    this.#work = { corrections: [...corrections], lanes }
    writeMeta(this.#database, 'restamp', JSON.stringify(this.#work))
  }

  /** One bounded step, a transaction; true when more is to be done. */
  step(epoch: OutboxEpoch): boolean {
    const work = this.#work
    if (work === undefined) return false
    const lane = LANES.find((one) => work.lanes[one].next < work.lanes[one].end)
    const next = this.#rows.transaction(() => {
      if (lane === undefined) {
        removeMeta(this.#database, 'restamp')
        return undefined
      }
      const { end } = work.lanes[lane]
      const moved = { ...work, lanes: { ...work.lanes, [lane]: { next: this.#stepIn(lane, work, epoch), end } } }
      writeMeta(this.#database, 'restamp', JSON.stringify(moved))
      return moved
    })
    this.#work = next
    return next !== undefined
  }

  /** Where to go on. */
  #stepIn(lane: Lane, { corrections, lanes }: Work, epoch: OutboxEpoch): number {
    const { end } = lanes[lane]
    let { next } = lanes[lane]
    let samples = 0
    for (let count = 0; count < STEP_ROWS && samples < STEP_SAMPLES; count++) {
      const head = this.#rows.peek(lane, next)
      if (head === undefined || head.first >= end) return end
      next = head.first + 1
      if (!corrections.some(({ from, to }) => head.since < to && head.until >= from)) continue
      // A row that is damaged is dropped when it is to be sent.
      const row = this.#rows.read(lane, head.first, 1)[0]
      const moved = row && movedRow(row, corrections, epoch)
      if (row === undefined || moved === undefined) continue
      this.#rows.removeOne(row)
      this.#rows.insert(moved)
      samples += row.samples
    }
    return next
  }
}

function movedRow(row: OutboxRow, corrections: readonly TimeCorrection[], epoch: OutboxEpoch): OutboxRow | undefined {
  const { lane, first, last, merged } = row
  if (lane === 'events' || lane === 'facts') {
    const report = JSON.parse(Buffer.from(row.body).toString())
    const at = correctedTime(corrections, Number(report.at))
    return { ...row, since: at, until: at, body: Buffer.from(JSON.stringify({ ...report, at })) }
  }
  const batch = readable(row.body)
  if (batch === undefined) return undefined
  if (batch.ids.length === 0) {
    const [since, until] = [row.since, row.until].map((time) => correctedTime(corrections, time))
    return { ...row, since: since ?? row.since, until: until ?? row.until }
  }
  const times = batch.times.map((time) => correctedTime(corrections, time))
  const columns = mergeColumns([{ ...batch, times }])
  return { ...storedSamples(columns, { lane, epoch, first, last }, merged), thinned: row.thinned === true }
}
