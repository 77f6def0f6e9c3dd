// One series through the detector as the agent runs it: row after row, no look ahead, one batch a row.
import { conclude, DEFAULT_JUDGE_SETTINGS, prepare, SeriesBank, TickBatch } from '../../shared/dist/judge/judge.js'
import { INTERVAL, MEMBER_COUNT, ROWS } from '../../shared/dist/judge/state-layout.js'

/**
 * Scores of one series. `judge`: `{ settings, tuning, runModel }`, each optional; `runModel(batch)` fills the outputs.
 * The detector sees time and value alone, never name, set or labels.
 */
export function scoreSeries({ times, values }, { settings = DEFAULT_JUDGE_SETTINGS, tuning, runModel } = {}) {
  const bank = new SeriesBank(1, tuning)
  const batch = new TickBatch(1)
  const slot = bank.open()
  const scores = new Float32Array(times.length)
  const hasModel = runModel !== undefined
  for (let i = 0; i < times.length; i++) {
    batch.clear()
    batch.add(slot, times[i], values[i])
    prepare(bank, batch, hasModel)
    if (hasModel) runModel(batch)
    conclude(bank, batch, { settings, hasModel })
    scores[i] = batch.score[0]
  }
  return scores
}

/** What the members said of every row, for many settings that differ only in how that is judged. */
export function observeSeries({ times, values }, tuning) {
  const bank = new SeriesBank(1, tuning)
  const batch = new TickBatch(1)
  const slot = bank.open()
  const raw = new Float32Array(times.length * MEMBER_COUNT)
  const [intervals, rows, most] = [0, 1, 2].map(() => new Float32Array(times.length))
  for (let i = 0; i < times.length; i++) {
    batch.clear()
    batch.add(slot, times[i], values[i])
    prepare(bank, batch, false)
    raw.set(batch.raw, i * MEMBER_COUNT)
    intervals[i] = bank.floats[INTERVAL]
    rows[i] = bank.floats[ROWS]
    most[i] = batch.most[0]
  }
  return { times, values, raw, intervals, rows, most }
}

/** The scores that `scoreSeries` gives, from what `observeSeries` kept under a tuning that observes the same. */
export function scoreObserved({ times, values, raw, intervals, rows, most }, { settings, tuning }) {
  const bank = new SeriesBank(1, tuning)
  const batch = new TickBatch(1)
  const slot = bank.open()
  const scores = new Float32Array(times.length)
  const options = { settings, hasModel: false }
  for (let i = 0; i < times.length; i++) {
    batch.clear()
    batch.add(slot, times[i], values[i])
    for (let member = 0; member < MEMBER_COUNT; member++) batch.raw[member] = raw[i * MEMBER_COUNT + member]
    batch.most[0] = most[i]
    bank.floats[ROWS] = rows[i]
    bank.floats[INTERVAL] = intervals[i]
    conclude(bank, batch, options)
    scores[i] = batch.score[0]
  }
  return scores
}
