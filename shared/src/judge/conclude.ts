import { writeBand, writeModelBand } from './band.ts'
import type { JudgeSettings } from './judge-settings.ts'
import { MOST_CERTAIN } from './members.ts'
import { learnSurprise, neededSurprise } from './needed.ts'
import { REASON } from './reasons.ts'
import type { Row } from './row.ts'
import type { SeriesBank } from './series-bank.ts'
import { ACTIVE_REASON, FIRST_OF_MODEL, MEMBER, MEMBER_COUNT, MISSING_RUN, MISSING_SHARE } from './state-layout.ts'
import { learnTails, surpriseOf } from './tail.ts'
import type { TickBatch } from './tick-batch.ts'
import { decide } from './verdict.ts'

export type ConcludeOptions = { readonly settings: JudgeSettings; readonly hasModel: boolean }

/** Rows that the share of missing samples remembers, and the least share: three or four in a row are always unusual. */
const MISSING_MEMORY_ROWS = 1000
const LEAST_MISSING_SHARE = 0.05
/** What the second member adds is taken off again in this share, so that agreement alone raises little. */
const SECOND_SHARE = 0.7

/** Calibrates what the members (and the model) said of each row, and writes score, band, reason, beginning and end. */
export function conclude(bank: SeriesBank, batch: TickBatch, options: ConcludeOptions): void {
  const row = bank.row()
  const { alarmsPerMonth } = options.settings
  row.members = options.hasModel ? MEMBER_COUNT : FIRST_OF_MODEL
  for (let i = 0; i < batch.count; i++) {
    row.reenter(batch.slots[i] ?? 0, batch.times[i] ?? 0)
    writeBand(row, batch, i)
    if (options.hasModel) writeModelBand(row, batch, i)
    const isMissing = Number.isNaN(batch.values[i] ?? Number.NaN)
    row.needed = neededSurprise(row, alarmsPerMonth)
    if (isMissing) weighMissing(row)
    else {
      weighMembers(row, batch.raw, i * MEMBER_COUNT)
      row.surprise = Math.min(row.surprise, batch.most[i] ?? 0)
    }
    decide(row, batch, i)
    if (isMissing) continue
    learnSurprise(row, row.surprise)
    // A series that began anew with this sample has learnt nothing of it.
    if (row.rows === 0) bank.restart(batch.slots[i] ?? 0)
  }
}

/** Surprise of one more sample that did not come, by how often this series misses one. */
function weighMissing(row: Row): void {
  const { floats, base } = row
  const run = (floats[base + MISSING_RUN] ?? 0) + 1
  const share = floats[base + MISSING_SHARE] ?? 0
  floats[base + MISSING_RUN] = run
  floats[base + MISSING_SHARE] = share + (1 - share) / MISSING_MEMORY_ROWS
  row.surprise = certain(row, -run * Math.log(Math.max(share, LEAST_MISSING_SHARE)))
}

/** Surprise of the member that is surprised most, and a part of the second's. Then all of them learn. */
function weighMembers(row: Row, raw: Float32Array, at: number): void {
  const { floats, base, tuning, prior } = row
  // While the gap is still told, its length is.
  if (!row.isActive || floats[base + ACTIVE_REASON] !== REASON.missing) floats[base + MISSING_RUN] = 0
  floats[base + MISSING_SHARE] = (floats[base + MISSING_SHARE] ?? 0) * (1 - 1 / MISSING_MEMORY_ROWS)
  let first = 0
  let second = 0
  row.speaker = 0
  for (let member = 0; member < row.members; member++) {
    if (prior.starts[member] === 0) continue
    const distance = raw[at + member] ?? 0
    const surprise = member === MEMBER.flat ? certain(row, distance) : surpriseOf(row, member, distance)
    if (surprise > first) {
      second = first
      first = surprise
      row.speaker = member
    } else if (surprise > second) second = surprise
  }
  learnTails(row, raw, at)
  row.surprise = (first + tuning.second * second) / (1 + SECOND_SHARE * tuning.second)
}

/**
 * A certain flat line or gap raises whatever the budget is, and not again while it lasts; nor does its length make
 * all that comes after it look small.
 */
function certain(row: Row, nats: number): number {
  return nats >= MOST_CERTAIN ? Math.max(MOST_CERTAIN, row.needed) : nats
}
