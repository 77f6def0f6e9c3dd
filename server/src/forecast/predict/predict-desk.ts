import { MAX_PREDICTED_SERIES, type PredictAnswer, type Prediction, type PredictRequest } from '@eyenet/shared/api'
import { type EpochMs, epochMs, type Labels, METRIC_NAME } from '@eyenet/shared/identity'
import { judgedAs } from '@eyenet/shared/judge'
import { parseQuery, selectorMatchers } from '@eyenet/shared/promql'
import type { MetricStore } from '../../store/store.ts'
import { createTurns } from '../../turns/turns.ts'
import type { PredictJob } from './predict-calls.ts'
import type { SeriesPrediction } from './predict-series.ts'
import { runPredictions } from './run-predictions.ts'
import type { EvenSeries } from './seasonal-model.ts'

export type PredictDeskOptions = {
  readonly store: Pick<MetricStore, 'query' | 'series'>
  readonly now: () => EpochMs
  /** Where it is not done in a thread; for tests. */
  readonly runPredictions?: ((job: PredictJob) => Promise<readonly SeriesPrediction[]>) | undefined
}

const DAY_MS = 86_400_000
const HISTORY_MS = 35 * DAY_MS
const MAX_HISTORY_MS = 100 * DAY_MS
/** Steps for horizons up to so long; beyond, an hour. */
const STEPS = [
  { upToMs: 6 * 3_600_000, stepMs: 300_000 },
  { upToMs: 2 * DAY_MS, stepMs: 900_000 },
] as const
const HOUR_MS = 3_600_000
/** A rate needs two polls. */
const RATE_MS = 900_000
const MAX_WAITING = 20
const TIMEOUT_MS = 60_000

type Wanted = { readonly labels: Labels; readonly judgedAs: 'gauge' | 'counter'; readonly even: EvenSeries }

/** Answers predictions: reads the history at even steps, and has it predicted in a thread. */
export class PredictDesk {
  readonly #options: PredictDeskOptions
  readonly #turns = createTurns({
    ...{ concurrent: 1, waiting: MAX_WAITING },
    sentence: 'too many predictions are asked for at once: try again in a minute',
  })

  constructor(options: PredictDeskOptions) {
    this.#options = options
  }

  predict(request: PredictRequest): Promise<PredictAnswer> {
    const selectors = typeof request.series === 'string' ? [request.series] : request.series
    for (const selector of selectors) selectorMatchers(selector)
    return this.#turns.take(() => this.#answer(selectors, request))
  }

  async #answer(selectors: readonly string[], { horizonSeconds, quantiles }: PredictRequest): Promise<PredictAnswer> {
    const horizonMs = horizonSeconds * 1000
    const stepMs = STEPS.find(({ upToMs }) => horizonMs <= upToMs)?.stepMs ?? HOUR_MS
    const now = this.#options.now()
    const end = Math.floor(now / stepMs) * stepMs
    const historyMs = Math.min(MAX_HISTORY_MS, Math.max(HISTORY_MS, 3 * horizonMs + 7 * DAY_MS))
    const span = { start: epochMs(end - historyMs), end: epochMs(end), stepMs }
    const found = new Map<string, Wanted>()
    let beyond = 0
    const refused: PredictAnswer['refused'] = []
    for (const selector of selectors) {
      const counted = await this.#read(selector, span, found)
      beyond += counted.beyond
      for (const labels of counted.notPredicted) {
        refused.push({ labels, why: 'it has no numbers that could be predicted: it is a state or a label' })
      }
    }
    const wanted = [...found.values()]
    const horizon = Math.ceil(horizonMs / stepMs)
    const run = this.#options.runPredictions ?? runPredictions
    const answers = wanted.length === 0 ? [] : await run({ series: wanted.map(({ even }) => even), horizon, quantiles })
    const series: Prediction[] = []
    for (const [at, one] of wanted.entries()) {
      const answer = answers[at]
      if (answer?.kind === 'predicted') series.push(shownPrediction(one, answer, quantiles))
      else refused.push({ labels: one.labels, why: answer?.why ?? 'nothing was predicted' })
    }
    return { at: now, stepSeconds: stepMs / 1000, series, refused, beyond }
  }

  /** Puts the series of one selector at even steps, rates of counters, into `found`. */
  async #read(selector: string, span: Span, found: Map<string, Wanted>) {
    const { store } = this.#options
    const { start, end, stepMs } = span
    const labels = await store.series({ matchers: selectorMatchers(selector), from: start, to: end })
    const fresh = labels.filter((one) => !found.has(keyOf(one)))
    const predicted = fresh.filter((one) => kindOf(one) !== undefined)
    const room = MAX_PREDICTED_SERIES - found.size
    const notPredicted = fresh.filter((one) => kindOf(one) === undefined).slice(0, MAX_PREDICTED_SERIES)
    const beyond = Math.max(0, predicted.length - room)
    for (const one of predicted.slice(0, room)) {
      const kind = kindOf(one) ?? 'gauge'
      const expr = parseQuery(
        kind === 'counter'
          ? `rate(${selectorOf(one)}[${Math.max(stepMs, RATE_MS)}ms])`
          : `avg_over_time(${selectorOf(one)}[${stepMs}ms])`,
      )
      const { result } = await store.query({ expr, start, end, step: stepMs, timeoutMs: TIMEOUT_MS, byPeople: true })
      const [matrix] = result.kind === 'matrix' ? result.series : []
      const values = new Float64Array(Math.round((end - start) / stepMs) + 1).fill(Number.NaN)
      matrix?.times.forEach((time, at) => {
        values[Math.round((time - start) / stepMs)] = matrix.values[at] ?? Number.NaN
      })
      found.set(keyOf(one), { labels: one, judgedAs: kind, even: { firstMs: start, stepMs, values } })
    }
    return { beyond, notPredicted }
  }
}

type Span = { readonly start: EpochMs; readonly end: EpochMs; readonly stepMs: number }

function shownPrediction(
  { labels, judgedAs: kind, even }: Wanted,
  answer: Extract<SeriesPrediction, { kind: 'predicted' }>,
  quantiles: readonly number[],
): Prediction {
  const { firstMs, stepMs, values } = even
  const end = firstMs + (values.length - 1) * stepMs
  const { heldBackSteps, pinball, naivePinball, coverage, asked } = answer.quality
  return {
    ...{ labels, judgedAs: kind },
    times: answer.median.map((_, step) => end + (step + 1) * stepMs),
    median: [...answer.median],
    quantiles: quantiles.map((quantile, at) => ({ quantile, values: [...(answer.quantiles[at] ?? [])] })),
    history: { from: epochMs(firstMs + answer.first * stepMs), to: epochMs(end), steps: values.length - answer.first },
    quality: { heldBackSeconds: (heldBackSteps * stepMs) / 1000, pinball, naivePinball, coverage, asked },
  }
}

function kindOf(labels: Labels): 'gauge' | 'counter' | undefined {
  const kind = judgedAs(labels[METRIC_NAME] ?? '')
  return kind === 'none' ? undefined : kind
}

function keyOf(labels: Labels): string {
  return selectorOf(labels)
}

/** The selector of this series alone. */
function selectorOf(labels: Labels): string {
  const names = Object.keys(labels).sort()
  return `{${names.map((name) => `${JSON.stringify(name)}=${JSON.stringify(labels[name])}`).join(',')}}`
}
