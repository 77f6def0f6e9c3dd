import { FEATURES, writeFeatures } from './features.ts'
import { learnSample } from './learn.ts'
import { writeMembers } from './members.ts'
import type { SeriesBank } from './series-bank.ts'
import { ANCHOR, MEMBER_COUNT, SLOW_MEAN } from './state-layout.ts'
import type { TickBatch } from './tick-batch.ts'

/**
 * Judges the rows of a batch against what was known before them, writes the model's input, and learns them. Where no model
 * runs, `wantsFeatures` false saves the time of writing its input.
 */
export function prepare(bank: SeriesBank, batch: TickBatch, wantsFeatures = true): void {
  const row = bank.row()
  for (let i = 0; i < batch.count; i++) {
    const value = batch.values[i] ?? Number.NaN
    row.enter(batch.slots[i] ?? 0, batch.times[i] ?? 0, Number.isNaN(value) ? 0 : value)
    const anchor = row.doubles[row.exact + ANCHOR] ?? 0
    batch.centre[i] = anchor + (row.floats[row.base + SLOW_MEAN] ?? 0)
    batch.scale[i] = row.scale
    batch.expected[i] = anchor + row.expected
    if (Number.isNaN(value)) {
      row.y = row.expected
      if (wantsFeatures) writeFeatures(row, batch.features, i * FEATURES)
      continue
    }
    if (wantsFeatures) writeFeatures(row, batch.features, i * FEATURES)
    writeMembers(row, batch.raw, i * MEMBER_COUNT)
    learnSample(row)
  }
}
