import type { Band } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import type { Labels } from '@eyenet/shared/identity'
import { conclude, type JudgeSettings, prepare, SeriesBank, TickBatch } from '@eyenet/shared/judge'
import { HistoryRows, type JudgeRows, type StoredSamples } from './history-rows.ts'
import { JudgedColumns } from './judged-columns.ts'

/** A model that answers for the rows of a batch, as at an agent; false: it has no answer. */
export type RowModel = { readonly id: string; run(batch: TickBatch): Promise<boolean> }

export type BandSeries = StoredSamples & {
  readonly key: string
  readonly labels: Labels
  readonly judgedAs: Band['judgedAs']
}

/** What is judged alike: rows of one run go on where another run of the same kind left them. */
export type BandKind = { readonly learntFrom: number; readonly settings: JudgeSettings }

export type BandQuestion = BandKind & {
  readonly from: number
  readonly to: number
  readonly stepMs: number
  readonly series: readonly BandSeries[]
}

/** Series that are kept judged, for charts that move on; 36 octets a row, some 40 MB. */
export const MAX_KEPT_SERIES = 200
const MAX_KEPT_ROWS = 1_000_000
/** Samples that came late are seen once what was judged without them is forgotten. */
const KEEP_MS = 15 * 60_000
/** The clock is looked at once in so many ticks. */
const LOOK_EVERY = 256

type Kept = {
  readonly slot: number
  readonly rows: HistoryRows
  readonly columns: JudgedColumns
  readonly madeAt: number
  /** Samples up to this time are in it. */
  to: number
}

/**
 * Judges history with the agent's own judge, one row of each series at a time and none ahead, and keeps what it judged for the
 * next question about the same series.
 */
export class BandKeeper {
  readonly #bank = new SeriesBank(MAX_KEPT_SERIES)
  readonly #batch = new TickBatch(MAX_KEPT_SERIES)
  /** By key of the series and kind; the one that was asked for last is the last. */
  readonly #kept = new Map<string, Kept>()
  readonly #nowMs: () => number

  /** `nowMs`: milliseconds that only grow. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** Up to when each of these series is judged; its samples are wanted from then on. */
  judgedTo(keys: readonly string[], kind: BandKind, model: string | undefined): number[] {
    return keys.map((key) => this.#find(keptKey(key, kind, model))?.to ?? kind.learntFrom)
  }

  /** EyeNetError `timeout` at the deadline. */
  async bands(question: BandQuestion, model: RowModel | undefined, deadline: number): Promise<Band[]> {
    const { series, settings } = question
    const walks = series.map((one) => {
      const kept = this.#kept.get(keptKey(one.key, question, model?.id)) ?? this.#begin(one, question, model?.id)
      const fresh = samplesAfter(one, kept.to)
      kept.to = Math.max(kept.to, fresh.times.at(-1) ?? 0, fresh.polls.at(-1) ?? 0)
      return { kept, rows: kept.rows.take(fresh) }
    })
    const longest = Math.max(0, ...walks.map(({ rows }) => rows.times.length))
    for (let index = 0; index < longest; index++) {
      if (index % LOOK_EVERY === 0 && this.#nowMs() > deadline) {
        this.#forget(walks.map(({ kept }) => kept))
        throw new EyeNetError('timeout', 'judging that much history takes too long: ask for fewer series or less time')
      }
      await this.#tick(walks, { index, settings, model })
    }
    this.#prune(walks.length)
    return walks.map(({ kept }, at) => {
      const one = series[at]
      if (one === undefined) throw new Error('a walk has its series')
      return kept.columns.band({ labels: one.labels, judgedAs: one.judgedAs }, question)
    })
  }

  async #tick(
    walks: readonly { readonly kept: Kept; readonly rows: JudgeRows }[],
    { index, settings, model }: { index: number; settings: JudgeSettings; model: RowModel | undefined },
  ): Promise<void> {
    const batch = this.#batch
    batch.clear()
    const there = walks.filter(({ rows }) => index < rows.times.length)
    for (const { kept, rows } of there) {
      batch.add(kept.slot, rows.times[index] ?? 0, rows.values[index] ?? Number.NaN)
    }
    prepare(this.#bank, batch)
    const hasModel = model !== undefined && (await model.run(batch))
    conclude(this.#bank, batch, { settings, hasModel })
    there.forEach(({ kept }, row) => {
      kept.columns.add(batch, row)
    })
  }

  #begin(series: BandSeries, kind: BandKind, model: string | undefined): Kept {
    for (const key of this.#kept.keys()) {
      if (this.#bank.size < MAX_KEPT_SERIES) break
      this.#drop(key)
    }
    const slot = this.#bank.open()
    if (slot === undefined) throw new Error('a place was made free')
    const fresh = { rows: new HistoryRows(series.judgedAs), columns: new JudgedColumns() }
    const kept: Kept = { ...fresh, slot, madeAt: this.#nowMs(), to: kind.learntFrom - 1 }
    this.#kept.set(keptKey(series.key, kind, model), kept)
    return kept
  }

  /** What is kept, as the one that was asked for last; undefined where it is too old. */
  #find(key: string): Kept | undefined {
    const kept = this.#kept.get(key)
    if (kept === undefined) return undefined
    if (this.#nowMs() - kept.madeAt > KEEP_MS) {
      this.#drop(key)
      return undefined
    }
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    return kept
  }

  /** Those asked for longest ago go; the last ones stay. */
  #prune(last: number): void {
    let rows = [...this.#kept.values()].reduce((sum, { columns }) => sum + columns.count, 0)
    for (const [key, { columns }] of [...this.#kept].slice(0, -last)) {
      if (rows <= MAX_KEPT_ROWS) return
      rows -= columns.count
      this.#drop(key)
    }
  }

  #forget(all: readonly Kept[]): void {
    for (const [key, kept] of this.#kept) if (all.includes(kept)) this.#drop(key)
  }

  #drop(key: string): void {
    const kept = this.#kept.get(key)
    if (kept === undefined) return
    this.#bank.close(kept.slot)
    this.#kept.delete(key)
  }
}

function keptKey(key: string, { learntFrom, settings }: BandKind, model = ''): string {
  return `${learntFrom}/${settings.alarmsPerMonth}/${model}/${key}`
}

function samplesAfter({ times, values, polls }: StoredSamples, time: number): StoredSamples {
  const first = times.findIndex((one) => one > time)
  const firstPoll = polls.findIndex((one) => one > time)
  return {
    times: first < 0 ? times.subarray(times.length) : times.subarray(first),
    values: first < 0 ? values.subarray(values.length) : values.subarray(first),
    polls: firstPoll < 0 ? polls.subarray(polls.length) : polls.subarray(firstPoll),
  }
}
