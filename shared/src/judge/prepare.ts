import { isFalseStart } from './false-start.ts'
import { FEATURES, restScale, writeFeatures, writeOffs } from './features.ts'
import { mostSurprise } from './few-values.ts'
import { learnSample } from './learn.ts'
import { writeMembers } from './members.ts'
import type { SeriesBank } from './series-bank.ts'
import { ANCHOR, MEMBER_COUNT } from './state-layout.ts'
import type { TickBatch } from './tick-batch.ts'

/**
 * Judges the rows of a batch against what was known before them, writes the model's input, and learns them. Where no model
 * runs, `wantsFeatures` false saves the time of writing its input.
 */
export function prepare(bank: SeriesBank, batch: TickBatch, wantsFeatures = true): void {
  const row = bank.row()
  for (let i = 0; i < batch.count; i++) {
    const value = batch.values[i] ?? Number.NaN
    row.isMissing = Number.isNaN(value)
    row.enter(batch.slots[i] ?? 0, batch.times[i] ?? 0, row.isMissing ? 0 : value)
    const anchor = row.doubles[row.exact + ANCHOR] ?? 0
    batch.expected[i] = anchor + row.expected
    batch.centre[i] = anchor + row.expected
    batch.scale[i] = restScale(row)
    // A sample that did not come is as expected.
    if (row.isMissing) row.y = row.expected
    writeMembers(row, batch.raw, i * MEMBER_COUNT)
    if (wantsFeatures) {
      writeFeatures(row, batch.features, i * FEATURES)
      writeOffs(batch.raw, i * MEMBER_COUNT, { out: batch.features, at: i * FEATURES })
    }
    batch.most[i] = mostSurprise(row)
    if (row.isMissing) continue
    learnSample(row)
    if (isFalseStart(row)) bank.restart(batch.slots[i] ?? 0)
  }
}
