import { messageOf } from '@eyenet/shared/errors'
import type { Labels } from '@eyenet/shared/identity'
import type { StoreLogger } from '../embedded/store-options.ts'
import type { AppendBatch } from '../metric-store.ts'
import { backOffMs } from './back-off.ts'
import { Bell } from './bell.ts'
import type { Debt } from './debt.ts'
import type { EnginePort, Outgoing } from './engine-port.ts'
import type { ForwardingCounts } from './forwarding-stats.ts'
import { type LiveBatch, LiveQueue } from './live-queue.ts'
import { type LogPiece, readLogPiece } from './log-piece.ts'
import { type SendOutcome, sendAll, slice } from './sending.ts'

/** Samples of one request: about 1 MB as text. */
const BATCH_SAMPLES = 10_000
/** Bytes of log read and sent at a time when catching up: about 13,000 samples. */
const CHUNK_BYTES = 256 * 1024
/** Before this much of the backlog is sent, it is written down that it may have arrived. */
const WINDOW_BYTES = 16 * CHUNK_BYTES
/** The engine's refusals are told at most this often. */
const TELL_EVERY_MS = 60_000

export type ForwarderOptions = {
  readonly engine: EnginePort
  readonly logFolder: string
  readonly debt: Debt
  readonly logger: StoreLogger
  readonly liveSamplesMax: number
  readonly now: () => number
  /** Resolves after so many milliseconds, or when the signal is aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  readonly random: () => number
  readonly labelsOf: (ref: number) => Labels | undefined
  /** Samples of this series in segments before the number are deleted. */
  readonly deletedBefore: (ref: number) => number
  /** Writes down, durably, what the debt says now. */
  readonly save: () => void
}

/** Counts since the start. */

/** Too many files open, say: it passes. */
const READ_RETRY_MS = 5_000

/**
 * Sends what is in the log to the engine in two lanes, each with one request at a time: new batches from memory, and
 * what was left behind from the disk. Catching up takes at most half of the time, and none while new batches wait.
 */
export class Forwarder {
  readonly counts: ForwardingCounts = { sent: 0, dropped: 0, unstorable: 0, damagedBytes: 0, failures: 0 }
  readonly #options: ForwarderOptions
  readonly #queue: LiveQueue
  readonly #liveBell = new Bell()
  readonly #backlogBell = new Bell()
  readonly #stop = new AbortController()
  #lanes: Promise<unknown> = Promise.resolve()
  /** Failures in a row; 0 while the engine takes what it is sent. */
  #failures = 0
  #lastFailure = ''
  #retry: Promise<void> | undefined
  /** While it is set no request begins. */
  #pause: Promise<void> | undefined
  #running = 0
  readonly #idle = new Bell()
  #incarnation: string | undefined
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(options: ForwarderOptions) {
    this.#options = options
    this.#queue = new LiveQueue(options.liveSamplesMax)
  }

  /** Why the engine does not take samples now; undefined while it does. */
  get trouble(): string | undefined {
    return this.#failures > 0 ? this.#lastFailure : undefined
  }

  start(): void {
    this.#lanes = Promise.all([this.#liveLane(), this.#backlogLane()])
  }

  /** Takes a batch that has come into the log. */
  offer(live: LiveBatch): void {
    const { debt } = this.#options
    debt.mark(live.place, 'live')
    const leaving = this.#queue.push(live)
    for (const { place } of leaving) debt.mark(place, 'owed')
    this.#liveBell.ring()
    if (leaving.length > 0) this.#backlogBell.ring()
  }

  /** Settles what was sent long enough ago, or takes it up again when the engine was started anew meanwhile. */
  async settle(): Promise<void> {
    const { debt, engine, now } = this.#options
    const before = now()
    let incarnation: string | undefined
    try {
      incarnation = await engine.incarnation()
    } catch {
      this.#doubt()
      return
    }
    if (incarnation !== this.#incarnation) {
      this.#incarnation = incarnation
      this.#doubt()
      return
    }
    debt.settle(Math.floor((before - engine.settleMs) / 1000) - 1)
  }

  /** Runs `work` while nothing is on its way to the engine. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    while (this.#pause !== undefined) await this.#pause
    let resume = () => {}
    this.#pause = new Promise((resolve) => {
      resume = resolve
    })
    try {
      while (this.#running > 0) await this.#idle.wait()
      return await work()
    } finally {
      this.#pause = undefined
      resume()
    }
  }

  /** Ends after the requests that run. What waits in memory is then owed. */
  async close(): Promise<void> {
    this.#stop.abort()
    this.#liveBell.ring()
    this.#backlogBell.ring()
    await this.#lanes
    for (const { place } of this.#queue.take(Number.POSITIVE_INFINITY)) this.#options.debt.mark(place, 'owed')
  }

  async #liveLane(): Promise<void> {
    const { debt, now } = this.#options
    while (!this.#stop.signal.aborted) {
      await this.#retry
      const group = this.#queue.take(BATCH_SAMPLES)
      if (group.length === 0) {
        await this.#liveBell.wait()
        continue
      }
      const outcome = await this.#occupied(() => {
        const outgoing = this.#outgoing(group.map(({ place, batch }) => ({ segment: place.segment, batch })))
        return this.#send(outgoing, false)
      })
      const kind = outcome.kind === 'sent' ? 'sent' : outcome.maybeArrived ? 'maybe' : 'owed'
      for (const { place } of group) debt.mark(place, kind, now())
      this.#backlogBell.ring()
    }
  }

  async #backlogLane(): Promise<void> {
    const { debt, now, wait } = this.#options
    while (!this.#stop.signal.aborted) {
      await this.#retry
      // New data is sent first, also to find out whether the engine is back.
      const isLiveFirst = this.#queue.samples > (this.#failures > 0 ? 0 : BATCH_SAMPLES)
      if (isLiveFirst || debt.next(1) === undefined) {
        await this.#backlogBell.wait()
        continue
      }
      const before = now()
      const isSent = await this.#occupied(() => this.#sendChunk())
      if (isSent) await wait(Math.max(0, now() - before), this.#stop.signal)
    }
  }

  /** Sends the oldest piece that is owed; false when the engine does not take it now. */
  async #sendChunk(): Promise<boolean> {
    const { debt, logFolder, logger, now, save } = this.#options
    const window = debt.next(WINDOW_BYTES)
    if (window === undefined) return true
    if (window.kind === 'owed') {
      debt.mark(window, 'trying')
      save()
    }
    const maybeThere = window.kind === 'maybe'
    const place = { ...window, to: Math.min(window.to, window.from + CHUNK_BYTES) }
    let piece: LogPiece
    try {
      piece = await readLogPiece(logFolder, place)
    } catch (error) {
      this.counts.failures++
      logger.error(
        { folder: logFolder, error: messageOf(error) },
        'the metric log cannot be read now; it is tried again',
      )
      await this.#options.wait(READ_RETRY_MS, this.#stop.signal)
      return false
    }
    if (piece.kind === 'damaged') {
      const rest = debt.next(Number.POSITIVE_INFINITY) ?? place
      this.counts.damagedBytes += rest.to - rest.from
      logger.error({ folder: logFolder, ...rest }, 'a piece of the metric log is damaged and cannot be sent')
      debt.mark(rest, 'settled')
      return true
    }
    const { segment, from } = place
    const batches = piece.records.flatMap((batch) => (batch.kind === 'samples' ? [{ segment, batch }] : []))
    const outgoing = this.#outgoing(batches)
    let isPartSent = false
    for (let at = 0; at < outgoing.labels.length; at += BATCH_SAMPLES) {
      const outcome = await this.#send(slice(outgoing, at, at + BATCH_SAMPLES), maybeThere)
      if (outcome.kind === 'failed') {
        if (isPartSent || outcome.maybeArrived) debt.mark({ segment, from, to: piece.to }, 'maybe')
        return false
      }
      isPartSent = true
    }
    debt.mark({ segment, from, to: piece.to }, 'sent', now())
    return true
  }

  /** Runs what sends, but not while `alone` has the engine. */
  async #occupied<T>(work: () => Promise<T>): Promise<T> {
    while (this.#pause !== undefined) await this.#pause
    this.#running++
    try {
      return await work()
    } finally {
      this.#running--
      this.#idle.ring()
    }
  }

  async #send(samples: Outgoing, maybeThere: boolean): Promise<SendOutcome> {
    if (samples.labels.length === 0) return { kind: 'sent', refused: 0, reason: undefined, unstorable: 0 }
    const outcome = await sendAll(this.#options.engine, samples, { maybeThere })
    if (outcome.kind === 'failed') this.#failed(outcome)
    else this.#worked(samples.labels.length, outcome)
    return outcome
  }

  #worked(count: number, { refused, reason, unstorable }: SendOutcome & { kind: 'sent' }): void {
    const { engine, logger, now } = this.#options
    this.counts.sent += count - refused - unstorable
    this.counts.dropped += refused
    this.counts.unstorable += unstorable
    if (this.#failures > 0) logger.info({ engine: engine.name }, 'the metric engine takes samples again')
    this.#failures = 0
    if (refused === 0 || now() - this.#toldAt < TELL_EVERY_MS) return
    this.#toldAt = now()
    logger.error(
      { engine: engine.name, samples: refused, reason },
      'the metric engine refuses samples; they are dropped',
    )
  }

  #failed({ reason, isGone }: SendOutcome & { kind: 'failed' }): void {
    const { engine, logger, random, wait } = this.#options
    this.counts.failures++
    this.#lastFailure = reason
    if (isGone) this.#doubt()
    if (this.#retry !== undefined) return
    this.#failures++
    if (this.#failures === 1) {
      logger.warn(
        { engine: engine.name, reason },
        'the metric engine does not take samples; they are kept until it does',
      )
    }
    this.#retry = wait(backOffMs(this.#failures, random()), this.#stop.signal).then(() => {
      this.#retry = undefined
      this.#liveBell.ring()
      this.#backlogBell.ring()
    })
  }

  #doubt(): void {
    this.#options.debt.doubt()
    this.#backlogBell.ring()
  }

  /** The samples of these batches that are still wanted. */
  #outgoing(batches: readonly { readonly segment: number; readonly batch: AppendBatch }[]): Outgoing {
    const { deletedBefore, labelsOf } = this.#options
    const total = batches.reduce((sum, { batch }) => sum + batch.refs.length, 0)
    const labels: Labels[] = []
    const times = new Float64Array(total)
    const values = new Float64Array(total)
    for (const { segment, batch } of batches) {
      for (let i = 0; i < batch.refs.length; i++) {
        const ref = batch.refs[i] ?? 0
        if (segment < deletedBefore(ref)) continue
        const found = labelsOf(ref)
        if (found === undefined) {
          this.counts.dropped++
          continue
        }
        times[labels.length] = typeof batch.times === 'number' ? batch.times : (batch.times[i] ?? 0)
        values[labels.length] = batch.values[i] ?? 0
        labels.push(found)
      }
    }
    return { labels, times: times.subarray(0, labels.length), values: values.subarray(0, labels.length) }
  }
}
