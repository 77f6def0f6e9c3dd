import { OUTPUTS } from './model-contract.ts'
import type { Row } from './row.ts'
import {
  ANCHOR,
  BAND_HIGH,
  BAND_LOW,
  MEMBER,
  MEMBER_COUNT,
  MIN,
  MODEL_HIGH,
  MODEL_LOW,
  REST_SIZE,
  SHORT_HOUR_VAR,
  SHORT_LONG_VAR,
} from './state-layout.ts'
import type { TickBatch } from './tick-batch.ts'

const [Q005, Q500, Q995, UNUSUAL] = [0, 2, 4, 5] as const
/** Share of samples outside on each side. */
const OUTSIDE = 0.005
/** First half width of the band without a model, in mean absolute distances. */
const FIRST_WIDTH = 4
/** Relative step of a width for a sample outside: fast at first, slow later; slower still while something is wrong. */
const [STEP, FIRST_STEPS, STEP_IN_ALARM] = [0.02, 10, 0.002]
/** How much narrower or wider the band of an hour is than that of all. */
const HOUR_RATIO = 3
/** Half widths of a model's band are at least this share of the series' scale. */
const LEAST_WIDTH = 0.05

/**
 * Writes the expected range of a row and learns from the sample how wide it must be: each side follows the quantile .995
 * (conformal: by what really fell outside). With a model the range is the model's, widened or narrowed the same way.
 */
export function writeBand(row: Row, batch: TickBatch, i: number): void {
  const { floats, base } = row
  const expected = batch.expected[i] ?? 0
  const size = Math.max((floats[base + REST_SIZE] ?? 0) * hourRatio(row), 1e-6 * Math.abs(expected), 1e-30)
  if (row.rows < 2) {
    floats[base + BAND_LOW] = FIRST_WIDTH
    floats[base + BAND_HIGH] = FIRST_WIDTH
  }
  const isKnown = row.rows > row.tuning.warmRows
  batch.low[i] = isKnown ? floored(row, expected - (floats[base + BAND_LOW] ?? 0) * size) : Number.NaN
  batch.high[i] = isKnown ? expected + (floats[base + BAND_HIGH] ?? 0) * size : Number.NaN
  const value = batch.values[i] ?? Number.NaN
  if (Number.isNaN(value)) return
  batch.side[i] = value >= expected ? 1 : -1
  learnWidth(row, BAND_HIGH, (value - expected) / size)
  learnWidth(row, BAND_LOW, (expected - value) / size)
}

/** The model's range in place of the other one, and what its two members say of the sample. */
export function writeModelBand(row: Row, batch: TickBatch, i: number): void {
  const { floats, base } = row
  const at = i * OUTPUTS
  const scale = batch.scale[i] ?? 1
  const middle = (batch.centre[i] ?? 0) + scale * (batch.outputs[at + Q500] ?? 0)
  const up = scale * Math.max((batch.outputs[at + Q995] ?? 0) - (batch.outputs[at + Q500] ?? 0), LEAST_WIDTH)
  const down = scale * Math.max((batch.outputs[at + Q500] ?? 0) - (batch.outputs[at + Q005] ?? 0), LEAST_WIDTH)
  if (!(up > 0 && down > 0)) return
  if ((floats[base + MODEL_HIGH] ?? 0) === 0) {
    floats[base + MODEL_LOW] = 1
    floats[base + MODEL_HIGH] = 1
  }
  if (row.rows > row.tuning.warmRows) {
    batch.low[i] = floored(row, middle - (floats[base + MODEL_LOW] ?? 1) * down)
    batch.high[i] = middle + (floats[base + MODEL_HIGH] ?? 1) * up
  }
  const value = batch.values[i] ?? Number.NaN
  const raw = i * MEMBER_COUNT
  if (Number.isNaN(value)) return
  const far = value >= middle ? (value - middle) / up : (middle - value) / down
  batch.side[i] = value >= middle ? 1 : -1
  batch.raw[raw + MEMBER.band] = far
  const unusual = batch.outputs[at + UNUSUAL] ?? 0
  batch.raw[raw + MEMBER.unusual] = unusual > 20 ? unusual : Math.log(1 + Math.exp(unusual))
  learnWidth(row, MODEL_HIGH, (value - middle) / up)
  learnWidth(row, MODEL_LOW, (middle - value) / down)
}

/** How much the samples of this hour spread, against those of all hours. */
function hourRatio({ floats, base, hour }: Row): number {
  const all = floats[base + SHORT_LONG_VAR] ?? 0
  const ofHour = floats[base + SHORT_HOUR_VAR + hour] ?? 0
  if (!(all > 0 && ofHour > 0)) return 1
  return Math.min(HOUR_RATIO, Math.max(1 / HOUR_RATIO, Math.sqrt(ofHour / all)))
}

/** A series that was never below zero is not expected there. */
function floored(row: Row, low: number): number {
  const lowest = (row.floats[row.base + MIN] ?? 0) + (row.doubles[row.exact + ANCHOR] ?? 0)
  return low < 0 && lowest >= 0 ? 0 : low
}

function learnWidth(row: Row, place: number, far: number): void {
  const { floats } = row
  const at = row.base + place
  const width = floats[at] ?? 0
  const rate = row.isActive ? STEP_IN_ALARM : Math.max(STEP, FIRST_STEPS / (row.rows + 20))
  const step = Math.max(width, 0.1) * rate * (far > width ? 1 - OUTSIDE : -OUTSIDE)
  floats[at] = Math.max(0, width + step)
}
