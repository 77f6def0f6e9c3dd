import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { epochMs, type Labels } from '@eyenet/shared/identity'
import type { JudgeSettings } from '@eyenet/shared/judge'
import type { Logger } from 'pino'
import type { Additions } from '../buffer/buffer.ts'
import type { Clock } from '../schedule/schedule.ts'
import { type Past, PastLearner } from './learn-past.ts'

export type KnownPastOptions = {
  readonly past: Past
  readonly outbox: { append(additions: Additions): void; notice(code: string, message: string): void }
  readonly clock: Clock
  readonly logger: Logger
  readonly dataDir: string
}

export type SeriesOfPast = { readonly id: number; readonly labels: Labels; readonly isCounter: boolean }
type Waiting = SeriesOfPast & { readonly settings: JudgeSettings; readonly learnt: (state: Uint8Array) => void }

/** The judge learns for so long in one go, and the pause after. */
const LEARN_MS = 8
const LEARN_PAUSE_MS = 12
/** Its series have come by then: the first polls are through. */
const COLLECT_MS = 45_000
/** What lies between two samples of the past that the server gets. */
const STEP_MS = 300_000
/** Samples that are read and appended in one go, and the pause after: live samples go on in between. */
const SLICE_SAMPLES = 20_000
const PAUSE_MS = 250
/** Series that are told of: the demonstration has 1,436. */
const MAX_SERIES = 5_000

/**
 * A past of series that were not watched before: the judge learns from it when it first meets a series, and the server gets
 * it as samples, once, in the background. Who made it says so in a notice.
 */
export class KnownPast {
  readonly #options: KnownPastOptions
  readonly #learner = new PastLearner()
  readonly #told: string
  #series: { readonly id: number; readonly read: (now: number) => number }[] = []
  #cancel: (() => void) | undefined
  #isTelling: boolean
  #waiting: Waiting[] = []
  #cancelLearning: (() => void) | undefined

  constructor(options: KnownPastOptions) {
    this.#options = options
    this.#told = join(options.dataDir, 'past-told')
    this.#isTelling = !existsSync(this.#told)
  }

  /** Learns the past of a series in some turn later, and calls `learnt`. False: it has none. */
  learn(series: SeriesOfPast, told: Pick<Waiting, 'settings' | 'learnt'>): boolean {
    const { past, clock } = this.#options
    const read = past.readingOf(series.labels)
    if (read === undefined) return false
    if (this.#isTelling && this.#series.length < MAX_SERIES) {
      this.#series.push({ id: series.id, read })
      this.#cancel ??= clock.after(COLLECT_MS, () => this.#begin())
    }
    this.#waiting.push({ ...series, ...told })
    this.#cancelLearning ??= clock.after(LEARN_PAUSE_MS, () => this.#learnSome())
    return true
  }

  close(): void {
    this.#isTelling = false
    this.#cancel?.()
    this.#cancelLearning?.()
    this.#waiting = []
  }

  /** Not for long: polls go on in between, and what they read is stamped with when they were due. */
  #learnSome(): void {
    const { past, clock } = this.#options
    this.#cancelLearning = undefined
    const until = performance.now() + LEARN_MS
    do {
      const next = this.#waiting.shift()
      if (next === undefined) return
      const { labels, isCounter, settings, learnt } = next
      const state = this.#learner.learn(labels, { past, isCounter, settings })
      if (state !== undefined) learnt(state)
    } while (performance.now() < until)
    this.#cancelLearning = clock.after(LEARN_PAUSE_MS, () => this.#learnSome())
  }

  #begin(): void {
    const { past, outbox, logger } = this.#options
    const days = Math.round((past.to - past.from) / 86_400_000)
    const about = `${this.#series.length} series, ${days} days, a sample in five minutes`
    logger.info({ series: this.#series.length, days }, 'the made past is sent to the server')
    outbox.notice('made-past', `Samples before the start were made by the simulator, not measured: ${about}.`)
    this.#tell(past.from)
  }

  /** Sends what is left from a time on. */
  #tell(from: number): void {
    const { past, clock, logger } = this.#options
    if (!this.#isTelling) return
    let now = from
    for (let sent = 0; sent < SLICE_SAMPLES && now < past.to; now += STEP_MS) sent += this.#tellOf(now)
    if (now < past.to) {
      this.#cancel = clock.after(PAUSE_MS, () => this.#tell(now))
      return
    }
    this.#isTelling = false
    this.#series = []
    writeFileSync(this.#told, `${new Date(past.to).toISOString()}\n`)
    logger.info('the made past is on its way to the server')
  }

  #tellOf(now: number): number {
    const ids: number[] = []
    const values: number[] = []
    for (const { id, read } of this.#series) {
      const value = read(now)
      if (Number.isNaN(value)) continue
      ids.push(id)
      values.push(value)
    }
    this.#options.outbox.append({ samples: [{ time: epochMs(now), ids, values }] })
    return ids.length
  }
}
