import type { BandsAnswer } from '@eyenet/shared/api'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { type EpochMs, epochMs, type Labels, METRIC_NAME, seriesKey } from '@eyenet/shared/identity'
import { DEFAULT_JUDGE_SETTINGS, judgedAs } from '@eyenet/shared/judge'
import { type Matcher, type SeriesSamples, selectorMatchers } from '@eyenet/shared/promql'
import type { Logger } from 'pino'
import type { Caller } from '../../calls/calls.ts'
import type { MetricStore } from '../../store/store.ts'
import { createTurns } from '../../turns/turns.ts'
import type { BandsQuery } from '../anomaly-interface.ts'
import type { BandCalls, ModelFile } from './band-calls.ts'
import type { BandSeries } from './band-keeper.ts'

/** Who judges, and how it is let go. */
export type BandThread = { readonly calls: Pick<Caller<BandCalls>, 'call'>; readonly end: () => Promise<unknown> }
export type BandDeskOptions = {
  readonly store: Pick<MetricStore, 'series' | 'select'>
  readonly logger: Logger
  readonly startThread: (onEnd: () => void) => BandThread
  /** The model that counts; undefined: the detectors alone. */
  readonly liveModel: () => Promise<ModelFile | undefined>
}

export const MAX_BAND_SERIES = 20
export const MAX_BAND_STEPS = 2_000
/** What is usual is learnt from so much before the week in which the question begins. */
const LEARN_WEEKS = 2
const WEEK_MS = 7 * 24 * 3_600_000
const MAX_SPAN_MS = 5 * WEEK_MS
/** Samples of one question: some seconds of judging. */
const MAX_SAMPLES = 1_500_000
const TIMEOUT_MS = 30_000
const MAX_WAITING = 40
/** A thread without work is ended after that long. */
const IDLE_MS = 5 * 60_000
const UP_METRICS = ['device_up', 'snmp_up'] as const

/** Answers bands over history: reads the samples, and has them judged in a thread. */
export class BandDesk {
  readonly #options: BandDeskOptions
  readonly #turns = createTurns({
    ...{ concurrent: 1, waiting: MAX_WAITING },
    sentence: 'too many bands are asked for at once: try again in a few seconds',
  })
  #thread: BandThread | undefined
  #idle: NodeJS.Timeout | undefined

  constructor(options: BandDeskOptions) {
    this.#options = options
  }

  /** EyeNetError `invalid` for a question that cannot be answered, `timeout`, `unavailable`. */
  bands(query: BandsQuery): Promise<BandsAnswer> {
    const matchers = selectorMatchers(query.query)
    const { start, end, stepMs } = query
    if (start >= end) throw new EyeNetError('invalid', '`start` is not before `end`')
    if (end - start > MAX_SPAN_MS) throw new EyeNetError('invalid', 'ask for five weeks at most')
    if ((end - start) / stepMs > MAX_BAND_STEPS) {
      throw new EyeNetError('invalid', `that is over ${MAX_BAND_STEPS} steps: ask for a longer step or less time`)
    }
    return this.#turns.take(() => this.#answer(matchers, query))
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle)
    await this.#thread?.end()
  }

  async #answer(matchers: readonly Matcher[], { start, end, stepMs }: BandsQuery): Promise<BandsAnswer> {
    const learntFrom = epochMs(Math.floor(start / WEEK_MS) * WEEK_MS - LEARN_WEEKS * WEEK_MS)
    const labels = await this.#options.store.series({ matchers, from: start, to: end })
    const judged = labels.flatMap(judgeable).sort((a, b) => (a.key < b.key ? -1 : 1))
    const wanted = judged.slice(0, MAX_BAND_SERIES)
    const thread = this.#started()
    const kind = { learntFrom, settings: DEFAULT_JUDGE_SETTINGS }
    const model = await this.#setModel(thread)
    const times = await thread.calls.call('judgedTo', [wanted.map(({ key }) => key), kind])
    const from = epochMs(Math.min(end, ...times))
    const read = wanted.length === 0 ? [] : await this.#read(wanted, { matchers, from, to: end })
    const question = { ...kind, from: start, to: end, stepMs, series: read }
    const series = await thread.calls.call('bands', [question, TIMEOUT_MS])
    return {
      ...{ from: start, to: end, stepSeconds: stepMs / 1000, learntFrom, series },
      ...(model !== undefined && { model }),
      leftOut: labels.length - series.length,
    }
  }

  /** The name of the model that judges now. */
  async #setModel(thread: BandThread): Promise<string | undefined> {
    const model = await this.#options.liveModel().catch((thrown: unknown) => {
      this.#options.logger.warn({ error: messageOf(thrown) }, 'the model cannot be read for bands')
      return undefined
    })
    if (await thread.calls.call('setModel', [model])) return model?.id
    this.#options.logger.warn({ model: model?.id }, 'a model cannot be loaded for bands; the detectors judge alone')
    return undefined
  }

  /** Samples of the series, and when their devices answered; series beyond the bound of samples are left out. */
  async #read(
    wanted: readonly Wanted[],
    { matchers, from, to }: { matchers: readonly Matcher[]; from: EpochMs; to: EpochMs },
  ): Promise<readonly BandSeries[]> {
    const { store } = this.#options
    const span = { from, to }
    const devices = [...new Set(wanted.flatMap(({ labels }) => labels.device ?? []))]
    const signs: Matcher[] = [
      { name: METRIC_NAME, op: '=~', value: UP_METRICS.join('|') },
      { name: 'device', op: '=~', value: devices.map(literal).join('|') },
    ]
    const [found, ups] = await Promise.all([
      store.select({ matchers, ...span }),
      devices.length === 0 ? [] : store.select({ matchers: signs, ...span }),
    ])
    const byKey = new Map(found.map((one) => [seriesKey(one.labels), one]))
    const polls = pollsOf(ups)
    const read: BandSeries[] = []
    let samples = 0
    for (const one of wanted) {
      const { times = NONE, values = NONE } = byKey.get(one.key) ?? {}
      samples += times.length
      if (samples > MAX_SAMPLES) break
      read.push({ ...one, times, values, polls: polls.get(one.labels.device ?? '') ?? NONE })
    }
    return read
  }

  #started(): BandThread {
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => void this.#rest(), IDLE_MS).unref()
    if (this.#thread !== undefined) return this.#thread
    const thread = this.#options.startThread(() => {
      if (this.#thread === thread) this.#thread = undefined
    })
    this.#thread = thread
    return thread
  }

  #rest(): Promise<unknown> {
    return this.#turns.take(async () => {
      const thread = this.#thread
      this.#thread = undefined
      await thread?.end()
    })
  }
}

type Wanted = Pick<BandSeries, 'key' | 'labels' | 'judgedAs'>
const NONE = new Float64Array(0)

function judgeable(labels: Labels): Wanted[] {
  const kind = judgedAs(labels[METRIC_NAME] ?? '')
  return kind === 'none' ? [] : [{ key: seriesKey(labels), labels, judgedAs: kind }]
}

/** By device, the times of polls that it answered: one that says that it is down excuses what is not there. */
function pollsOf(ups: readonly SeriesSamples[]): ReadonlyMap<string, Float64Array> {
  const answered = new Map<string, Map<number, boolean>>()
  for (const { labels, times, values } of ups) {
    const device = labels.device ?? ''
    const polls = answered.get(device) ?? new Map<number, boolean>()
    answered.set(device, polls)
    times.forEach((time, at) => {
      polls.set(time, (polls.get(time) ?? true) && (values[at] ?? 0) !== 0)
    })
  }
  return new Map(
    [...answered].map(([device, polls]) => {
      const times = [...polls].flatMap(([time, isUp]) => (isUp ? [time] : []))
      return [device, Float64Array.from(times).sort()]
    }),
  )
}

/** A label's value as a regular expression that means itself. */
function literal(value: string): string {
  return value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
