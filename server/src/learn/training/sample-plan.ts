import { type Injection, injectAnomaly } from './inject-anomaly.ts'
import type { Random } from './random.ts'
import { seriesSize } from './series-size.ts'
import type { TrainingSeries } from './training-job.ts'

/** Rows before nothing is drawn: the state of a series knows nothing yet. */
export const FIRST_ROW = 48

/** What is drawn from one series: indexes of samples as they are, in order, and anomalies, in order of their start. */
export type SamplePlan = { readonly rows: Int32Array; readonly injections: readonly Injection[] }

export type PlanOptions = {
  /** First and last index (not included) from which is drawn. */
  readonly from: number
  readonly to: number
  readonly rows: number
  readonly injections: number
}

/** Draws from a series, as many from each equal part of it, so that every day and hour has its share. */
export function samplePlan({ values }: TrainingSeries, options: PlanOptions, random: Random): SamplePlan {
  const size = seriesSize(values.subarray(options.from, options.to))
  const rows = Int32Array.from(strata(options, options.rows, random))
  const injections: Injection[] = []
  for (const start of strata(options, options.injections, random)) {
    const injection = injectAnomaly({ values, size }, start, random)
    if (injection !== undefined) injections.push(injection)
  }
  return { rows, injections }
}

/** One index out of each of `count` equal parts; fewer where there are fewer samples. */
function* strata({ from, to }: PlanOptions, count: number, random: Random): Generator<number> {
  const parts = Math.min(count, to - from)
  for (let part = 0; part < parts; part++) {
    const low = from + Math.floor(((to - from) * part) / parts)
    const high = from + Math.floor(((to - from) * (part + 1)) / parts)
    yield low + random.below(Math.max(1, high - low))
  }
}
