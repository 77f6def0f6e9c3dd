// Many series through the detector as the agent runs it: one batch a tick, one run of the model for all of its rows, no look ahead.
import { conclude, DEFAULT_JUDGE_SETTINGS, prepare, SeriesBank, TickBatch } from '../../shared/dist/judge/judge.js'

/**
 * Scores of each series, `Float32Array`s in their order. `model`: what the agent loads (its `run(batch)` fills the outputs),
 * or undefined: detectors alone. The series need not share their times: a batch has the next row of each.
 */
export async function scoreTogether(series, model) {
  const bank = new SeriesBank(series.length)
  const batch = new TickBatch(series.length)
  const slots = series.map(() => bank.open())
  const scores = series.map(({ times }) => new Float32Array(times.length))
  const options = { settings: DEFAULT_JUDGE_SETTINGS, hasModel: model !== undefined }
  const longest = Math.max(0, ...series.map(({ times }) => times.length))
  for (let tick = 0; tick < longest; tick++) {
    batch.clear()
    const there = []
    for (let i = 0; i < series.length; i++) {
      const { times, values } = series[i]
      if (tick >= times.length) continue
      there.push(i)
      batch.add(slots[i], times[tick], values[tick])
    }
    prepare(bank, batch, options.hasModel)
    if (model !== undefined && !(await model.run(batch))) throw new Error('the model gave numbers that are none')
    conclude(bank, batch, options)
    for (let row = 0; row < there.length; row++) scores[there[row]][tick] = batch.score[row]
  }
  return scores
}
