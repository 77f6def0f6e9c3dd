import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ForecastsAnswer, PredictAnswer, PredictRequest } from '@eyenet/shared/api'
import { messageOf } from '@eyenet/shared/errors'
import { type DeviceId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { Logger } from 'pino'
import { appendPoints, type MetricStore } from '../store/store.ts'
import { DAY_MS, newestDay, readThings, sharesOfDay } from './daily-shares.ts'
import type { ForecastQuery, Forecasts } from './forecast-interface.ts'
import { MAX_DAYS } from './growth.ts'
import { PredictDesk, type PredictDeskOptions } from './predict/predict-desk.ts'
import { forecastOf, forecastPoints, type StandingForecast, shownForecast } from './until-full.ts'

export type ForecastOptions = {
  readonly store: Pick<MetricStore, 'query' | 'select' | 'series' | 'intern' | 'append'>
  readonly now: () => EpochMs
  readonly logger: Logger
  /** undefined: the device is not known any more. */
  readonly deviceName: (device: DeviceId) => string | undefined
  /** Where predictions are not made in a thread; for tests. */
  readonly runPredictions?: PredictDeskOptions['runPredictions']
  /** false: the caller calls `work`; for tests. */
  readonly workByItself?: boolean
}

export interface ForecastRoom extends Forecasts {
  /** Writes down what was in use on days that have ended, works forecasts out anew where it is time, and tells them. */
  work(): Promise<void>
  close(): Promise<void>
}

/** Within PromQL's look-back, so that a rule finds the last sample. */
const TELL_EVERY_MS = 4 * 60_000
const WORK_OUT_EVERY_MS = 3_600_000
/** A day is written once what it brought is here. */
const SETTLED_MS = 15 * 60_000
/** Days that are written in one go; after the first start there are four weeks of them. */
const DAYS_AT_ONCE = 4
/** Things between two turns of the event loop. */
const PER_TURN = 100

class UntilFull implements ForecastRoom {
  readonly #options: ForecastOptions
  readonly #predicting: PredictDesk
  readonly #timer: NodeJS.Timeout | undefined
  #standing: readonly StandingForecast[] = []
  #workedOutAt: EpochMs | undefined
  /** The end of the last day that was looked at. */
  #writtenTo: number | undefined
  #turn: Promise<void> = Promise.resolve()
  #isWorking = false

  constructor(options: ForecastOptions) {
    this.#options = options
    this.#predicting = new PredictDesk(options)
    if (options.workByItself === false) return
    this.#timer = setInterval(() => void this.#tick(), TELL_EVERY_MS)
    this.#timer.unref()
  }

  untilFull({ kind, device, limit }: ForecastQuery): ForecastsAnswer {
    const { now, deviceName } = this.#options
    const at = now()
    const found = this.#standing.flatMap((one) => {
      const isAsked =
        (kind === undefined || one.shown.kind === kind) && (device === undefined || one.shown.device === device)
      const shown = isAsked ? shownForecast(one, at) : undefined
      const name = deviceName(one.shown.device)
      return shown === undefined || name === undefined ? [] : [{ ...shown, deviceName: name }]
    })
    found.sort((a, b) => (a.seconds ?? 0) - (b.seconds ?? 0) || (a.device < b.device ? -1 : 1))
    return {
      ...(this.#workedOutAt !== undefined && { at: this.#workedOutAt }),
      ...{ items: found.slice(0, limit), total: found.length },
    }
  }

  predict(request: PredictRequest): Promise<PredictAnswer> {
    return this.#predicting.predict(request)
  }

  work(): Promise<void> {
    const done = this.#turn.then(async () => {
      const now = this.#options.now()
      const isWritten = await this.#writeDays(now)
      if (isWritten || this.#isDue(now)) await this.#workOut(now)
      await this.#tell(now)
    })
    this.#turn = done.catch(() => {})
    return done
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#turn
  }

  async #tick(): Promise<void> {
    if (this.#isWorking) return
    this.#isWorking = true
    try {
      await this.work()
    } catch (thrown) {
      this.#options.logger.error({ error: messageOf(thrown) }, 'could not forecast; trying again')
    } finally {
      this.#isWorking = false
    }
  }

  #isDue(now: EpochMs): boolean {
    return this.#workedOutAt === undefined || Math.abs(now - this.#workedOutAt) >= WORK_OUT_EVERY_MS
  }

  /** A day's shares are one append: a server that is killed has a day or has it not. Answers whether there was one. */
  async #writeDays(now: EpochMs): Promise<boolean> {
    const { store } = this.#options
    const last = Math.floor((now - SETTLED_MS) / DAY_MS) * DAY_MS
    const first = last - (MAX_DAYS - 1) * DAY_MS
    this.#writtenTo ??= (await newestDay(store, { now, lookbackMs: MAX_DAYS * DAY_MS })) ?? first - DAY_MS
    const begin = Math.max(first, this.#writtenTo + DAY_MS)
    const end = Math.min(last, begin + (DAYS_AT_ONCE - 1) * DAY_MS)
    for (let day = begin; day <= end; day += DAY_MS) {
      await this.#append(await sharesOfDay(store, epochMs(day)))
      this.#writtenTo = day
    }
    return begin <= end
  }

  async #workOut(now: EpochMs): Promise<void> {
    const things = await readThings(this.#options.store, { from: epochMs(now - (MAX_DAYS + 1) * DAY_MS), to: now })
    const standing: StandingForecast[] = []
    for (const [at, thing] of things.entries()) {
      if (at % PER_TURN === PER_TURN - 1) await nextTurn()
      const one = forecastOf(thing)
      if (one !== undefined) standing.push(one)
    }
    this.#standing = standing
    this.#workedOutAt = now
  }

  async #tell(now: EpochMs): Promise<void> {
    const known = this.#standing.filter(({ shown }) => this.#options.deviceName(shown.device) !== undefined)
    await this.#append(known.flatMap((one) => forecastPoints(one, now)))
  }

  async #append(points: Parameters<typeof appendPoints>[1]): Promise<void> {
    const without = await appendPoints(this.#options.store, points)
    if (without > 0) this.#options.logger.error({ series: without }, 'the store has no room for series of forecasts')
  }
}

export function openForecasts(options: ForecastOptions): ForecastRoom {
  return new UntilFull(options)
}
