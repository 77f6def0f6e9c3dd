import type { Labels } from '@eyenet/shared/identity'
import { SeqLedger } from '../../log/seq-ledger.ts'
import type { AppendBatch } from '../../metric-store.ts'
import { ChangeLog } from './change-log.ts'
import { HeadRoom } from './head-room.ts'
import type { Series } from './series.ts'
import { SeriesIndex } from './series-index.ts'

/** Everything in memory that the log can rebuild: series, heads, marks. */
export class HeadState {
  readonly index = new SeriesIndex()
  readonly ledger = new SeqLedger()
  readonly room = new HeadRoom()
  readonly changes = new ChangeLog()
  /** Series that no record of the log names yet. */
  readonly unlogged = new Set<Series>()
  /** Series that are not in the database yet. */
  readonly unsaved = new Set<Series>()
  /** Series that ended, by number: a batch that was admitted before may yet bring one of them back. */
  readonly ended = new Map<number, Series>()
  headSamples = 0

  intern(labels: Labels): Series {
    const { series, isNew } = this.index.intern(labels)
    if (isNew) {
      this.unlogged.add(series)
      this.unsaved.add(series)
    }
    return series
  }

  /** Takes a batch that is in the log. Samples of series that are unknown (a damaged log) are left out. */
  apply({ mark, refs, times, values }: AppendBatch): void {
    let first = Number.POSITIVE_INFINITY
    let last = Number.NEGATIVE_INFINITY
    for (let i = 0; i < refs.length; i++) {
      const series = this.index.get(refs[i] ?? 0) ?? this.#revived(refs[i] ?? 0)
      if (series === undefined) continue
      const time = typeof times === 'number' ? times : (times[i] ?? 0)
      if (time < first) first = time
      if (time > last) last = time
      series.append(time, values[i] ?? 0, this.room)
      this.headSamples++
    }
    if (last >= first) this.changes.changed(first, last)
    if (mark !== undefined) this.ledger.add(mark)
  }

  dropHead(series: Series): void {
    this.headSamples -= series.head?.appended ?? 0
    series.dropHead()
  }

  /** Takes a series of which nothing is left out of the index; it stays in the database until the log is past it. */
  end(series: Series): void {
    this.index.remove(series)
    this.ended.set(series.ref, series)
  }

  forget(series: Series): void {
    this.index.remove(series)
    this.unlogged.delete(series)
    this.unsaved.delete(series)
  }

  /** The series for a batch that was on its way when the series ended: the one that has its labels now, or itself again. */
  #revived(ref: number): Series | undefined {
    const ended = this.ended.get(ref)
    if (ended === undefined) return undefined
    const known = this.index.find(ended.labels)
    if (known !== undefined) return known
    this.ended.delete(ref)
    return this.index.add(ref, ended.labels)
  }
}
