import type { Row } from './row.ts'
import {
  DAY_MEAN,
  DAY_VAR,
  FAST_MEAN,
  FAST_VAR,
  FIRST_OF_MODEL,
  MAX,
  MEMBERS,
  MIN,
  PROFILE_VAR,
  REST_LEVEL,
  REST_SIZE,
  RING,
  RING_LENGTH,
  RUN,
  SHORT_HOUR_VAR,
  SHORT_VAR,
  SLOW_MEAN,
  STEP_SIZE,
  WEEK_MEAN,
} from './state-layout.ts'

/** Samples before this one, means over the newest of them, and their mean step. */
const LAG_NAMES = ['lag1', 'lag2', 'lag3', 'lag6', 'lag12', 'mean6', 'mean12', 'mean24', 'mean48', 'roughness']
/** Levels, then sizes: how far samples usually are from each of them. */
const STATE_NAMES = [
  ...['median3', 'fastMean', 'dayMean', 'weekMean', 'slowMean', 'profile', 'highest', 'lowest'],
  ...['restLevel', 'fastSize', 'shortSize', 'shortHourSize', 'stepSize', 'daySize', 'profileSize', 'slowSize'],
  'flatBefore',
]
const CLOCK_NAMES = ['sinDay', 'cosDay', 'sinWeek', 'cosWeek', 'logInterval', 'age']
const LAG_COUNT = LAG_NAMES.length
const CLOCK_FROM = LAG_COUNT + STATE_NAMES.length
/** What sees the sample itself: where it lies, and how far off each member that needs no model finds it. */
const SAMPLE_NAMES = [
  'now',
  'step',
  'roughnessNow',
  'off-forecast',
  'off-fast',
  ...MEMBERS.slice(0, FIRST_OF_MODEL).map((member) => `off-${member}`),
]
/**
 * The model's input, in order. Levels are relative to what was expected of the sample, and all are in usual distances from what
 * is expected (`restScale`): so series of any unit and size look alike. The first `PAST_FEATURES` know nothing of the sample.
 */
export const FEATURE_NAMES: readonly string[] = [...LAG_NAMES, ...STATE_NAMES, ...CLOCK_NAMES, ...SAMPLE_NAMES]
export const FEATURES = FEATURE_NAMES.length
export const PAST_FEATURES = CLOCK_FROM + CLOCK_NAMES.length
/** Which feature is the sample itself, in the scale of the model's quantiles. */
export const VALUE_FEATURE = FEATURE_NAMES.indexOf('now')

/** Far distances come close to this and no further. */
const LIMIT = 10
/** The sample itself is cut off here. */
const VALUE_LIMIT = 100
/** Steps that make the roughness. */
const ROUGH_STEPS = 6
/** Distances of members count up to here: a constant that moves at all is farther off than numbers of 32 bits go. */
const FARTHEST = 1e6
const TURN = 2 * Math.PI

/** The usual distance of a sample from what is expected of it; never 0. */
export function restScale(row: Row): number {
  return Math.max(row.floats[row.base + REST_SIZE] ?? 0, row.floor)
}

/** Writes the model's input of one row at `at` but for the last features, from the state before the sample. */
export function writeFeatures(row: Row, out: Float32Array, at: number): void {
  const unit = 1 / restScale(row)
  const steps = writeLags(row, unit, { out, at })
  writeLevels(row, unit, { out, at: at + LAG_COUNT })
  writeClock(row, out, at + CLOCK_FROM)
  const next = at + PAST_FEATURES
  const now = (row.y - row.expected) * unit
  const step = (row.y - row.last) * unit
  out[next] = now > VALUE_LIMIT ? VALUE_LIMIT : now < -VALUE_LIMIT ? -VALUE_LIMIT : now
  out[next + 1] = soft(step)
  out[next + 2] = soft((steps + Math.abs(step)) / ROUGH_STEPS)
  out[next + 3] = Math.log(1 + Math.min(Math.abs(now), FARTHEST))
  const fast = Math.sqrt(row.floats[row.base + FAST_VAR] ?? 0) + row.floor
  const off = Math.abs(row.y - (row.floats[row.base + FAST_MEAN] ?? 0)) / fast
  out[next + 4] = Math.log(1 + Math.min(off, FARTHEST))
}

/** Writes what the members found, from `members[from]` on, into the last features of the row that begins at `at`. */
export function writeOffs(members: Float32Array, from: number, { out, at }: Place): void {
  const first = at + FEATURES - FIRST_OF_MODEL
  for (let member = 0; member < FIRST_OF_MODEL; member++)
    out[first + member] = Math.log(1 + Math.min(members[from + member] ?? 0, FARTHEST))
}

/** Where the features of a row begin. */
type Place = { readonly out: Float32Array; readonly at: number }

/** Gives back the sum of the newest steps but one, in usual distances. */
function writeLags({ floats, base, ringAt, expected }: Row, unit: number, { out, at }: Place): number {
  let [sum, steps, newer] = [0, 0, 0]
  for (let back = 1; back <= RING_LENGTH; back++) {
    const place = ringAt >= back ? ringAt - back : ringAt - back + RING_LENGTH
    const lag = (floats[base + RING + place] ?? 0) - expected
    sum += lag
    if (back > 1 && back <= ROUGH_STEPS) steps += Math.abs(lag - newer)
    newer = lag
    if (back <= 3) out[at + back - 1] = soft(lag * unit)
    else if (back === 6) {
      out[at + 3] = soft(lag * unit)
      out[at + 5] = soft((sum / 6) * unit)
    } else if (back === 12) {
      out[at + 4] = soft(lag * unit)
      out[at + 6] = soft((sum / 12) * unit)
    } else if (back === 24) out[at + 7] = soft((sum / 24) * unit)
  }
  out[at + 8] = soft((sum / RING_LENGTH) * unit)
  out[at + 9] = soft((steps / (ROUGH_STEPS - 1)) * unit)
  return steps * unit
}

function writeLevels(row: Row, unit: number, { out, at }: Place): void {
  const { floats, base, expected } = row
  out[at] = soft((row.median - expected) * unit)
  out[at + 1] = soft(((floats[base + FAST_MEAN] ?? 0) - expected) * unit)
  out[at + 2] = soft(((floats[base + DAY_MEAN] ?? 0) - expected) * unit)
  out[at + 3] = soft(((floats[base + WEEK_MEAN] ?? 0) - expected) * unit)
  out[at + 4] = soft(((floats[base + SLOW_MEAN] ?? 0) - expected) * unit)
  out[at + 5] = soft((row.weekMean - expected) * unit)
  out[at + 6] = soft(((floats[base + MAX] ?? 0) - expected) * unit)
  out[at + 7] = soft(((floats[base + MIN] ?? 0) - expected) * unit)
  out[at + 8] = soft((floats[base + REST_LEVEL] ?? 0) * unit)
  out[at + 9] = soft(Math.sqrt(floats[base + FAST_VAR] ?? 0) * unit)
  out[at + 10] = soft(Math.sqrt(floats[base + SHORT_VAR] ?? 0) * unit)
  out[at + 11] = soft(Math.sqrt(floats[base + SHORT_HOUR_VAR + row.hour] ?? 0) * unit)
  out[at + 12] = soft((floats[base + STEP_SIZE] ?? 0) * unit)
  out[at + 13] = soft(Math.sqrt(floats[base + DAY_VAR] ?? 0) * unit)
  out[at + 14] = soft(Math.sqrt(floats[base + PROFILE_VAR + row.bin] ?? 0) * unit)
  out[at + 15] = soft(row.scale * unit)
  out[at + 16] = Math.log(1 + (floats[base + RUN] ?? 0)) / 4
}

function writeClock(row: Row, out: Float32Array, at: number): void {
  out[at] = Math.sin(TURN * row.dayShare)
  out[at + 1] = Math.cos(TURN * row.dayShare)
  out[at + 2] = Math.sin(TURN * row.weekShare)
  out[at + 3] = Math.cos(TURN * row.weekShare)
  out[at + 4] = Math.log(row.interval / 60_000 + 0.1) / 4
  out[at + 5] = Math.log(1 + row.rows) / 8
}

/** About the distance itself near 0, and never beyond the limit: order is kept. */
function soft(distance: number): number {
  return distance / (1 + Math.abs(distance) / LIMIT)
}
