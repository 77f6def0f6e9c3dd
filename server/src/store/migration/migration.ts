import { EyeNetError } from '@eyenet/shared/errors'
import { type EpochMs, epochMs, type Labels, seriesKey } from '@eyenet/shared/identity'
import type { Matcher, Selection, SeriesReader } from '@eyenet/shared/promql'
import { backOffMs, type EnginePort, sendAll } from '../forwarding/forwarding.ts'
import { isAfter, type MigrationState, type Position } from './migration-state.ts'
import { type KeyedSeries, type OutgoingGroup, outgoingGroups } from './outgoing-groups.ts'

const DAY_MS = 86_400_000
const GROUP_SAMPLES = 10_000
/** Whether the engine was started anew is looked at this often. */
const SETTLE_EVERY_MS = 10_000
/** Failures in a row after which it ends: ten minutes without the engine. It may be begun again then. */
const FAILURES_MAX = 24

export interface MigrationSource extends SeriesReader {
  /** Series that may have samples in the range. */
  series(selection: Selection): Promise<readonly Labels[]>
}

export type MigrationProgress = {
  readonly seriesDone: number
  readonly seriesAll: number
  /** Of this and earlier runs. */
  readonly samples: number
  /** Of this run. */
  readonly samplesPerSecond: number
  /** Milliseconds that the rest takes at this speed; undefined while it cannot be told. */
  readonly leftMs: number | undefined
  /** Why the engine does not take samples now. */
  readonly trouble: string | undefined
}

export type MigrationOptions = {
  readonly source: MigrationSource
  readonly engine: EnginePort
  readonly matchers: readonly Matcher[]
  readonly state: MigrationState
  readonly save: (state: MigrationState) => Promise<void>
  readonly progress: (progress: MigrationProgress) => void
  readonly clock: { now(): EpochMs }
  /** Resolves after so many milliseconds, or when the signal is aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  readonly random: () => number
  readonly signal: AbortSignal
  readonly groupSamples?: number
}

/** A group that was sent, and may be lost when the engine is killed. */
type Sent = { readonly end: Position; readonly at: number } & Counts
type Counts = { readonly samples: number; readonly refused: number; readonly unstorable: number }

/** Copies samples into an engine. What it says of itself at every moment is enough to go on after a kill. */
export class Migration {
  readonly #options: MigrationOptions
  #state: MigrationState
  /** Oldest first. */
  #sent: Sent[] = []
  #incarnation: string | undefined
  #settledAt = 0
  #failures = 0
  #seriesAll = 0
  #begun: { readonly at: number; readonly samples: number; readonly series: number } | undefined

  constructor(options: MigrationOptions) {
    this.#options = options
    this.#state = options.state
  }

  /**
   * Resolves with the state at the end. EyeNetError `unavailable` when the engine stays away, `cancelled` when the
   * signal was aborted; in both cases another migration goes on from the saved state.
   */
  async run(): Promise<MigrationState> {
    const { matchers, source } = this.#options
    while (this.#incarnation === undefined && !(await this.#sees())) this.#assertWanted()
    const { from, until } = this.#state.plan
    const selection = { matchers, from: epochMs(from), to: epochMs(until) }
    const labels = await source.series(selection)
    const series = labels.map((one) => ({ key: seriesKey(one), labels: one }))
    series.sort((a, b) => (a.key < b.key ? -1 : 1))
    this.#seriesAll = series.length
    const start = await earliest(source, selection)
    while (!(await this.#pass(series, start))) {
      this.#sent = []
      this.#assertWanted()
    }
    await this.#keep({ ...this.#state, isDone: true })
    this.#tell(series.length, undefined)
    return this.#state
  }

  /** Sends everything behind the safe place; false when some of it has to be sent again. */
  async #pass(series: readonly KeyedSeries[], from: number): Promise<boolean> {
    const { clock, engine, groupSamples = GROUP_SAMPLES, source, wait, signal } = this.#options
    const { plan, safe, sentTo } = this.#state
    const settleEveryMs = Math.min(SETTLE_EVERY_MS, engine.settleMs)
    let before = safe
    for await (const group of outgoingGroups({
      source,
      series,
      after: safe,
      from,
      until: plan.until,
      size: groupSamples,
    })) {
      this.#assertWanted()
      // Some of these were sent before this pass.
      if (!(await this.#send(group, isAfter(sentTo, before)))) return false
      before = group.end
      if (clock.now() - this.#settledAt >= settleEveryMs && !(await this.#settle())) return false
    }
    while (this.#sent.length > 0) {
      await wait(Math.max(1, settleEveryMs), signal)
      this.#assertWanted()
      if (!(await this.#settle())) return false
    }
    return true
  }

  /** False when the engine lost what it was sent before. */
  async #send({ end, samples, seriesDone }: OutgoingGroup, maybeSent: boolean): Promise<boolean> {
    const { clock, engine } = this.#options
    if (isAfter(end, this.#state.sentTo)) await this.#keep({ ...this.#state, sentTo: end })
    let maybeThere = maybeSent
    let outcome = await sendAll(engine, samples, { maybeThere })
    while (outcome.kind === 'failed') {
      this.#tell(seriesDone, outcome.reason)
      await this.#failed(outcome.reason)
      this.#assertWanted()
      if (outcome.isGone && !(await this.#isSameEngine(true))) return false
      maybeThere ||= outcome.maybeArrived
      outcome = await sendAll(engine, samples, { maybeThere })
    }
    this.#failures = 0
    const { refused, unstorable } = outcome
    this.#sent.push({
      end,
      at: clock.now(),
      refused,
      unstorable,
      samples: samples.labels.length - refused - unstorable,
    })
    this.#begun ??= { at: clock.now(), samples: this.#samples(), series: seriesDone }
    this.#tell(seriesDone, undefined)
    return true
  }

  /** Whether the engine, once it answers, has not been started anew; where it does not say so and was away, it may have. */
  async #isSameEngine(wasAway: boolean): Promise<boolean> {
    const known = this.#incarnation
    let isAway = wasAway
    while (!(await this.#sees())) {
      isAway = true
      this.#assertWanted()
    }
    const isTold = this.#incarnation !== '' || this.#options.engine.settleMs === 0
    return this.#incarnation === known && (isTold || !isAway)
  }

  /** Takes what was sent long enough ago for safe; false when the engine was started anew or is away. */
  async #settle(): Promise<boolean> {
    const { clock, engine } = this.#options
    const now = clock.now()
    this.#settledAt = now
    if (!(await this.#isSameEngine(false))) return false
    const settled = this.#sent.filter(({ at }) => at <= now - engine.settleMs)
    const last = settled.at(-1)
    if (last === undefined) return true
    this.#sent = this.#sent.slice(settled.length)
    const sum = (name: keyof Counts): number => settled.reduce((total, one) => total + one[name], this.#state[name])
    const counts = { samples: sum('samples'), refused: sum('refused'), unstorable: sum('unstorable') }
    await this.#keep({ ...this.#state, ...counts, safe: last.end })
    return true
  }

  /** Asks when the engine was started; false, after a while, when it is away. */
  async #sees(): Promise<boolean> {
    try {
      this.#incarnation = (await this.#options.engine.incarnation()) ?? ''
      return true
    } catch (thrown) {
      const reason = thrown instanceof EyeNetError ? thrown.message : String(thrown)
      this.#tell(this.#begun?.series ?? 0, reason)
      await this.#failed(reason)
      return false
    }
  }

  async #failed(reason: string): Promise<void> {
    const { engine, random, signal, wait } = this.#options
    this.#failures++
    if (this.#failures >= FAILURES_MAX) {
      const sentence = `${engine.name} does not take samples: ${reason}`
      throw new EyeNetError('unavailable', `${sentence}; bring it back and run the same command to go on`)
    }
    await wait(backOffMs(this.#failures, random()), signal)
  }

  #assertWanted(): void {
    if (!this.#options.signal.aborted) return
    throw new EyeNetError('cancelled', 'the migration was stopped; run the same command to go on')
  }

  async #keep(state: MigrationState): Promise<void> {
    this.#state = state
    await this.#options.save(state)
  }

  #samples(): number {
    return this.#sent.reduce((sum, { samples }) => sum + samples, this.#state.samples)
  }

  #tell(seriesDone: number, trouble: string | undefined): void {
    const { clock, progress } = this.#options
    const samples = this.#samples()
    const { at = clock.now(), samples: first = samples, series = seriesDone } = this.#begun ?? {}
    const passedMs = clock.now() - at
    const isMoving = passedMs > 0 && seriesDone > series
    progress({
      ...{ seriesDone, seriesAll: this.#seriesAll, samples, trouble },
      samplesPerSecond: passedMs > 0 ? ((samples - first) * 1000) / passedMs : 0,
      leftMs: isMoving ? ((this.#seriesAll - seriesDone) * passedMs) / (seriesDone - series) : undefined,
    })
  }
}

/** A time from which on all samples are, found in the index: as late as a day allows. */
async function earliest(source: MigrationSource, { matchers, from, to }: Selection): Promise<number> {
  let [none, some] = [from - 1, Number(to)]
  while (some - none > DAY_MS) {
    const middle = Math.floor((none + some) / 2)
    const found = await source.series({ matchers, from, to: epochMs(middle) })
    if (found.length > 0) some = middle
    else none = middle
  }
  return Math.max(from, none + 1)
}
