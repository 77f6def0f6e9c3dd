import type { AppendLog } from '../log/append-log.ts'
import type { SeqLedger } from '../log/seq-ledger.ts'
import type { ChunkDatabase } from './chunks/chunk-database.ts'
import { sealHead } from './chunks/sealing.ts'
import { type Extent, NOTHING_ON_DISK, type Series } from './heads/series.ts'
import type { SeriesIndex } from './heads/series-index.ts'
import type { TimeColumns } from './heads/time-column.ts'
import { TURN_NAMES, TURN_SAMPLES, TURN_SERIES } from './store-options.ts'

/** What maintenance works on. */
export type StoreParts = {
  readonly index: SeriesIndex
  readonly database: ChunkDatabase
  readonly ledger: SeqLedger
  readonly log: AppendLog
  readonly timeColumns: TimeColumns
  /** Series that are not in the database yet. */
  readonly unsaved: Set<Series>
  /** Series that are to be removed from it, for nothing of them is left. */
  readonly ended: Map<number, Series>
  readonly dropHead: (series: Series) => void
  readonly damaged: (series: Series) => void
}

/**
 * Writes all heads into chunks and cuts the log. Appends go on meanwhile, into a new segment. The database says which
 * segments it covers in the same transaction that holds the marks, after all chunks; a crash before that replays
 * samples that are in chunks already, which changes nothing.
 */
export async function flushHeads(parts: StoreParts): Promise<void> {
  const { database, index, ledger, log, unsaved } = parts
  const ended = [...parts.ended.keys()]
  let work: { segment: number; marks: ReturnType<SeqLedger['takeChanged']>; series: Series[] } | undefined
  await log.roll((segment) => {
    parts.timeColumns.clear()
    work = { segment, marks: ledger.takeChanged(), series: index.all().filter(({ head }) => head !== undefined) }
  })
  if (work === undefined) return
  const { segment, marks, series } = work
  try {
    await sealAll(series, parts)
    await saveNames([...unsaved], parts)
    await dropEnded(ended, parts)
    database.transaction('durable', () => {
      for (const [source, ranges] of marks) database.saveMarks(source, ranges)
      database.saveLogFrom(segment)
    })
  } catch (error) {
    ledger.stillChanged(marks.keys())
    throw error
  }
  await log.cut(segment)
}

async function sealAll(series: readonly Series[], { database, dropHead }: StoreParts): Promise<void> {
  for (let at = 0; at < series.length; ) {
    const sealed: { readonly one: Series; readonly extent: Extent }[] = []
    database.transaction('later', () => {
      for (let samples = 0; at < series.length && samples < TURN_SAMPLES; at++) {
        const one = series[at]
        if (one?.head === undefined) continue
        // A chunk costs about as much as 200 samples.
        samples += one.head.appended + 200
        sealed.push({ one, extent: sealHead(one, database) })
      }
    })
    for (const { one, extent } of sealed) {
      one.extent = extent
      dropHead(one)
    }
    await turn()
  }
}

/** The log still names them until it is cut, so that these transactions need not be durable by themselves. */
async function saveNames(series: readonly Series[], { database, unsaved }: StoreParts): Promise<void> {
  for (let at = 0; at < series.length; at += TURN_NAMES) {
    const slice = series.slice(at, at + TURN_NAMES)
    database.transaction('later', () => {
      for (const { ref, labels } of slice) database.saveSeries(ref, labels)
    })
    for (const one of slice) unsaved.delete(one)
    await turn()
  }
}

/** What was on its way to one of them when it ended has arrived, for the log was rolled since. */
async function dropEnded(refs: readonly number[], { database, ended }: StoreParts): Promise<void> {
  for (let at = 0; at < refs.length; at += TURN_NAMES) {
    const gone = refs.slice(at, at + TURN_NAMES).filter((ref) => ended.has(ref))
    database.transaction('later', () => {
      for (const ref of gone) database.dropSeries(ref)
    })
    for (const ref of gone) ended.delete(ref)
    await turn()
  }
}

/** Removes what the database has of these series. */
export async function dropSamples(series: readonly Series[], database: ChunkDatabase): Promise<void> {
  for (let at = 0; at < series.length; at += TURN_SERIES) {
    const slice = series.slice(at, at + TURN_SERIES)
    const isLast = at + TURN_SERIES >= series.length
    database.transaction(isLast ? 'durable' : 'later', () => {
      for (const { ref } of slice) database.dropSamples(ref)
    })
    for (const one of slice) one.extent = NOTHING_ON_DISK
    await turn()
  }
}

/** Lets the event loop serve others. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
