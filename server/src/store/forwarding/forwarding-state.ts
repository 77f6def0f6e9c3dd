import type { Labels } from '@eyenet/shared/identity'
import type { Series } from '../embedded/heads/series.ts'
import { SeriesIndex } from '../embedded/heads/series-index.ts'
import type { LogPlace, Prelude } from '../log/append-log.ts'
import { encodeRecord } from '../log/log-record.ts'
import { SEGMENT_HEADER_BYTES } from '../log/log-segment.ts'
import { SeqLedger } from '../log/seq-ledger.ts'
import type { AppendBatch, SeriesRef } from '../metric-store.ts'
import { Debt, type DebtSpan } from './debt.ts'
import type { ForwardDatabase, SavedSpan } from './forward-database.ts'
import { DAY_MS, FORGET_DAYS } from './forwarding-options.ts'
import { RecentSamples } from './recent-samples.ts'

/** Everything in memory: what the log and the database beside it can rebuild, and the newest samples. */
export class ForwardingState {
  readonly index = new SeriesIndex()
  readonly ledger = new SeqLedger()
  readonly debt = new Debt()
  readonly recent = new RecentSamples()
  readonly #database: ForwardDatabase
  /** Series that no record of the log names yet. */
  readonly #unlogged = new Set<Series>()
  /** Series whose row is not as it should be. */
  readonly #unsaved = new Set<Series>()
  /** Day of the last sample by number. */
  readonly #days = new Map<number, number>()
  /** The segment before which samples of a series are deleted. */
  readonly #tombstones: Map<number, number>
  /** Length up to which the debt of a segment is known. */
  readonly #knownTo = new Map<number, number>()

  constructor(database: ForwardDatabase) {
    this.#database = database
    for (const { ref, labels, day } of database.series()) {
      this.index.add(ref, labels)
      this.#days.set(ref, day)
    }
    for (const mark of database.marks()) this.ledger.add(mark)
    this.ledger.takeChanged()
    this.#tombstones = new Map(database.tombstones())
  }

  /** What is owed of the segments on disk. Bytes of which nothing was saved may have arrived. */
  loadDebt(segments: ReadonlyMap<number, number>): void {
    for (const [segment, size] of segments) this.#owe({ segment, from: SEGMENT_HEADER_BYTES, to: size }, 'maybe')
    for (const { segment, knownTo, spans } of this.#database.debt()) {
      const size = segments.get(segment)
      if (size === undefined) {
        this.#database.dropDebt(segment)
        continue
      }
      this.debt.mark({ segment, from: 0, to: Math.min(size, knownTo) }, 'settled')
      for (const [from, to, kind] of spans) this.debt.mark({ segment, from, to: Math.min(to, size) }, kind)
    }
  }

  intern(labels: Labels): SeriesRef {
    const { series, isNew } = this.index.intern(labels)
    if (isNew) {
      this.#unlogged.add(series)
      this.#unsaved.add(series)
    }
    return series.ref
  }

  /** Takes a series that a record of the log names. */
  replay(ref: number, labels: Labels): void {
    if (this.index.get(ref) === undefined) this.#unsaved.add(this.index.add(ref, labels))
  }

  /** Takes a batch that is in the log now. */
  apply(batch: AppendBatch, place: LogPlace, now: number): void {
    const day = Math.floor(now / DAY_MS)
    for (const ref of batch.refs) {
      if (this.#days.get(ref) === day) continue
      this.#days.set(ref, day)
      const series = this.index.get(ref)
      if (series !== undefined) this.#unsaved.add(series)
    }
    this.recent.add(batch, now)
    if (batch.mark !== undefined) this.ledger.add(batch.mark)
    this.#knownTo.set(place.segment, place.to)
  }

  /** Records of the series that the log does not name yet. */
  prelude(): Prelude {
    const series = [...this.#unlogged]
    return {
      parts: series.map(({ ref, labels }) => encodeRecord({ kind: 'series', ref, labels })),
      written: () => {
        for (const one of series) this.#unlogged.delete(one)
      },
    }
  }

  /** Everything that has to be in the database before segments before `segment` may go; to be run at the roll. */
  takeNames(segment: number): () => void {
    const names = [...this.#unsaved]
    const marks = this.ledger.takeChanged()
    this.#unsaved.clear()
    return () => {
      try {
        this.#database.transaction('durable', () => {
          for (const { ref, labels } of names) {
            if (this.index.get(ref) === undefined) continue
            this.#database.saveSeries({ ref, labels, day: this.#days.get(ref) ?? 0 })
          }
          for (const [source, ranges] of marks) this.#database.saveMarks(source, ranges)
          this.#database.saveNamesFrom(segment)
        })
      } catch (error) {
        for (const series of names) this.#unsaved.add(series)
        this.ledger.stillChanged(marks.keys())
        throw error
      }
    }
  }

  saveDebt(durability: 'durable' | 'later'): void {
    const changed = this.debt.takeChanged()
    if (changed.length === 0) return
    this.#database.transaction(durability, () => {
      for (const segment of changed) {
        const knownTo = this.#knownTo.get(segment) ?? 0
        this.#database.saveDebt({ segment, knownTo, spans: savedSpans(this.debt.spans(segment)) })
      }
    })
  }

  /** Forgets a segment that is not on disk any more. */
  forgetSegment(segment: number): void {
    this.#database.dropDebt(segment)
    this.#knownTo.delete(segment)
  }

  /** What was taken of these series in segments before `segment` is not wanted any more. */
  bury(refs: readonly number[], segment: number): void {
    this.#database.transaction('durable', () => {
      for (const ref of refs) this.#database.saveTombstone(ref, segment)
    })
    for (const ref of refs) {
      this.#tombstones.set(ref, segment)
      this.recent.drop(ref)
    }
  }

  deletedBefore(ref: number): number {
    return this.#tombstones.size === 0 ? 0 : (this.#tombstones.get(ref) ?? 0)
  }

  /** Tombstones are of no use once the engine owes nothing before them. */
  dropTombstones(oldest: number): void {
    if (this.#tombstones.size === 0) return
    for (const [ref, segment] of this.#tombstones) if (segment <= oldest) this.#tombstones.delete(ref)
    this.#database.dropTombstones(oldest)
  }

  /** Forgets series without samples for days; answers how many. Nothing may be owed of before. */
  forgetSeries(now: number): number {
    const limit = Math.floor(now / DAY_MS) - FORGET_DAYS
    const old = this.index.all().filter((one) => (this.#days.get(one.ref) ?? Number.POSITIVE_INFINITY) < limit)
    this.#database.transaction('later', () => {
      for (const { ref } of old) this.#database.dropSeries(ref)
    })
    for (const series of old) {
      this.index.remove(series)
      this.#days.delete(series.ref)
      this.#unlogged.delete(series)
      this.#unsaved.delete(series)
      this.recent.drop(series.ref)
    }
    return old.length
  }

  #owe(place: LogPlace, kind: 'owed' | 'maybe'): void {
    this.debt.mark(place, kind)
    this.#knownTo.set(place.segment, place.to)
  }
}

/** What a next start has to know: pieces that were never tried, and those that may have arrived. */
function savedSpans(spans: readonly DebtSpan[]): SavedSpan[] {
  return spans.map(({ from, to, kind }) => [from, to, kind === 'owed' ? 'owed' : 'maybe'])
}
