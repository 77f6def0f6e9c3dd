import type { Labels } from '../identity/identity.ts'
import { type PreparedSeries, prepareSeries, withoutStale } from './prepared-series.ts'
import type { SeriesSamples } from './series-reader.ts'

/**
 * The series of a selector. Each is looked over only when its row is computed, while its samples are in the processor's
 * cache, and only once.
 */
export class LoadedSeries {
  readonly labels: readonly Labels[]
  private readonly samples: readonly SeriesSamples[]
  private readonly prepared: (PreparedSeries | undefined)[] = []
  private readonly ranges: (PreparedSeries | undefined)[] = []

  constructor(samples: readonly SeriesSamples[]) {
    this.samples = samples
    this.labels = samples.map((one) => one.labels)
  }

  /** One series with its staleness markers told apart. */
  at(row: number): PreparedSeries {
    const known = this.prepared[row]
    if (known !== undefined) return known
    const samples = this.samples[row]
    if (samples === undefined) throw new Error(`there is no series ${row}`)
    const prepared = prepareSeries(samples)
    this.prepared[row] = prepared
    return prepared
  }

  /** One series without them: what a range holds. */
  rangeAt(row: number): PreparedSeries {
    const known = this.ranges[row]
    if (known !== undefined) return known
    const range = withoutStale(this.at(row))
    this.ranges[row] = range
    return range
  }
}

export const NO_SERIES = new LoadedSeries([])
