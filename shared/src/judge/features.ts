import type { Row } from './row.ts'
import {
  DAY_MEAN,
  FAST_MEAN,
  FAST_VAR,
  LEVEL_VAR,
  MAX,
  MIN,
  PROFILE_VAR,
  REST_LEVEL,
  REST_SIZE,
  RING,
  RING_LENGTH,
  RUN,
  SLOW_MEAN,
  SLOW_VAR,
  STEP_SIZE,
} from './state-layout.ts'

/** The last samples in the series' own scale, means over them, and their mean step. */
const LAG_NAMES = ['lag1', 'lag2', 'lag3', 'lag6', 'lag12', 'mean6', 'mean12', 'mean24', 'mean48', 'roughness']
const STATE_NAMES = [
  ...['fastMean', 'profileDay', 'profileWeek', 'profileSize', 'restLevel', 'volatility', 'stepSize', 'restSize'],
  ...['highest', 'lowest', 'flatBefore'],
]
const CLOCK_NAMES = ['sinDay', 'cosDay', 'sinWeek', 'cosWeek', 'logInterval', 'age']
const LAG_COUNT = LAG_NAMES.length
const CLOCK_FROM = LAG_COUNT + STATE_NAMES.length
/** What sees the sample itself: where it lies, and how far off it is in usual distances of several kinds. */
const SAMPLE_NAMES = [
  ...['now', 'fromExpected', 'step', 'roughnessNow'],
  ...['offFast', 'offSlow', 'offDay', 'offForecast', 'offRecord', 'offStep', 'offFlat', 'offShift'],
]
/** The model's input, in order. The first `PAST_FEATURES` are known before the sample comes. */
export const FEATURE_NAMES: readonly string[] = [...LAG_NAMES, ...STATE_NAMES, ...CLOCK_NAMES, ...SAMPLE_NAMES]
export const FEATURES = FEATURE_NAMES.length
export const PAST_FEATURES = CLOCK_FROM + CLOCK_NAMES.length
/** Which feature is the sample in the series' own scale. */
export const VALUE_FEATURE = FEATURE_NAMES.indexOf('now')

/** Distances are cut off here, in usual distances of the series. */
const LIMIT = 8
/** Steps that make the roughness. */
const ROUGH_STEPS = 6
/** Usual distances are at least this share of the series' scale. */
const FLOOR = 0.1
const TURN = 2 * Math.PI

/** Writes the model's input of one row at `at`, from the state before the sample. A sample that did not come is as expected. */
export function writeFeatures(row: Row, out: Float32Array, at: number): void {
  const centre = row.floats[row.base + SLOW_MEAN] ?? 0
  const rough = writeLags(row, out, at)
  writeState(row, out, at + LAG_COUNT)
  writeClock(row, out, at + CLOCK_FROM)
  const next = at + PAST_FEATURES
  out[next] = clip((row.y - centre) / row.scale)
  out[next + 1] = clip((row.y - row.expected) / row.scale)
  out[next + 2] = clip((row.y - row.last) / row.scale)
  out[next + 3] = clip(rough + Math.abs((out[next] ?? 0) - (out[at] ?? 0)) / ROUGH_STEPS)
  writeDistances(row, out, next + 4)
}

/** The last samples, means over the newest of them, and their mean step, which is given back. */
function writeLags(row: Row, out: Float32Array, at: number): number {
  const { floats, base, ringAt, scale } = row
  const centre = floats[base + SLOW_MEAN] ?? 0
  let [sum, steps, newer] = [0, 0, 0]
  for (let back = 1; back <= RING_LENGTH; back++) {
    const place = ringAt >= back ? ringAt - back : ringAt - back + RING_LENGTH
    const lag = clip(((floats[base + RING + place] ?? 0) - centre) / scale)
    sum += lag
    if (back > 1 && back <= ROUGH_STEPS + 1) steps += Math.abs(lag - newer)
    newer = lag
    if (back <= 3) out[at + back - 1] = lag
    else if (back === 6) {
      out[at + 3] = lag
      out[at + 5] = sum / 6
    } else if (back === 12) {
      out[at + 4] = lag
      out[at + 6] = sum / 12
    } else if (back === 24) out[at + 7] = sum / 24
  }
  out[at + 8] = sum / RING_LENGTH
  out[at + 9] = steps / ROUGH_STEPS
  return steps / ROUGH_STEPS
}

function writeState(row: Row, out: Float32Array, at: number): void {
  const { floats, base, scale } = row
  const centre = floats[base + SLOW_MEAN] ?? 0
  out[at] = clip(((floats[base + FAST_MEAN] ?? 0) - centre) / scale)
  out[at + 1] = clip((row.dayMean - centre) / scale)
  out[at + 2] = clip((row.weekMean - centre) / scale)
  out[at + 3] = clip(Math.sqrt(floats[base + PROFILE_VAR + row.bin] ?? 0) / scale)
  out[at + 4] = clip((floats[base + REST_LEVEL] ?? 0) / scale)
  out[at + 5] = clip(Math.sqrt(floats[base + FAST_VAR] ?? 0) / scale)
  out[at + 6] = clip((floats[base + STEP_SIZE] ?? 0) / scale)
  out[at + 7] = clip((floats[base + REST_SIZE] ?? 0) / scale)
  out[at + 8] = clip(((floats[base + MAX] ?? 0) - centre) / scale)
  out[at + 9] = clip(((floats[base + MIN] ?? 0) - centre) / scale)
  out[at + 10] = Math.log(1 + (floats[base + RUN] ?? 0)) / 4
}

function writeClock(row: Row, out: Float32Array, at: number): void {
  out[at] = Math.sin(TURN * row.dayShare)
  out[at + 1] = Math.cos(TURN * row.dayShare)
  out[at + 2] = Math.sin(TURN * row.weekShare)
  out[at + 3] = Math.cos(TURN * row.weekShare)
  out[at + 4] = Math.log(row.interval / 60_000 + 0.1) / 4
  out[at + 5] = Math.log(1 + row.rows) / 8
}

/** Distances as ln(1 + usual distances), so that the far ones stay apart. */
function writeDistances(row: Row, out: Float32Array, at: number): void {
  const { floats, base, y } = row
  const floor = FLOOR * row.scale
  const [max, min] = [floats[base + MAX] ?? 0, floats[base + MIN] ?? 0]
  out[at] = distance(y - (floats[base + FAST_MEAN] ?? 0), Math.sqrt(floats[base + FAST_VAR] ?? 0) + floor)
  out[at + 1] = distance(y - (floats[base + SLOW_MEAN] ?? 0), Math.sqrt(floats[base + SLOW_VAR] ?? 0) + floor)
  out[at + 2] = distance(y - row.weekMean, Math.sqrt(floats[base + PROFILE_VAR + row.bin] ?? 0) + floor)
  out[at + 3] = distance(y - row.expected, (floats[base + REST_SIZE] ?? 0) + floor)
  out[at + 4] = distance(Math.max(y - max, min - y, 0), (max - min + floor) / 4)
  out[at + 5] = distance(y - row.last, (floats[base + STEP_SIZE] ?? 0) + floor)
  out[at + 6] = y === row.last ? Math.log(1 + (floats[base + RUN] ?? 0)) : 0
  const level = (floats[base + FAST_MEAN] ?? 0) - (floats[base + DAY_MEAN] ?? 0)
  out[at + 7] = distance(level, Math.sqrt(floats[base + LEVEL_VAR] ?? 0) + floor)
}

function distance(gap: number, usual: number): number {
  return Math.log(1 + Math.abs(gap) / usual)
}

function clip(value: number): number {
  return value > LIMIT ? LIMIT : value < -LIMIT ? -LIMIT : value
}
