import { type EpochMs, METRIC_NAME } from '@eyenet/shared/identity'
import type { SamplePoll } from '../buffer/buffer.ts'
import { PollSamples, rounded, type SeriesIds } from '../device/device.ts'
import type { Detection } from './detection.ts'

/** What detection says of itself: metrics of the catalogue with the label `agent`. */
export class OwnMetrics {
  readonly #ids: SeriesIds
  readonly #labels: Readonly<Record<string, string>>
  /** Of models that ran before. */
  #spentMs = 0
  readonly #spentOf = new WeakMap<object, number>()

  constructor(ids: SeriesIds, labels: Readonly<Record<string, string>>) {
    this.#ids = ids
    this.#labels = labels
  }

  poll(now: EpochMs, { roster, gatherer, live, shadows, alarms }: Detection): SamplePoll {
    const samples = new PollSamples()
    const add = (metric: string, value: number, labels: Readonly<Record<string, string>> = {}): void => {
      samples.add(this.#ids.seriesId({ [METRIC_NAME]: metric, ...this.#labels, ...labels }), value)
    }
    add('anomaly_series', roster.size)
    add('anomaly_series_left_out', roster.leftOut)
    add('anomaly_samples_left_out_total', gatherer.leftOutSamples)
    add('anomaly_reports_left_out_total', live.book.untold)
    for (const opinion of [live, ...shadows]) {
      this.#spend(opinion.judgeOf, opinion.judgeOf.spentMs)
      if (opinion.model !== undefined) this.#spend(opinion.model, opinion.model.spentMs)
      const mode = opinion === live ? 'live' : 'shadow'
      const model = opinion.model?.id ?? 'none'
      if (opinion.model !== undefined) add('anomaly_model_info', 1, { model, mode })
      add('anomaly_alarms_total', alarms.get(`${mode} ${model}`) ?? 0, { model, mode })
    }
    add('anomaly_seconds_total', rounded(this.#spentMs / 1_000, 3))
    return samples.at(now)
  }

  #spend(spender: object, spentMs: number): void {
    this.#spentMs += spentMs - (this.#spentOf.get(spender) ?? 0)
    this.#spentOf.set(spender, spentMs)
  }
}
