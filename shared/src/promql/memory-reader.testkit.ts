import { type EpochMs, epochMs, type Labels, seriesKey } from '../identity/identity.ts'
import { compileMatchers } from './matcher.ts'
import { type SeriesReader, setStaleMarker } from './series-reader.ts'

/** `'stale'` writes a staleness marker, `undefined` no sample. */
export type TestValue = number | 'stale' | undefined

/** A plain map of series. */
export class MemoryReader implements SeriesReader {
  private readonly series = new Map<string, { labels: Labels; samples: Map<number, TestValue> }>()
  selections = 0

  add(labels: Labels, values: readonly TestValue[], { stepMs = 60_000, startMs = 0 } = {}): this {
    const key = seriesKey(labels)
    const known = this.series.get(key) ?? { labels, samples: new Map<number, TestValue>() }
    this.series.set(key, known)
    values.forEach((value, i) => {
      if (value !== undefined) known.samples.set(startMs + i * stepMs, value)
    })
    return this
  }

  clear(): void {
    this.series.clear()
  }

  async select({ matchers, from, to }: Parameters<SeriesReader['select']>[0]): ReturnType<SeriesReader['select']> {
    this.selections++
    const matches = compileMatchers(matchers)
    return [...this.series.values()].flatMap(({ labels, samples }) => {
      if (!matches(labels)) return []
      const found = [...samples].filter(([time]) => time >= from && time <= to).sort(([a], [b]) => a - b)
      if (found.length === 0) return []
      const values = Float64Array.from(found, ([, value]) => (typeof value === 'number' ? value : 0))
      found.forEach(([, value], i) => {
        if (value === 'stale') setStaleMarker(values, i)
      })
      return [{ labels, times: Float64Array.from(found, ([time]) => time), values }]
    })
  }
}

export const at = (seconds: number): EpochMs => epochMs(seconds * 1000)
