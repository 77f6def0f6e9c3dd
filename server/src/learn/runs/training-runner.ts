import type { ModelEvaluation } from '@eyenet/shared/api'
import { ModelName } from '@eyenet/shared/api'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import { DEFAULT_JUDGE_SETTINGS, MODEL_CONTRACT } from '@eyenet/shared/judge'
import type { ModelId } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { ModelRecords } from '../registry/model-records.ts'
import { liveOf } from '../rollout/model-state.ts'
import type { TrainingSeries } from '../training/training.ts'
import type { TrainingWindows, WindowsWanted } from '../windows/training-windows.ts'
import { isNightlyDue, type TimeOfDay } from './nightly.ts'
import type { TrainedModel, TrainingOrder } from './training-order.ts'
import type { TrainingRecords } from './training-records.ts'

export type TrainingSettings = {
  /** Whether it trains each night by itself. */
  readonly enabled: boolean
  readonly at: TimeOfDay
  readonly weeks: number
  readonly maxSeries: number
}

export type TrainingRunnerOptions = {
  readonly runs: TrainingRecords
  readonly records: ModelRecords
  readonly now: () => EpochMs
  readonly logger: Logger
  readonly settings: TrainingSettings
  readonly windows: (wanted: WindowsWanted) => Promise<TrainingWindows>
  readonly train: (order: TrainingOrder, how: TrainHow) => Promise<TrainedModel>
  /** A better one was made. */
  readonly onBetter: (id: ModelId) => Promise<void>
}

export type TrainHow = { readonly onProgress: (share: number, step: string) => void; readonly signal: AbortSignal }

/** Models that this server trains have this name. */
export const TRAINED_NAME = ModelName.parse('site')
const WEEK_MS = 7 * 24 * 3_600_000
/** Reading the history is so much of the whole. */
const READ_SHARE = 0.1
/** Progress is written no more often; a cancellation is seen as soon. */
const WRITE_MS = 1_000

/** Trains one model after the other: each night, and when somebody asks. A model that is not better goes nowhere. */
export class TrainingRunner {
  readonly #options: TrainingRunnerOptions
  #running: Promise<void> | undefined
  #abort: AbortController | undefined
  #seconds = 0
  #isClosed = false

  constructor(options: TrainingRunnerOptions) {
    this.#options = options
  }

  /** Time that training took since the start, finished or not. */
  get seconds(): number {
    return this.#seconds
  }

  get isRunning(): boolean {
    return this.#running !== undefined
  }

  /** Begins what is due, when nothing runs. Call it every few seconds. */
  async look(): Promise<void> {
    if (this.#running !== undefined || this.#isClosed) return
    const { runs, settings, now, logger } = this.#options
    // What people asked for comes first: a full queue leaves the night no place in it.
    let next = await runs.begin()
    const isIdle = next === undefined && settings.enabled
    if (isIdle && isNightlyDue(settings.at, { last: await runs.lastNightly(), now: now() })) {
      await runs.queue({}, { trigger: 'nightly', by: 'server' })
      next = await runs.begin()
    }
    if (next === undefined) return
    this.#running = this.#run(next.run.id, next.wanted)
      .catch((thrown: unknown) => {
        logger.error({ error: messageOf(thrown) }, 'how a training ended could not be written down')
      })
      .finally(() => {
        this.#running = undefined
      })
  }

  /** Resolves when what runs is over. */
  async idle(): Promise<void> {
    await this.#running
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#abort?.abort()
    await this.#running
  }

  async #run(id: string, wanted: { readonly weeks?: number | undefined; readonly maxSeries?: number | undefined }) {
    const { runs, logger, settings } = this.#options
    const begun = performance.now()
    this.#abort = new AbortController()
    const { weeks = settings.weeks, maxSeries = settings.maxSeries } = wanted
    try {
      const made = await this.#train(id, { weeks, maxSeries, abort: this.#abort })
      const { better, reasons } = made.evaluation
      await runs.end(id, { state: 'done', model: made.model, reasons: [...reasons] })
      logger.info({ model: made.model, better, reasons }, 'a model was trained')
      if (better) await this.#options.onBetter(made.model)
    } catch (thrown) {
      const isCancelled = thrown instanceof EyeNetError && thrown.code === 'cancelled' && !this.#isClosed
      const reason = this.#isClosed ? 'the server ended while it ran' : messageOf(thrown)
      await runs.end(id, { state: isCancelled ? 'cancelled' : 'failed', reasons: [reason] })
      logger.warn({ error: messageOf(thrown) }, 'a training ended without a model')
    } finally {
      this.#seconds += (performance.now() - begun) / 1_000
    }
  }

  async #train(id: string, how: { weeks: number; maxSeries: number; abort: AbortController }) {
    const { windows, train, records, now } = this.#options
    const { weeks, maxSeries, abort } = how
    const tell = this.#teller(id, abort)
    const to = now()
    const from = epochMs(to - weeks * WEEK_MS)
    const read = await windows({
      ...{ from, to, maxSeries },
      onProgress: (share) => {
        if (abort.signal.aborted) throw new EyeNetError('cancelled', 'it was cancelled')
        tell(share * READ_SHARE, 'reading the history')
      },
    })
    if (read.series.length === 0) {
      throw new EyeNetError('invalid', `there is no series with a history in the last ${weeks} weeks`)
    }
    const samples = read.series.reduce((sum, { times }) => sum + times.length, 0)
    const running = await this.#runningFile()
    const order: TrainingOrder = {
      ...{ series: read.series.map(copied), seed: seedOf(to), settings: DEFAULT_JUDGE_SETTINGS },
      ...{ contract: MODEL_CONTRACT, name: TRAINED_NAME, createdAt: new Date(to).toISOString() },
      ...(running && { running }),
    }
    const { onnx, evaluation, rows } = await train(order, {
      onProgress: (share, step) => tell(READ_SHARE + share * (1 - READ_SHARE), step),
      signal: abort.signal,
    })
    const model = await records.add({
      ...{ name: TRAINED_NAME, source: 'trained', contract: MODEL_CONTRACT, onnx, by: 'server', evaluation },
      data: { from, to, series: read.series.length, rows },
      settings: { weeks, maxSeries, samples, leftOut: read.leftOut, seed: order.seed },
      state: stateOf(evaluation, to),
    })
    return { model, evaluation }
  }

  /** The file of the model that counts, as long as it is what was put in. */
  async #runningFile(): Promise<Uint8Array | undefined> {
    const { records, logger } = this.#options
    const live = liveOf(await records.standings())
    if (live === undefined || live.contract !== MODEL_CONTRACT) return undefined
    try {
      return (await records.vouched(live.id)).onnx
    } catch (thrown) {
      logger.error({ model: live.id, error: messageOf(thrown) }, 'the new model is not judged beside the one that runs')
      return undefined
    }
  }

  /** Writes progress now and then, and stops the run once it is not running any more in the database. */
  #teller(id: string, abort: AbortController): (share: number, step: string) => void {
    const { runs, logger } = this.#options
    let last = { at: Number.NEGATIVE_INFINITY, step: '' }
    return (share, step) => {
      const at = performance.now()
      if (at - last.at < WRITE_MS && step === last.step) return
      last = { at, step }
      runs.progress(id, share, step).then(
        (goesOn) => {
          if (!goesOn) abort.abort()
        },
        (thrown) => logger.warn({ error: messageOf(thrown) }, 'the progress of a training was not written'),
      )
    }
  }
}

function stateOf({ better, reasons }: ModelEvaluation, since: EpochMs) {
  const reason = reasons.join('; ')
  return better ? ({ kind: 'candidate', since, reason } as const) : ({ kind: 'rejected', since, reason } as const)
}

/** The same history at the same time gives the same model. */
const seedOf = (at: EpochMs): number => Math.floor(at / 1_000) % 2 ** 31

const copied = ({ incidents, feedback, ...one }: TrainingSeries): TrainingOrder['series'][number] => ({
  ...one,
  incidents: [...incidents],
  feedback: [...feedback],
})
