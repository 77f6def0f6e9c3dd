import { join } from 'node:path'
import { messageOf } from '@eyenet/shared/errors'
import type { AnomalyConfig, ModelReport, SentModel } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { Additions, NewEvent, SamplePoll } from '../buffer/buffer.ts'
import type { Clock } from '../schedule/schedule.ts'
import type { Vouch } from './accept-model.ts'
import { DetectFile } from './detect-file.ts'
import { Detection, type DetectionOptions } from './detection.ts'
import { KnownPast } from './known-past.ts'
import type { Past } from './learn-past.ts'
import { ModelRack } from './model-rack.ts'
import { OwnMetrics } from './own-metrics.ts'
import { StateSaver } from './state-saver.ts'

export type DetectorOptions = {
  readonly dataDir: string
  readonly shippedModel: string
  readonly outbox: DetectionOptions['outbox'] & {
    append(additions: Additions): void
    notice(code: string, message: string): void
  }
  readonly labels: { readonly site: string; readonly agent: string }
  readonly clock: Clock
  readonly logger: Logger
  readonly settings: AnomalyConfig
  /** Checks a manifest's signature. */
  readonly vouch: Vouch
  /** A past of series that are new to the judge: that of a simulated site. */
  readonly past?: Past | undefined
  /** The reports of models have changed. */
  readonly onModels: () => void
}

export type DetectStatus = {
  readonly enabled: boolean
  readonly series: number
  readonly seriesLeftOut: number
  readonly models: readonly ModelReport[]
}

/** Polls that end within this time are judged together, or this many samples. */
const GATHER_MS = 500
const MAX_GATHERED = 5_000
/** A series that brought nothing for so long is judged no more. */
const SILENT_MS = 3 * 86_400_000
const LOOK_FOR_SILENT_MS = 3_600_000
export const detectFileIn = (dataDir: string): string => join(dataDir, 'detect.db')

/** Judges what the agent samples. It takes samples that are in the outbox already, so it can neither delay nor lose them. */
export class Detector {
  readonly #options: DetectorOptions
  readonly #rack: ModelRack
  readonly #own: OwnMetrics
  readonly #past: KnownPast | undefined
  #settings: AnomalyConfig
  #detection: Detection | undefined
  #file: DetectFile | undefined
  #saver: StateSaver | undefined
  #cancelTimer: (() => void) | undefined
  #cancelLook = (): void => {}
  /** The drain under way. */
  #judging: Promise<void> | undefined
  #turn: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(options: DetectorOptions) {
    const { dataDir, shippedModel, logger, vouch, outbox, onModels } = options
    this.#options = options
    this.#settings = options.settings
    this.#own = new OwnMetrics(outbox, options.labels)
    this.#past = options.past && new KnownPast({ ...options, past: options.past })
    this.#rack = new ModelRack({
      ...{ dataDir, shippedFile: shippedModel, logger, vouch },
      notice: (code, message) => outbox.notice(code, message),
      onChange: () => {
        this.#useModels()
        onModels()
      },
    })
    this.#open()
  }

  /** Loads the model that ran last, or the shipped one. */
  start(): void {
    this.#next(async () => {
      if (this.#settings.enabled) await this.#rack.start()
    })
  }

  /** What the agent has just sampled. */
  take(polls: readonly SamplePoll[]): void {
    const gatherer = this.#detection?.gatherer
    if (gatherer === undefined || polls.length === 0) return
    for (const poll of polls) gatherer.add(poll)
    if (this.#judging !== undefined) return
    if (gatherer.waitingSamples >= MAX_GATHERED) this.#drain()
    else this.#cancelTimer ??= this.#options.clock.after(GATHER_MS, () => this.#drain())
  }

  /**
   * Other settings hold from now on; and other models, where the server has said which. Intervals of polls may be others
   * too: nothing is missed until they are known.
   */
  configure(settings: AnomalyConfig, sent?: readonly SentModel[]): void {
    this.#detection?.roster.forgetIntervals()
    this.#next(async () => {
      const before = this.#settings
      this.#settings = settings
      if (shapeOf(before) !== shapeOf(settings)) {
        await this.#judging
        this.#shut()
        this.#open()
        this.#useModels()
      }
      if (settings.enabled && sent !== undefined) await this.#rack.set(sent)
      else if (settings.enabled && !before.enabled) await this.#rack.start()
    })
  }

  status(): DetectStatus {
    const roster = this.#detection?.roster
    return {
      enabled: this.#settings.enabled,
      series: roster?.size ?? 0,
      seriesLeftOut: roster?.leftOut ?? 0,
      models: this.#rack.reports,
    }
  }

  /** Appends what detection says of itself. */
  tellSelf(): void {
    const detection = this.#detection
    if (detection === undefined) return
    const poll = this.#own.poll(this.#options.clock.now(), detection)
    this.#options.outbox.append({ samples: [poll] })
  }

  /** Resolves when settings and models are as told, and nothing waits to be judged. */
  async settled(): Promise<void> {
    await this.#turn
    await this.#rack.settled()
    if (this.#cancelTimer !== undefined && this.#judging === undefined) this.#drain()
    while (this.#judging !== undefined) await this.#judging
    await this.#rack.settled()
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#cancelTimer?.()
    this.#past?.close()
    await this.#turn
    await this.#judging
    this.#shut()
    await this.#rack.close()
  }

  /** One after the other. */
  #next(run: () => Promise<void>): void {
    this.#turn = this.#turn
      .then(() => (this.#isClosed ? undefined : run()))
      .catch((thrown: unknown) => {
        this.#options.logger.error({ err: thrown }, 'the settings of detection could not be changed')
      })
  }

  #open(): void {
    const { enabled, maxSeries, bands } = this.#settings
    if (!enabled || this.#isClosed) return
    const { dataDir, logger, outbox, clock } = this.#options
    // Series that went away stay there for a while, beside those that came.
    const file = this.#openFile(detectFileIn(dataDir), { logger, maxRows: 2 * maxSeries })
    if (file === undefined) return
    const past = this.#past
    const learnPast: DetectionOptions['learnPast'] =
      past && ((series, learnt) => past.learn(series, { settings: this.#settings, learnt }))
    const detection = new Detection({ maxSeries, bands, outbox, file, ...(learnPast && { learnPast }) })
    this.#file = file
    this.#detection = detection
    this.#saver = new StateSaver({ detection, file, clock, isBusy: () => this.#judging !== undefined })
    this.#lookForSilent()
  }

  #openFile(file: string, options: { logger: Logger; maxRows: number }): DetectFile | undefined {
    try {
      const opened = new DetectFile(file, options)
      if (opened.isInMemory) {
        const why = `What detection learns is not kept: ${file} cannot be opened. Samples are judged without it.`
        this.#options.outbox.notice('detection-in-memory', why)
      }
      return opened
    } catch (thrown) {
      options.logger.error({ file, problem: messageOf(thrown) }, 'samples are not judged: the file cannot be opened')
      this.#options.outbox.notice('detection-off', `Samples are not judged: ${file} cannot be opened.`)
      return undefined
    }
  }

  #shut(): void {
    this.#cancelLook()
    this.#saver?.close()
    this.#file?.close()
    this.#saver = undefined
    this.#file = undefined
    this.#detection = undefined
  }

  #useModels(): void {
    // A tick that is under way ends with the models with which it began.
    const use = (): void => {
      this.#detection?.setModels(this.#rack.live, this.#rack.shadows)
      this.#file?.noteModels(this.#rack.reports)
    }
    if (this.#judging === undefined) use()
    else void this.#judging.then(use)
  }

  #drain(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    if (this.#judging !== undefined) return
    this.#judging = this.#judgeAll().finally(() => {
      this.#judging = undefined
    })
  }

  async #judgeAll(): Promise<void> {
    const detection = this.#detection
    if (detection === undefined) return
    try {
      for (;;) {
        const found = await detection.judge(this.#settings)
        if (found === undefined) return
        if (found.events.length + found.samples.length > 0) this.#options.outbox.append(found)
      }
    } catch (thrown) {
      this.#options.logger.error({ err: thrown }, 'judging failed through a fault of the agent')
    }
  }

  #lookForSilent(): void {
    this.#cancelLook()
    this.#cancelLook = this.#options.clock.after(LOOK_FOR_SILENT_MS, () => {
      void this.#closeSilent()
        .catch((thrown: unknown) => {
          this.#options.logger.error({ err: thrown }, 'series that are silent could not be closed')
        })
        .finally(() => {
          if (!this.#isClosed) this.#lookForSilent()
        })
    })
  }

  async #closeSilent(): Promise<void> {
    await this.#judging
    const detection = this.#detection
    if (detection === undefined) return
    const now = this.#options.clock.now()
    const events: NewEvent[] = []
    for (const place of detection.roster.silentSince(now - SILENT_MS)) events.push(...detection.close(place, now))
    if (events.length > 0) this.#options.outbox.append({ events })
    this.#file?.prune(now)
  }
}

/** What cannot change while series are judged. */
const shapeOf = ({ enabled, maxSeries, bands }: AnomalyConfig): string => JSON.stringify([enabled, maxSeries, bands])
