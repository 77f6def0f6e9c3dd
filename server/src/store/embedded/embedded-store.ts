import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { epochMs, type Labels } from '@eyenet/shared/identity'
import { compileMatcher, type Matcher, type Selection, type SeriesSamples } from '@eyenet/shared/promql'
import type { AppendLog } from '../log/append-log.ts'
import { BatchIntake } from '../log/batch-intake.ts'
import { encodeRecord } from '../log/log-record.ts'
import type { AppendBatch, AppendOutcome, CoreStats, SeqRange, SeriesRef, StoreCore } from '../metric-store.ts'
import type { ChunkDatabase } from './chunks/chunk-database.ts'
import { type FoundSeries, foundSeries } from './found-series.ts'
import type { HeadState } from './heads/head-state.ts'
import type { Series } from './heads/series.ts'
import { type House, keepHouse } from './housekeeping.ts'
import { dropSamples, flushHeads, turn } from './maintenance.ts'
import { takeSnapshot } from './snapshot.ts'
import type { StoreLock } from './store-lock.ts'
import type { StoreOptions } from './store-options.ts'
import * as limits from './store-options.ts'
import { DEFAULT_RETENTION, type PeriodsOf, periodsBy } from './tiers/retention.ts'
import { readForUse } from './tiers/tier-reading.ts'

type Setup = {
  readonly options: StoreOptions
  readonly state: HeadState
  readonly database: ChunkDatabase
  readonly lock: StoreLock
  readonly log: AppendLog
  readonly damagedLogBytes: number
}

/** The store in this process. Appends, reads and maintenance share the event loop in turns of a few milliseconds. */
export class EmbeddedStore implements StoreCore {
  readonly #setup: Setup
  readonly #headSamplesMax: number
  readonly #periodsOf: PeriodsOf
  readonly #intake: BatchIntake
  #damagedChunks = 0
  readonly #houseCounts = { expired: 0, overQuota: 0, ended: 0 }
  readonly #timer: NodeJS.Timeout | undefined
  #maintenance: Promise<unknown> = Promise.resolve()
  #failedMaintenance = 0
  #hasFailed = false
  #maintaining: Promise<void> | undefined
  #tidying: Promise<void> | undefined
  #flushDue: number
  #tidyDue: number
  #isClosed = false
  #whenEnded: () => void = () => undefined

  constructor(setup: Setup) {
    this.#setup = setup
    const { log, state } = setup
    const { clock, headSamplesMax, maintainEveryMs, retention } = setup.options
    this.#headSamplesMax = headSamplesMax ?? limits.HEAD_SAMPLES_MAX
    this.#periodsOf = periodsBy(retention ?? DEFAULT_RETENTION)
    this.#flushDue = clock.now() + limits.FLUSH_EVERY_MS
    this.#tidyDue = clock.now()
    this.#intake = new BatchIntake({
      ...{ index: state.index, ledger: state.ledger, log, clock },
      assertRoom: () => this.#assertRoom(),
      apply: (accepted) => state.apply(accepted),
    })
    const period = maintainEveryMs ?? limits.MAINTAIN_EVERY_MS
    if (period > 0) this.#timer = setInterval(() => void this.maintain(), period).unref()
  }

  async append(batch: AppendBatch): Promise<AppendOutcome> {
    this.#assertOpen()
    const outcome = await this.#intake.append(batch)
    if (this.#setup.state.headSamples >= this.#headSamplesMax) void this.maintain()
    return outcome
  }

  seriesIndex(labels: Labels): SeriesRef {
    return this.#setup.state.intern(labels).ref
  }

  async select(selection: Selection): Promise<readonly SeriesSamples[]> {
    const found: SeriesSamples[] = []
    const { database } = this.#setup
    let total = 0
    let inTurn = 0
    for (const series of this.#matching(selection)) {
      this.#assertOpen()
      const damaged = () => this.#damaged(series)
      const { from, to, use } = selection
      const samples = readForUse({
        reader: database.reader,
        ref: series.ref,
        head: series.head?.all(),
        from,
        to,
        use,
        damaged,
      })
      if (samples.times.length > 0) found.push({ labels: series.labels, ...samples })
      total += samples.times.length
      inTurn += samples.times.length + 100
      if (total > limits.SELECT_SAMPLES_MAX) {
        const sentence = `the selection has more than ${limits.SELECT_SAMPLES_MAX} samples; ask for fewer series or less time`
        throw new EyeNetError('limit_exceeded', sentence)
      }
      if (inTurn < limits.TURN_SAMPLES) continue
      inTurn = 0
      await turn()
    }
    return found
  }

  /** For another thread, which reads the chunks itself: ask this first, then the database, which is then the newer one. */
  find(selection: Selection): FoundSeries {
    const { from, to } = selection
    return foundSeries(this.#matching(selection), { from, to, changes: this.#setup.state.changes.count })
  }

  /** Whether nothing of this time has changed since FoundSeries.changes was this count. */
  isUnchanged(from: number, to: number, changes: number): boolean {
    return !this.#isClosed && this.#setup.state.changes.isUnchanged(from, to, changes)
  }

  /** Labels by number; undefined for a series that has ended meanwhile. */
  labelsOf(refs: Int32Array): readonly (Labels | undefined)[] {
    const { index } = this.#setup.state
    return Array.from(refs, (ref) => index.get(ref)?.labels)
  }

  /** Another thread could not read chunks of these series. */
  damagedElsewhere(refs: readonly number[]): void {
    for (const ref of refs) {
      const series = this.#setup.state.index.get(ref)
      if (series !== undefined) this.#damaged(series)
    }
  }

  async series(selection: Selection): Promise<readonly Labels[]> {
    return this.#matching(selection).map(({ labels }) => labels)
  }

  async labelNames(selection: Selection): Promise<readonly string[]> {
    const names = new Set<string>()
    for (const { labels } of this.#matching(selection)) for (const name of Object.keys(labels)) names.add(name)
    return [...names].sort()
  }

  async labelValues(name: string, selection: Selection): Promise<readonly string[]> {
    const values = new Set<string>()
    for (const { labels } of this.#matching(selection)) {
      const value = Object.hasOwn(labels, name) ? labels[name] : undefined
      if (value !== undefined) values.add(value)
    }
    return [...values].sort()
  }

  delete(matchers: readonly Matcher[]): Promise<number> {
    if (matchers.length === 0) {
      return Promise.reject(new EyeNetError('invalid', 'deleting needs a matcher; name the series that shall go'))
    }
    return this.#alone(async () => {
      const { database, log, state } = this.#setup
      const all = { matchers, from: epochMs(0), to: epochMs(Number.MAX_SAFE_INTEGER) }
      const series = this.#matching(all)
      const refs = Int32Array.from(series, ({ ref }) => ref)
      await log.append(encodeRecord({ kind: 'delete', refs }), () => {
        for (const one of series) state.dropHead(one)
      })
      try {
        await dropSamples(series, database)
      } finally {
        state.changes.allChanged()
      }
      return series.length
    })
  }

  async snapshot({ skipHead }: { readonly skipHead: boolean }): Promise<string> {
    this.#assertOpen()
    if (!skipHead) await this.flush()
    const { database, options } = this.#setup
    return takeSnapshot(options.folder, options.clock.now(), (path) => database.backup(path))
  }

  marks(source: string): readonly SeqRange[] {
    return this.#setup.state.ledger.ranges(source)
  }

  stats(): CoreStats {
    const { database, damagedLogBytes, log, state } = this.#setup
    return {
      series: state.index.size,
      headSamples: state.headSamples,
      logBytes: log.bytes,
      chunkBytes: this.#isClosed ? 0 : database.bytes,
      ...this.#intake.stats,
      failedMaintenance: this.#failedMaintenance,
      expiredChunks: this.#houseCounts.expired,
      quotaChunks: this.#houseCounts.overQuota,
      endedSeries: this.#houseCounts.ended,
      damagedChunks: this.#damagedChunks,
      damagedLogBytes,
    }
  }

  /** Writes and removes what is due. Never rejects: a failure is counted, logged, and tried again later. */
  maintain(): Promise<void> {
    this.#maintaining ??= this.#maintain().finally(() => {
      this.#maintaining = undefined
    })
    return this.#maintaining
  }

  async #maintain(): Promise<void> {
    if (this.#isClosed) return
    const now = this.#setup.options.clock.now()
    const { log, state } = this.#setup
    const isFull = state.headSamples >= this.#headSamplesMax || log.bytes >= limits.LOG_BYTES_MAX
    if (now >= this.#flushDue || (isFull && !this.#hasFailed)) {
      try {
        await this.flush()
        this.#flushDue = now + limits.FLUSH_EVERY_MS
        this.#hasFailed = false
      } catch (error) {
        this.#hasFailed = true
        this.#flushDue = now + limits.RETRY_MS
        this.#failed(error)
      }
    }
    if (now < this.#tidyDue || this.#isClosed) return
    this.#tidyDue = now + limits.TIDY_EVERY_MS
    // Not waited for: with many series it takes longer than the heads have room.
    this.#tidying ??= this.tidy()
      .catch((error) => {
        this.#tidyDue = now + limits.RETRY_MS
        this.#failed(error)
      })
      .finally(() => {
        this.#tidying = undefined
      })
  }

  #failed(error: unknown): void {
    if (this.#isClosed) return
    this.#failedMaintenance++
    this.#setup.options.logger.error({ error: messageOf(error) }, 'metric store maintenance failed; it is tried again')
  }

  onSeriesEnded(listener: () => void): void {
    this.#whenEnded = listener
  }

  /** Writes all heads into chunks and cuts the log. */
  flush(): Promise<void> {
    return this.#alone(() => flushHeads(this.#parts()))
  }

  /**
   * Makes tiers, merges chunks, and removes what is too old or too much. Flushes and deletions come in between its steps.
   */
  async tidy(): Promise<void> {
    const { overQuota, expired, ended } = this.#houseCounts
    const steps = keepHouse(this.#house())
    try {
      while (!(await this.#alone(async () => steps.next())).done) await turn()
    } finally {
      const { expired: nowExpired, ended: nowEnded, overQuota: nowOver } = this.#houseCounts
      if (nowExpired > expired || nowEnded > ended || nowOver > overQuota) this.#setup.state.changes.allChanged()
    }
    const chunks = this.#houseCounts.overQuota - overQuota
    if (chunks === 0) return
    const { folder, logger, maxBytes } = this.#setup.options
    logger.warn({ folder, maxBytes, chunks }, 'the metric store is over its quota; its oldest chunks were removed')
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    clearInterval(this.#timer)
    await this.#maintenance
    await this.#setup.log.close()
    this.#setup.database.close()
    this.#setup.lock.release()
  }

  #matching({ matchers, from, to }: Selection): readonly Series[] {
    this.#assertOpen()
    return this.#setup.state.index.match(matchers, compileMatcher).filter((series) => series.mayHave(from, to))
  }

  #damaged(series: Series): void {
    this.#damagedChunks++
    this.#setup.options.logger.error({ labels: series.labels }, 'a damaged chunk is left out')
  }

  /** Maintenance runs one after the other: none sees another's half-done work. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#maintenance.then(() => {
      this.#assertOpen()
      return work()
    })
    this.#maintenance = done.catch(() => undefined)
    return done
  }

  #house(): House {
    const { database, options, state } = this.#setup
    return {
      ...{ index: state.index, database, periodsOf: this.#periodsOf, counts: this.#houseCounts },
      ...{ now: options.clock.now(), maxBytes: options.maxBytes ?? Number.POSITIVE_INFINITY },
      damaged: (series) => this.#damaged(series),
      isIdle: (series) => !state.unlogged.has(series) && !state.unsaved.has(series),
      end: (series) => {
        state.end(series)
        this.#whenEnded()
      },
    }
  }

  #parts() {
    const { database, log, state } = this.#setup
    return {
      ...{ index: state.index, ledger: state.ledger, timeColumns: state.room.times, unsaved: state.unsaved },
      ...{ database, log, ended: state.ended },
      dropHead: (series: Series) => state.dropHead(series),
      damaged: (series: Series) => this.#damaged(series),
    }
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new EyeNetError('unavailable', 'the metric store is closed; start the server again')
  }

  #assertRoom(): void {
    if (this.#setup.state.headSamples < this.#headSamplesMax * limits.HEAD_OVERFULL) return
    const sentence = `the metric store in ${this.#setup.options.folder} cannot write its chunks; free space on its disk`
    throw new EyeNetError('unavailable', sentence)
  }
}
