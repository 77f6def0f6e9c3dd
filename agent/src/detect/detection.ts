import type { DeviceId, Labels } from '@eyenet/shared/identity'
import type { JudgeSettings } from '@eyenet/shared/judge'
import type { ModelMode } from '@eyenet/shared/wire'
import type { NewEvent, SamplePoll } from '../buffer/buffer.ts'
import type { SeriesIds } from '../device/device.ts'
import { AnomalySamples } from './anomaly-samples.ts'
import type { DetectFile, StateRow } from './detect-file.ts'
import type { SeriesOfPast } from './known-past.ts'
import { Opinion } from './opinion.ts'
import { RowGatherer } from './row-gatherer.ts'
import type { RunningModel } from './running-model.ts'
import { SeriesRoster } from './series-roster.ts'
import { TickRows } from './tick-rows.ts'

export type DetectionOptions = {
  readonly maxSeries: number
  readonly bands: readonly string[]
  readonly outbox: SeriesIds & { labelsOf(id: number): Labels | undefined }
  readonly file: DetectFile
  /** Whether a series has a past; then `learnt` is called once the judge has learnt it, with its state. */
  readonly learnPast?: (series: SeriesOfPast, learnt: (state: Uint8Array) => void) => boolean
}

/** What one batch has brought. */
export type Findings = { readonly events: readonly NewEvent[]; readonly samples: readonly SamplePoll[] }

/**
 * Series of a tick that one run of a model takes; more make another run. A run of 5,000 costs no less for each, and leaves
 * the process some 30 MB larger (docs/benchmarks.md).
 */
export const MAX_BATCH_ROWS = 1_024
/** More than the largest agent has targets. */
const MAX_DEVICES = 6_000
/** Models that one process has run, at most. */
const MAX_COUNTED_MODELS = 256
const NO_LABELS: Labels = {}

/** All that is known of the series of one agent, and the judges that have an opinion of them: the live one, and shadows. */
export class Detection {
  readonly roster: SeriesRoster
  readonly gatherer: RowGatherer
  live: Opinion
  shadows: Opinion[] = []
  /** Verdicts that began, by mode and model (`live none` without one). */
  readonly alarms = new Map<string, number>()
  readonly #options: DetectionOptions
  readonly #rows: TickRows
  readonly #samples: AnomalySamples

  constructor(options: DetectionOptions) {
    const { maxSeries, bands, outbox } = options
    this.#options = options
    this.roster = new SeriesRoster({
      ...{ maxSeries, maxDevices: MAX_DEVICES, bands: new Set(bands) },
      labelsOf: (id) => outbox.labelsOf(id),
      onOpened: (place, labels) => this.#opened(place, labels),
      onDeviceOpened: (index, device) => this.#deviceOpened(index, device),
    })
    this.#rows = new TickRows(MAX_BATCH_ROWS, maxSeries)
    this.gatherer = new RowGatherer(this.roster, this.#rows)
    this.#samples = new AnomalySamples(outbox)
    this.live = this.#opinion(undefined)
  }

  /** Lets these models judge from now on. A shadow that becomes live takes what it has learnt along. */
  setModels(live: RunningModel | undefined, shadows: readonly RunningModel[]): void {
    const all = [this.live, ...this.shadows]
    const known = live === undefined ? undefined : all.find((one) => one.model === live)
    const former = this.live
    this.live = known ?? former
    this.live.model = live
    if (known !== undefined && known !== former) this.live.takeOver(former)
    this.shadows = shadows.map(
      (model) => all.find((one) => one !== this.live && one.model === model) ?? this.#shadow(model),
    )
  }

  /** Judges up to MAX_BATCH_ROWS of what waits; undefined when nothing does. */
  async judge(settings: JudgeSettings): Promise<Findings | undefined> {
    const rows = this.gatherer.fill()
    if (rows.count === 0) return undefined
    for (let row = 0; row < rows.count; row++) rows.devices[row] = this.roster.deviceAt[rows.places[row] ?? 0] ?? -1
    const events: NewEvent[] = []
    for (const opinion of [this.live, ...this.shadows]) {
      await opinion.judge(rows, settings)
      const before = opinion.alarms
      const found = opinion.tell(rows, { mode: this.#modeOf(opinion), samples: this.#samples })
      this.#count(opinion, opinion.alarms - before)
      events.push(...found)
      this.#options.file.note(found)
      this.#keepTold(opinion)
    }
    return { events, samples: this.#samples.take() }
  }

  /** What is kept of the series at some places, for the file. */
  stateOf(place: number): StateRow | undefined {
    const labels = this.#labels(place)
    const state = this.live.judgeOf.save(place)
    if (labels === NO_LABELS || state === undefined) return undefined
    const { sinceMs, told } = this.live.book
    return {
      labels: JSON.stringify(labels),
      seenMs: this.roster.lastMs[place] ?? 0,
      ...{ sinceMs: sinceMs[place] ?? Number.NaN, told: told[place] === 1, state },
    }
  }

  /** What is kept of a device as a whole. */
  deviceStateOf(index: number, seenMs: number): StateRow | undefined {
    const known = this.roster.devices[index]
    if (known === undefined) return undefined
    const { judgeOf, deviceSince } = this.live
    const sinceMs = deviceSince[index] ?? Number.NaN
    return { labels: keyOf(known.device), seenMs, sinceMs, told: true, state: judgeOf.devices.save(index) }
  }

  /** Ends the judging of a series that is gone; what was told of it ends too. */
  close(place: number, nowMs: number): readonly NewEvent[] {
    const row = this.stateOf(place)
    const index = this.roster.deviceAt[place] ?? -1
    const isLast = this.roster.devices[index]?.places.length === 1
    const ended = [...this.live.endOf(place, nowMs), ...(isLast ? this.live.endOfDevice(index, nowMs) : [])]
    if (row !== undefined) this.#options.file.save([{ ...row, sinceMs: Number.NaN, told: false }])
    this.#options.file.note(ended)
    for (const opinion of [this.live, ...this.shadows]) opinion.close(place)
    this.#samples.forget(place)
    this.roster.close(place)
    return ended
  }

  #count(opinion: Opinion, alarms: number): void {
    if (alarms === 0) return
    const key = `${this.#modeOf(opinion)} ${opinion.model?.id ?? 'none'}`
    const before = this.alarms.get(key)
    if (before !== undefined || this.alarms.size < MAX_COUNTED_MODELS) this.alarms.set(key, (before ?? 0) + alarms)
  }

  /** What a restart must not turn round is on disk at once. */
  #keepTold(opinion: Opinion): void {
    if (opinion !== this.live) return
    const series = opinion.changed.flatMap((place) => this.stateOf(place) ?? [])
    const { times } = opinion.judgeOf.devices.verdicts
    const devices = opinion.changedDevices.flatMap((index) => this.deviceStateOf(index, times[index] ?? 0) ?? [])
    this.#options.file.save([...series, ...devices])
  }

  #opened(place: number, labels: Labels): void {
    this.gatherer.opened(place)
    const kept = this.#options.file.read(JSON.stringify(labels))
    if (kept === undefined) {
      if (this.#learnsPast(place, labels)) return
      this.live.open(place)
    } else if (!this.live.open(place, kept.state)) this.#options.file.damaged++
    else if (!Number.isNaN(kept.sinceMs)) this.live.book.restore(place, this.roster.deviceAt[place] ?? 0, kept)
    for (const shadow of this.shadows) shadow.open(place, kept?.state)
  }

  /** A series with a past is judged once the judge has learnt it. */
  #learnsPast(place: number, labels: Labels): boolean {
    const { ids, counters, isLearning } = this.roster
    const id = ids[place] ?? -1
    const learnt = (state: Uint8Array): void => {
      if (ids[place] !== id || isLearning[place] === 0) return
      isLearning[place] = 0
      for (const opinion of [this.live, ...this.shadows]) opinion.open(place, state)
    }
    const learns = this.#options.learnPast?.({ id, labels, isCounter: counters[place] === 1 }, learnt) === true
    isLearning[place] = learns ? 1 : 0
    return learns
  }

  #deviceOpened(index: number, device: DeviceId): void {
    for (const { judgeOf, deviceSince } of [this.live, ...this.shadows]) {
      judgeOf.devices.reset(index)
      deviceSince[index] = Number.NaN
    }
    const kept = this.#options.file.read(keyOf(device))
    if (kept === undefined) return
    if (this.live.judgeOf.devices.load(index, kept.state)) this.live.deviceSince[index] = kept.sinceMs
    else this.#options.file.damaged++
  }

  #shadow(model: RunningModel): Opinion {
    const shadow = this.#opinion(model)
    for (let place = 0; place < this.roster.end; place++) {
      if (this.live.judgeOf.has(place)) shadow.open(place, this.live.judgeOf.save(place))
    }
    this.roster.devices.forEach((_, index) => {
      shadow.judgeOf.devices.load(index, this.live.judgeOf.devices.save(index))
    })
    return shadow
  }

  #opinion(model: RunningModel | undefined): Opinion {
    const { maxSeries } = this.#options
    return new Opinion({
      ...{ maxSeries, maxDevices: MAX_DEVICES, maxRows: MAX_BATCH_ROWS, model, roster: this.roster },
      labelsOf: (place) => this.#labels(place),
    })
  }

  #modeOf(opinion: Opinion): ModelMode {
    return opinion === this.live ? 'live' : 'shadow'
  }

  #labels(place: number): Labels {
    return this.#options.outbox.labelsOf(this.roster.ids[place] ?? -1) ?? NO_LABELS
  }
}

/** A device's own state lies among those of the series. */
const keyOf = (device: DeviceId): string => JSON.stringify({ device })
