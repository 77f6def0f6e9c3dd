import { createHash } from 'node:crypto'
import { FEATURES, prepare, SeriesBank, TickBatch } from '@eyenet/shared/judge'
import { madeSeries } from './made-series.ts'

/** Decimals of features that count: the last bits may differ between versions of the engine that computes sines. */
const DECIMALS = 4

/** A short print of what features are for some known series: it changes when features or the state behind them do. */
export function featurePrint(): string {
  const hash = createHash('sha256')
  for (const { times, values } of madeSeries({ count: 14, seed: 7, samples: 600, days: { least: 3, most: 9 } })) {
    const [bank, batch] = [new SeriesBank(1), new TickBatch(1)]
    const slot = bank.open() ?? 0
    for (const [at, time] of times.entries()) {
      batch.clear()
      batch.add(slot, time, values[at] ?? Number.NaN)
      prepare(bank, batch)
      if (at % 97 !== 0) continue
      hash.update(Array.from(batch.features.subarray(0, FEATURES), (value) => value.toFixed(DECIMALS)).join(' '))
    }
  }
  return hash.digest('hex').slice(0, 16)
}
