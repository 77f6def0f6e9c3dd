import type { Row } from './row.ts'
import { FAST_MEAN, FAST_VAR, REST_LEVEL, REST_SIZE, RING, RING_LENGTH, SLOW_MEAN, STEP_SIZE } from './state-layout.ts'

/** Features of the past and the clock, then those that see the sample itself. */
export const FEATURE_NAMES = [
  'lag1',
  'lag2',
  'lag3',
  'lag6',
  'lag12',
  'mean6',
  'mean12',
  'mean24',
  'mean48',
  'fastMean',
  'profileDay',
  'profileWeek',
  'restLevel',
  'volatility',
  'stepSize',
  'restSize',
  'sinDay',
  'cosDay',
  'sinWeek',
  'cosWeek',
  'logInterval',
  'age',
  'now',
  'fromExpected',
  'step',
] as const
export const FEATURES = FEATURE_NAMES.length
/** The first of them are known before the sample comes. */
export const PAST_FEATURES = 22

const LIMIT = 8
const TURN = 2 * Math.PI

/** Writes the model's input of one row, from the state before the sample. */
export function writeFeatures(row: Row, out: Float32Array, at: number): void {
  const { floats, base } = row
  const centre = floats[base + SLOW_MEAN] ?? 0
  const scale = row.scale
  const clip = (value: number) => (value > LIMIT ? LIMIT : value < -LIMIT ? -LIMIT : value)
  const lag = (back: number) =>
    clip(((floats[base + RING + ((row.ringAt - back + RING_LENGTH) % RING_LENGTH)] ?? 0) - centre) / scale)
  out[at] = lag(1)
  out[at + 1] = lag(2)
  out[at + 2] = lag(3)
  out[at + 3] = lag(6)
  out[at + 4] = lag(12)
  let sum = 0
  for (let back = 1; back <= RING_LENGTH; back++) {
    sum += lag(back)
    if (back === 6) out[at + 5] = sum / 6
    if (back === 12) out[at + 6] = sum / 12
    if (back === 24) out[at + 7] = sum / 24
  }
  out[at + 8] = sum / RING_LENGTH
  out[at + 9] = clip(((floats[base + FAST_MEAN] ?? 0) - centre) / scale)
  out[at + 10] = clip((row.dayMean - centre) / scale)
  out[at + 11] = clip((row.weekMean - centre) / scale)
  out[at + 12] = clip((floats[base + REST_LEVEL] ?? 0) / scale)
  out[at + 13] = clip(Math.sqrt(floats[base + FAST_VAR] ?? 0) / scale)
  out[at + 14] = clip((floats[base + STEP_SIZE] ?? 0) / scale)
  out[at + 15] = clip((floats[base + REST_SIZE] ?? 0) / scale)
  out[at + 16] = Math.sin(TURN * row.dayShare)
  out[at + 17] = Math.cos(TURN * row.dayShare)
  out[at + 18] = Math.sin(TURN * row.weekShare)
  out[at + 19] = Math.cos(TURN * row.weekShare)
  out[at + 20] = Math.log(row.interval / 60_000 + 0.1) / 4
  out[at + 21] = Math.log(1 + row.rows) / 8
  out[at + 22] = clip((row.y - centre) / scale)
  out[at + 23] = clip((row.y - row.expected) / scale)
  out[at + 24] = clip((row.y - row.last) / scale)
}
