// One series through the detector as the agent runs it: row after row, no look ahead, one batch a row.
import { conclude, DEFAULT_JUDGE_SETTINGS, prepare, SeriesBank, TickBatch } from '../../shared/dist/judge/judge.js'

/**
 * Scores of one series. `judge`: `{ settings, tuning, runModel }`, each optional; `runModel(batch)` fills the outputs.
 * The detector sees time and value alone, never name, set or labels.
 */
export function scoreSeries({ times, values }, { settings = DEFAULT_JUDGE_SETTINGS, tuning, runModel } = {}) {
  const bank = new SeriesBank(1, tuning)
  const batch = new TickBatch(1)
  const slot = bank.open()
  const scores = new Float32Array(times.length)
  for (let i = 0; i < times.length; i++) {
    batch.clear()
    batch.add(slot, times[i], values[i])
    prepare(bank, batch)
    if (runModel !== undefined) runModel(batch)
    conclude(bank, batch, { settings, hasModel: runModel !== undefined })
    scores[i] = batch.score[0]
  }
  return scores
}
