import type { DeviceId, Labels } from '@eyenet/shared/identity'
import { type DeviceVerdicts, type JudgeSettings, REASON } from '@eyenet/shared/judge'
import type { ModelMode } from '@eyenet/shared/wire'
import { anomalyEvent, type Found, type NewAnomaly } from './anomaly-event.ts'
import type { AnomalySamples, Published } from './anomaly-samples.ts'
import type { RunningModel } from './running-model.ts'
import { SeriesJudge } from './series-judge.ts'
import type { SeriesRoster } from './series-roster.ts'
import type { TickRows } from './tick-rows.ts'
import { VerdictBook } from './verdict-book.ts'

export type OpinionOptions = {
  readonly maxSeries: number
  readonly maxDevices: number
  readonly maxRows: number
  readonly model: RunningModel | undefined
  readonly roster: SeriesRoster
  readonly labelsOf: (place: number) => Labels
}

type Telling = { readonly mode: ModelMode; readonly samples: AnomalySamples }

/** What one judge has found, told in events, and as metrics where it is the live one. */
export class Opinion {
  readonly judgeOf: SeriesJudge
  book: VerdictBook
  /** Places of which the last tick told something. */
  changed: readonly number[] = []
  readonly #options: OpinionOptions
  /** By place, for verdicts that were told and last: the end is told in the words of the beginning. */
  #sentences = new Map<number, string>()
  /** By device, since when its own verdict lasts; NaN: none. */
  readonly deviceSince: Float64Array
  /** Devices of which the last tick told something. */
  changedDevices: number[] = []
  #deviceAlarms = 0

  constructor(options: OpinionOptions) {
    this.#options = options
    this.judgeOf = new SeriesJudge(options)
    this.book = new VerdictBook(options.maxSeries, options.maxDevices)
    this.deviceSince = new Float64Array(options.maxDevices).fill(Number.NaN)
  }

  get model(): RunningModel | undefined {
    return this.judgeOf.model
  }

  set model(model: RunningModel | undefined) {
    this.judgeOf.model = model
  }

  /** Verdicts that began, on series and on devices. */
  get alarms(): number {
    return this.book.alarms + this.#deviceAlarms
  }

  open(place: number, state?: Uint8Array): boolean {
    return this.judgeOf.open(place, state)
  }

  close(place: number): void {
    const device = this.#options.roster.deviceAt[place] ?? 0
    if (this.book.isLasting(place)) this.book.end(place, device)
    this.#sentences.delete(place)
    this.judgeOf.close(place)
  }

  /** What people know of lasts or ends by this judge's word from now on. */
  takeOver(former: Opinion): void {
    this.book = former.book
    this.#sentences = former.#sentences
    this.deviceSince.set(former.deviceSince)
  }

  judge(rows: TickRows, settings: JudgeSettings): Promise<void> {
    return this.judgeOf.judge(rows, settings)
  }

  /** The events of what was judged last; metrics go into `samples`. */
  tell(rows: TickRows, telling: Telling): NewAnomaly[] {
    const { began, ended } = this.book.look(rows, this.judgeOf.batch)
    const events = began.map((row) => this.#event(rows, row, { phase: 'began', mode: telling.mode }))
    if (telling.mode === 'live') this.#publishSeries(rows, telling.samples)
    const changed = began.map((row) => rows.places[row] ?? 0)
    for (const row of ended) {
      const place = rows.places[row] ?? 0
      const event = this.#event(rows, row, { phase: 'ended', mode: telling.mode })
      this.#sentences.delete(place)
      if (!this.book.end(place, rows.devices[row] ?? 0)) continue
      events.push(event)
      changed.push(place)
    }
    this.changed = changed
    this.#tellDevices(rows, events, telling)
    return events
  }

  /** The end of what was told of a series that comes no more. */
  endOf(place: number, nowMs: number): NewAnomaly[] {
    if (this.book.told[place] !== 1) return []
    const sentence = this.#sentences.get(place) ?? NO_MORE
    const labels = this.#options.labelsOf(place)
    const sinceMs = this.book.sinceMs[place] ?? nowMs
    return this.#gone(this.#options.roster.deviceAt[place] ?? -1, { atMs: nowMs, sinceMs, sentence, labels })
  }

  /** The same of a device as a whole. */
  endOfDevice(index: number, nowMs: number): NewAnomaly[] {
    const sinceMs = this.deviceSince[index] ?? Number.NaN
    this.deviceSince[index] = Number.NaN
    return Number.isNaN(sinceMs) ? [] : this.#gone(index, { atMs: nowMs, sinceMs, sentence: NO_MORE })
  }

  #gone(index: number, what: Pick<Found, 'atMs' | 'sinceMs' | 'sentence' | 'labels'>): NewAnomaly[] {
    const known = this.#options.roster.devices[index]
    if (known === undefined) return []
    const nothing = { value: Number.NaN, low: Number.NaN, high: Number.NaN, detail: Number.NaN }
    const found = { phase: 'ended', device: known.device, score: 0, reason: REASON.missing, ...nothing } as const
    return [anomalyEvent({ ...found, ...what, ...this.#modelPart('live') })]
  }

  #event(rows: TickRows, row: number, { phase, mode }: Pick<Found, 'phase'> & { mode: ModelMode }): NewAnomaly {
    const { batch } = this.judgeOf
    const place = rows.places[row] ?? 0
    const sentence = this.#sentences.get(place)
    const event = anomalyEvent({
      phase,
      atMs: rows.times[row] ?? 0,
      sinceMs: this.book.sinceMs[place] ?? 0,
      device: this.#deviceOf(rows.devices[row] ?? -1),
      labels: this.#options.labelsOf(place),
      score: this.book.peak[place] ?? 0,
      reason: batch.reason[row] ?? 0,
      value: rows.values[row] ?? Number.NaN,
      low: batch.low[row] ?? Number.NaN,
      high: batch.high[row] ?? Number.NaN,
      detail: batch.detail[row] ?? Number.NaN,
      ...(phase === 'ended' && sentence !== undefined && { sentence }),
      ...this.#modelPart(mode),
    })
    if (phase === 'began') this.#sentences.set(place, event.sentence)
    return event
  }

  #modelPart(mode: ModelMode): Pick<Found, 'model' | 'isShadow'> {
    return { ...(this.model !== undefined && { model: this.model.id }), ...(mode === 'shadow' && { isShadow: true }) }
  }

  #deviceOf(index: number): DeviceId {
    const found = this.#options.roster.devices[index]
    if (found === undefined) throw new Error(`a row is of no device (${index})`)
    return found.device
  }

  #publishSeries(rows: TickRows, samples: AnomalySamples): void {
    const { batch } = this.judgeOf
    const { bands } = this.#options.roster
    const { book } = this
    for (let row = 0; row < rows.count; row++) {
      const place = rows.places[row] ?? 0
      const isTold = book.told[place] === 1
      const isBand = bands[place] === 1
      if (!isTold && !isBand) continue
      const published: Published = {
        ...{ atMs: rows.times[row] ?? 0, score: batch.score[row] ?? 0, isBand },
        ...{ low: batch.low[row] ?? Number.NaN, high: batch.high[row] ?? Number.NaN },
        state: !isTold ? 'none' : batch.active[row] === 1 ? 'lasts' : 'ended',
      }
      samples.addSeries(place, () => this.#options.labelsOf(place), published)
    }
  }

  #tellDevices(rows: TickRows, events: NewAnomaly[], telling: Telling): void {
    const { verdicts } = this.judgeOf.devices
    this.changedDevices = []
    // Rows of a device lie together: each is looked at where its rows begin, and again where another's come between.
    for (let row = 0; row < rows.count; row++) {
      const index = rows.devices[row] ?? -1
      if (index >= 0 && rows.devices[row - 1] !== index) this.#tellDevice({ index, verdicts }, events, telling)
    }
  }

  #tellDevice(
    { index, verdicts }: { index: number; verdicts: DeviceVerdicts },
    events: NewAnomaly[],
    telling: Telling,
  ): void {
    const known = this.#options.roster.devices[index]
    if (known === undefined) return
    const atMs = verdicts.times[index] ?? 0
    const is = verdicts.active[index] === 1
    const was = !Number.isNaN(this.deviceSince[index] ?? Number.NaN)
    const score = verdicts.score[index] ?? 0
    if (is && !was) {
      this.deviceSince[index] = atMs
      this.#deviceAlarms++
    }
    const sinceMs = this.deviceSince[index] ?? atMs
    if (is !== was) {
      this.changedDevices.push(index)
      const [value, low, high] = [Number.NaN, Number.NaN, Number.NaN]
      const found = { atMs, sinceMs, device: known.device, score, reason: REASON.together, value, low, high }
      const detail = verdicts.detail[index] ?? Number.NaN
      events.push(anomalyEvent({ ...found, phase: is ? 'began' : 'ended', detail, ...this.#modelPart(telling.mode) }))
    }
    if (!is && was) this.deviceSince[index] = Number.NaN
    if (telling.mode !== 'live') return
    const ratio = (this.book.lasting[index] ?? 0) / Math.max(1, known.places.length)
    const state = is ? 'lasts' : was ? 'ended' : 'none'
    const range = { low: Number.NaN, high: Number.NaN, isBand: false }
    telling.samples.addDevice({ site: known.site, device: known.device }, ratio, { atMs, score, state, ...range })
  }
}

const NO_MORE = 'nothing comes of it any more'
