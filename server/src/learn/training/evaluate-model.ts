import type { ModelEvaluation } from '@eyenet/shared/api'
import { epochMs } from '@eyenet/shared/identity'
import type { JudgeSettings, Network } from '@eyenet/shared/judge'
import { type ContenderResult, judgeContender } from './judge-contender.ts'
import { Random } from './random.ts'
import { FIRST_ROW, samplePlan } from './sample-plan.ts'
import { seriesSize } from './series-size.ts'
import type { TrainingDays } from './training-days.ts'
import type { TrainingSeries } from './training-job.ts'
import { firstFrom } from './walk-series.ts'
import { weighContenders } from './weigh-contenders.ts'

/** Series that are judged; more would only take longer. They are taken from all over the list. */
const MAX_JUDGED_SERIES = 128
/** Anomalies per series in the held-back days. */
const INJECTIONS = 8
/** What the band between the outer quantiles is made for. */
export const BAND_SHARE = 0.99

export type EvaluateOptions = {
  readonly network: Network
  readonly running: Network | undefined
  readonly days: TrainingDays
  readonly settings: JudgeSettings
  readonly seed: number
  /** Told of the share that is done; it may throw to stop. */
  readonly onProgress?: (share: number) => void
}

/** Judges the held-back days three times, just as an agent would: with the new model, the running one, and none. */
export function evaluateModel(all: readonly TrainingSeries[], options: EvaluateOptions): ModelEvaluation {
  const { network, running, days, settings, seed, onProgress } = options
  const series = chosenSeries(all, days)
  const plans = series.map((one, at) => {
    const from = Math.max(FIRST_ROW, firstFrom(one, days.heldFrom))
    const to = one.times.length
    return samplePlan(
      one,
      { from: Math.min(from, to), to, rows: 0, injections: INJECTIONS },
      new Random(seed + 104_729 * (at + 1)),
    )
  })
  const sizes = series.map(({ values }) => seriesSize(values))
  const contest = { series, plans, sizes, days, settings }
  const models = [network, undefined, ...(running === undefined ? [] : [running])]
  const results = models.map((model, at) =>
    judgeContender({ ...contest, network: model, onProgress: (share) => onProgress?.((at + share) / models.length) }),
  )
  const [model, modelFree, runs] = results
  if (model === undefined || modelFree === undefined) throw new Error('a contender is missing')
  return {
    seriesCount: series.length,
    rows: model.rows,
    from: epochMs(Math.round(days.heldFrom)),
    to: epochMs(Math.round(days.to)),
    heldBackDays: days.heldBackDays,
    pinball: {
      model: model.pinball,
      modelFree: modelFree.pinball,
      ...(runs === undefined ? {} : { running: runs.pinball }),
    },
    coverage: { asked: BAND_SHARE, actual: model.coverage },
    injected: model.injected,
    detection: {
      model: quality(model),
      modelFree: quality(modelFree),
      ...(runs === undefined ? {} : { running: quality(runs) }),
    },
    ...weighContenders({ model, modelFree, running: runs, asked: settings.alarmsPerMonth }),
  }
}

function quality({ recall, falseAlarmsPerMonth }: ContenderResult) {
  return { recall, falseAlarmsPerMonth }
}

/** Evenly over the list, so that every kind has its share; only series that have samples before and in the held-back days. */
function chosenSeries(all: readonly TrainingSeries[], days: TrainingDays): TrainingSeries[] {
  const fit = all.filter((one) => {
    const held = firstFrom(one, days.heldFrom)
    return held >= FIRST_ROW && held < one.times.length
  })
  const stride = Math.max(1, fit.length / MAX_JUDGED_SERIES)
  return Array.from(
    { length: Math.min(fit.length, MAX_JUDGED_SERIES) },
    (_, at) => fit[Math.floor(at * stride)],
  ).filter((one) => one !== undefined)
}
