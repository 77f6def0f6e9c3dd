import { epochMs, type Labels, METRIC_NAME } from '@eyenet/shared/identity'
import type { SamplePoll } from '../buffer/buffer.ts'
import { PollSamples, rounded, type SeriesIds } from '../device/device.ts'

/** What is published of one series, or of a device, at one moment. */
export type Published = {
  readonly atMs: number
  readonly score: number
  readonly low: number
  readonly high: number
  readonly state: 'lasts' | 'ended' | 'none'
  /** Published at each tick, whether or not a verdict lasts. */
  readonly isBand: boolean
}

type Ids = { readonly score: number; readonly low: number; readonly high: number; readonly active: number }

/** Verdicts as metrics: `anomaly_score` and its like with the labels of the series, `metric` for its name. */
export class AnomalySamples {
  readonly #ids: SeriesIds
  /** By place, for as long as its series is judged. */
  readonly #series = new Map<number, Ids>()
  readonly #devices = new Map<string, { readonly ratio: number; readonly ids: Ids }>()
  #polls = new Map<number, PollSamples>()

  constructor(ids: SeriesIds) {
    this.#ids = ids
  }

  forget(place: number): void {
    this.#series.delete(place)
  }

  addSeries(place: number, labelsOf: () => Labels | undefined, published: Published): void {
    let ids = this.#series.get(place)
    if (ids === undefined) {
      const labels = labelsOf()
      if (labels === undefined) return
      const { [METRIC_NAME]: metric = '', ...rest } = labels
      ids = this.#idsOf({ ...rest, metric })
      this.#series.set(place, ids)
    }
    this.#add(ids, published)
  }

  addDevice(labels: { readonly site: string; readonly device: string }, ratio: number, published: Published): void {
    const known = this.#devices.get(labels.device)
    const ids = known ?? { ratio: this.#id('anomaly_ratio', labels), ids: this.#idsOf(labels) }
    if (known === undefined) this.#devices.set(labels.device, ids)
    this.#at(published.atMs).add(ids.ratio, rounded(ratio, 4))
    this.#add(ids.ids, published)
  }

  /** What was added since the last time, one poll for each time. */
  take(): SamplePoll[] {
    const polls = [...this.#polls].map(([time, samples]) => samples.at(epochMs(time)))
    this.#polls = new Map()
    return polls
  }

  #add(ids: Ids, { atMs, score, low, high, state, isBand }: Published): void {
    if (state === 'none' && !isBand) return
    const samples = this.#at(atMs)
    if (state !== 'none') samples.add(ids.active, state === 'lasts' ? 1 : 0)
    if (state === 'ended' && !isBand) {
      for (const id of [ids.score, ids.low, ids.high]) samples.stale(id)
      return
    }
    samples.add(ids.score, rounded(score, 4))
    samples.add(ids.low, low)
    samples.add(ids.high, high)
  }

  #at(time: number): PollSamples {
    let samples = this.#polls.get(time)
    if (samples === undefined) {
      samples = new PollSamples()
      this.#polls.set(time, samples)
    }
    return samples
  }

  #idsOf(labels: Labels): Ids {
    return {
      score: this.#id('anomaly_score', labels),
      low: this.#id('anomaly_expected_low', labels),
      high: this.#id('anomaly_expected_high', labels),
      active: this.#id('anomaly_active', labels),
    }
  }

  #id(metric: string, labels: Labels): number {
    return this.#ids.seriesId({ ...labels, [METRIC_NAME]: metric })
  }
}
