import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { epochMs, type Labels, seriesKey } from '@eyenet/shared/identity'
import { compileMatcher, type Matcher, type Selection, type SeriesSamples } from '@eyenet/shared/promql'
import type { Series } from '../embedded/heads/series.ts'
import type { AppendLog } from '../log/append-log.ts'
import { BatchIntake } from '../log/batch-intake.ts'
import type { AppendBatch, AppendOutcome, CoreStats, SeqRange, SeriesRef, StoreCore } from '../metric-store.ts'
import { waitFor } from '../wait-for.ts'
import type { ForwardDatabase } from './forward-database.ts'
import { Forwarder } from './forwarder.ts'
import type { ForwardingOptions } from './forwarding-options.ts'
import * as limits from './forwarding-options.ts'
import type { ForwardingState } from './forwarding-state.ts'
import type { ForwardingStats } from './forwarding-stats.ts'
import { withRecent } from './with-recent.ts'

type Setup = {
  readonly options: ForwardingOptions
  readonly state: ForwardingState
  readonly database: ForwardDatabase
  readonly log: AppendLog
  readonly logFolder: string
  readonly damagedLogBytes: number
}

/** A store whose samples another engine keeps: taken into a log here, forwarded from there, read from the engine. */
export class ForwardingCore implements StoreCore {
  readonly #setup: Setup
  readonly #intake: BatchIntake
  readonly #forwarder: Forwarder
  readonly #timer: NodeJS.Timeout | undefined
  readonly #listeners: (() => void)[] = []
  #maintaining: Promise<void> | undefined
  #failedMaintenance = 0
  #endedSeries = 0
  #rolledAt: number
  #bytesSinceRoll = 0
  #settledAt = Number.NEGATIVE_INFINITY
  #forgottenAt: number
  #isClosed = false

  constructor(setup: Setup) {
    this.#setup = setup
    const { log, logFolder, options, state } = setup
    const { clock, engine, logger, maintainEveryMs, maxLogBytes = limits.MAX_LOG_BYTES, random } = options
    this.#rolledAt = clock.now()
    this.#forgottenAt = clock.now()
    this.#forwarder = new Forwarder({
      ...{ engine, logFolder, logger, debt: state.debt, now: () => clock.now(), random: random ?? Math.random },
      liveSamplesMax: options.liveSamplesMax ?? limits.LIVE_SAMPLES_MAX,
      wait: options.wait ?? waitFor,
      labelsOf: (ref) => state.index.get(ref)?.labels,
      deletedBefore: (ref) => state.deletedBefore(ref),
      save: () => state.saveDebt('durable'),
    })
    this.#intake = new BatchIntake({
      ...{ index: state.index, ledger: state.ledger, log, clock },
      assertRoom: () => {
        if (log.bytes < maxLogBytes) return
        const sentence = `${log.bytes} bytes wait for ${engine.name}, and no more than ${maxLogBytes} may`
        throw new EyeNetError('unavailable', `${sentence}; bring it back, or raise maxLogBytes`)
      },
      apply: (batch, place) => {
        state.apply(batch, place, clock.now())
        this.#bytesSinceRoll += place.to - place.from
        this.#forwarder.offer({ place, batch })
      },
    })
    this.#forwarder.start()
    const period = maintainEveryMs ?? limits.MAINTAIN_EVERY_MS
    if (period > 0) this.#timer = setInterval(() => void this.maintain(), period).unref()
  }

  async append(batch: AppendBatch): Promise<AppendOutcome> {
    this.#assertOpen()
    return this.#intake.append(batch)
  }

  seriesIndex(labels: Labels): SeriesRef {
    return this.#setup.state.intern(labels)
  }

  /** What the engine has, and what was accepted in the last minutes. */
  select(selection: Selection): Promise<readonly SeriesSamples[]> {
    const { engine } = this.#setup.options
    return withRecent(engine, async () => this.recent(selection)).select(selection)
  }

  /** Copies of what was accepted in the last minutes. */
  recent(selection: Selection): readonly SeriesSamples[] {
    const { recent } = this.#setup.state
    const found = this.#recent(selection)
    return found.map(({ labels, ref }) => ({ labels, ...recent.read(ref, selection.from, selection.to) }))
  }

  async series(selection: Selection): Promise<readonly Labels[]> {
    const found = new Map<string, Labels>()
    const inEngine = await this.#setup.options.engine.series(selection)
    for (const labels of [...inEngine, ...this.#recent(selection).map((one) => one.labels)]) {
      found.set(seriesKey(labels), labels)
    }
    return [...found.values()]
  }

  async labelNames(selection: Selection): Promise<readonly string[]> {
    const names = new Set(await this.#setup.options.engine.labelNames(selection))
    for (const { labels } of this.#recent(selection)) for (const name of Object.keys(labels)) names.add(name)
    return [...names].sort()
  }

  async labelValues(name: string, selection: Selection): Promise<readonly string[]> {
    const values = new Set(await this.#setup.options.engine.labelValues(name, selection))
    for (const { labels } of this.#recent(selection)) {
      const value = Object.hasOwn(labels, name) ? labels[name] : undefined
      if (value !== undefined) values.add(value)
    }
    return [...values].sort()
  }

  /** Rejects with EyeNetError `unavailable` when the engine does not answer; what waits for it is deleted then too. */
  async delete(matchers: readonly Matcher[]): Promise<number> {
    if (matchers.length === 0) {
      throw new EyeNetError('invalid', 'deleting needs a matcher; name the series that shall go')
    }
    this.#assertOpen()
    const { log, options, state } = this.#setup
    return this.#forwarder.alone(async () => {
      const all = { matchers, from: epochMs(0), to: epochMs(options.clock.now() + limits.DAY_MS) }
      const count = (await this.series(all)).length
      await this.#roll()
      const refs = state.index.match(matchers, compileMatcher).map(({ ref }) => ref)
      state.bury(refs, Math.max(0, ...log.segments))
      await options.engine.delete(matchers)
      return count
    })
  }

  async snapshot(): Promise<string> {
    const { name } = this.#setup.options.engine
    throw new EyeNetError('unavailable', `the metrics are kept by ${name}; make a snapshot there`)
  }

  marks(source: string): readonly SeqRange[] {
    return this.#setup.state.ledger.ranges(source)
  }

  onSeriesEnded(listener: () => void): void {
    this.#listeners.push(listener)
  }

  stats(): CoreStats {
    const { damagedLogBytes, log, state } = this.#setup
    return {
      series: state.index.size,
      headSamples: state.recent.samples,
      logBytes: log.bytes,
      chunkBytes: 0,
      ...this.#intake.stats,
      failedMaintenance: this.#failedMaintenance,
      expiredChunks: 0,
      quotaChunks: 0,
      endedSeries: this.#endedSeries,
      damagedChunks: 0,
      damagedLogBytes: damagedLogBytes + this.#forwarder.counts.damagedBytes,
    }
  }

  forwarding(): ForwardingStats {
    const { live, maybe, owed, trying } = this.#setup.state.debt.bytes()
    const { engine } = this.#setup.options
    const owedBytes = live + maybe + owed + trying
    return { ...this.#forwarder.counts, engine: engine.name, trouble: this.#forwarder.trouble, owedBytes }
  }

  /** Saves what changed, settles what the engine has, removes what is settled. Never rejects. */
  maintain(): Promise<void> {
    this.#maintaining ??= this.#maintain()
      .catch((error) => {
        if (this.#isClosed) return
        this.#failedMaintenance++
        const { logger, folder } = this.#setup.options
        logger.error({ error: messageOf(error), folder }, 'metric store maintenance failed; it is tried again')
      })
      .finally(() => {
        this.#maintaining = undefined
      })
    return this.#maintaining
  }

  /** What the engine has not yet stays in the log. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    clearInterval(this.#timer)
    await this.#maintaining
    const { database, log, options, state } = this.#setup
    await this.#forwarder.close()
    await log.close()
    state.saveDebt('durable')
    database.close()
    await options.engine.close()
  }

  async #maintain(): Promise<void> {
    const now = this.#setup.options.clock.now()
    const { log, state } = this.#setup
    const isDue = now - this.#rolledAt >= limits.ROLL_EVERY_MS || this.#bytesSinceRoll >= limits.ROLL_BYTES
    if (isDue && this.#bytesSinceRoll > 0) await this.#roll()
    if (now - this.#settledAt >= limits.SETTLE_EVERY_MS && state.debt.bytes().sent > 0) {
      this.#settledAt = now
      await this.#forwarder.settle()
    }
    if (this.#isClosed) return
    state.saveDebt('later')
    const owing = new Set(state.debt.segments())
    const { namesFrom } = this.#setup.database
    for (const segment of log.segments) {
      if (segment >= namesFrom || owing.has(segment)) continue
      await log.remove(segment)
      state.forgetSegment(segment)
    }
    state.dropTombstones(Math.min(...log.segments))
    if (now - this.#forgottenAt < limits.DAY_MS || owing.size > 1) return
    this.#forgottenAt = now
    // Behind what is on its way into the log, which may bring one of them back.
    let ended = 0
    await log.roll(() => {
      ended = state.forgetSeries(now)
    })
    this.#endedSeries += ended
    if (ended > 0) for (const listener of this.#listeners) listener()
  }

  /** Begins a new segment, and saves everything that the ones before it name. */
  async #roll(): Promise<void> {
    const { clock } = this.#setup.options
    let save = () => {}
    await this.#setup.log.roll((segment) => {
      save = this.#setup.state.takeNames(segment)
      this.#bytesSinceRoll = 0
    })
    this.#rolledAt = clock.now()
    save()
  }

  /** Series that match and have samples of the last minutes in the range. */
  #recent({ matchers, from, to }: Selection): readonly Series[] {
    this.#assertOpen()
    const { index, recent } = this.#setup.state
    return index.match(matchers, compileMatcher).filter(({ ref }) => recent.read(ref, from, to).times.length > 0)
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new EyeNetError('unavailable', 'the metric store is closed; start the server again')
  }
}
