import { FEATURES, prepare, type TickBatch } from '@eyenet/shared/judge'
import { windowCursor } from './masked-windows.ts'
import { Random } from './random.ts'
import { FIRST_ROW, type SamplePlan, samplePlan } from './sample-plan.ts'
import type { TrainingDays } from './training-days.ts'
import type { FeedbackWindow, TrainingSeries } from './training-job.ts'
import type { TrainingMatrix } from './training-matrix.ts'
import { firstFrom, WALK_GROUP, walkSeries } from './walk-series.ts'

/** Rows of all series together: at 37 numbers each, twice, some 100 MB. */
export const MAX_MATRIX_ROWS = 320_000
/** Rows that one series gives at most; half of them as they are, half out of anomalies. */
const MAX_SERIES_ROWS = 320
const ROWS_OF_ANOMALY = 3
/** Rows of windows about which people said something, per series; each counts this much. */
const MAX_FEEDBACK_ROWS = 200
const FEEDBACK_WEIGHT = 3

export type GatherOptions = {
  /** Which days of a series teach, and which decide when to stop. */
  readonly daysOf: (series: TrainingSeries) => Pick<TrainingDays, 'stopFrom' | 'heldFrom'>
  readonly seed: number
  /** Told of the share of series that is done; it may throw to stop. */
  readonly onProgress?: (share: number) => void
}

/** What `unusual` is to say of rows as usual, and of those that people called real. */
const USUAL_TARGET = -3
const REAL_TARGET = 4

/** From a strength of 3 usual steps (0) by its logarithm: strong anomalies stay apart from stronger ones. */
function targetOf(strength: number): number {
  return Math.max(-2, Math.min(8, 1.5 * Math.log(Math.max(strength, 0.1) / 3)))
}

/** Takes every series through the judge once and keeps a bounded choice of rows of the days before those held back. */
export function gatherMatrix(series: readonly TrainingSeries[], options: GatherOptions): TrainingMatrix {
  const perSeries = Math.min(MAX_SERIES_ROWS, Math.floor(MAX_MATRIX_ROWS / Math.max(series.length, 1)))
  const feedback = series.reduce((sum, one) => sum + (one.feedback.length > 0 ? MAX_FEEDBACK_ROWS : 0), 0)
  const rows = new MatrixRows(series.length * (perSeries + ROWS_OF_ANOMALY) + Math.min(feedback, MAX_MATRIX_ROWS))
  for (let from = 0; from < series.length; from += WALK_GROUP) {
    gatherGroup(series.slice(from, from + WALK_GROUP), { ...options, from, perSeries }, rows)
    options.onProgress?.(Math.min(1, (from + WALK_GROUP) / series.length))
  }
  return rows.matrix()
}

type GroupOptions = GatherOptions & { readonly from: number; readonly perSeries: number }

function gatherGroup(series: readonly TrainingSeries[], options: GroupOptions, rows: MatrixRows): void {
  const days = series.map((one) => options.daysOf(one))
  // Each series has random numbers of its own: what is drawn of it does not depend on the others.
  const randoms = series.map((_, at) => new Random(options.seed + 7919 * (options.from + at + 1)))
  const plans = series.map((one, at) => planOf(one, options, randoms[at] ?? new Random(options.seed)))
  const incidents = series.map((one) => windowCursor(one.incidents))
  const feedback = series.map((one) => windowCursor(one.feedback))
  const nextRow = new Int32Array(series.length)
  const feedbackRows = new Int32Array(series.length)
  const hasFeedback = series.some((one) => one.feedback.length > 0)
  const stops = (which: number, time: number) => time >= (days[which]?.stopFrom ?? 0)
  // The offsets of the anomaly under way whose rows are kept.
  let keptOffsets: readonly number[] = []

  walkSeries({
    series,
    plans,
    // What people say is about the newest days most of the time; these rows are used, and not judged by.
    until: hasFeedback ? Number.POSITIVE_INFINITY : Math.max(...days.map(({ heldFrom }) => heldFrom)),
    step: prepare,
    onSample({ which, index, batch, row }) {
      const time = batch.times[row] ?? 0
      const drawn = plans[which]?.rows
      const isDrawn = drawn?.[nextRow[which] ?? 0] === index
      if (isDrawn) nextRow[which] = (nextRow[which] ?? 0) + 1
      const said = feedback[which]?.(time)
      const inIncident = incidents[which]?.(time) !== undefined
      if (Number.isNaN(batch.values[row] ?? Number.NaN)) return
      if (said !== undefined && (feedbackRows[which] ?? 0) < MAX_FEEDBACK_ROWS) {
        feedbackRows[which] = (feedbackRows[which] ?? 0) + 1
        rows.add(batch, row, feedbackRow(said))
      } else if (isDrawn && !inIncident && said === undefined) rows.add(batch, row, usualRow(stops(which, time)))
    },
    accepts(which, injection) {
      const random = randoms[which] ?? new Random(options.seed)
      const last = injection.values.length
      const between = () => injection.visibleFrom + random.below(last - injection.visibleFrom)
      keptOffsets = [...new Set([injection.visibleFrom, between(), between()])]
      return true
    },
    onInjected({ which, injection, offset, batch }) {
      if (!keptOffsets.includes(offset)) return
      const time = batch.times[0] ?? 0
      const target = targetOf(injection.strengths[offset] ?? 0)
      rows.add(batch, 0, { label: 1, target, unusual: 1, band: 0, stopping: stops(which, time) })
    },
  })
}

function planOf(series: TrainingSeries, { daysOf, perSeries }: GroupOptions, random: Random): SamplePlan {
  const to = firstFrom(series, daysOf(series).heldFrom)
  const injections = Math.floor(perSeries / 2 / ROWS_OF_ANOMALY)
  const plan = samplePlan(
    series,
    { from: Math.min(FIRST_ROW, to), to, rows: Math.floor(perSeries / 2), injections },
    random,
  )
  const isIncident = windowCursor(series.incidents)
  return {
    ...plan,
    injections: plan.injections.filter(({ start }) => isIncident(series.times[start] ?? 0) === undefined),
  }
}

type RowUse = {
  readonly label: 0 | 1
  readonly target: number
  readonly unusual: number
  readonly band: number
  readonly stopping: boolean
}

function usualRow(stopping: boolean): RowUse {
  return { label: 0, target: USUAL_TARGET, unusual: 1, band: 1, stopping }
}

/** What is expected belongs into the band; what is real does not. All of it is learnt, none decides when to stop. */
function feedbackRow({ kind }: FeedbackWindow): RowUse {
  return kind === 'real'
    ? { label: 1, target: REAL_TARGET, unusual: FEEDBACK_WEIGHT, band: 0, stopping: false }
    : { label: 0, target: USUAL_TARGET, unusual: FEEDBACK_WEIGHT, band: 1, stopping: false }
}

/** Rows as they are gathered; what does not fit is left out. */
class MatrixRows {
  readonly #features: Float32Array
  readonly #labels: Uint8Array
  readonly #targets: Float32Array
  readonly #unusual: Float32Array
  readonly #band: Float32Array
  readonly #stopping: Uint8Array
  readonly #most: number
  #rows = 0

  constructor(most: number) {
    this.#most = most
    this.#features = new Float32Array(most * FEATURES)
    this.#labels = new Uint8Array(most)
    this.#targets = new Float32Array(most)
    this.#unusual = new Float32Array(most)
    this.#band = new Float32Array(most)
    this.#stopping = new Uint8Array(most)
  }

  add(batch: TickBatch, row: number, use: RowUse): void {
    if (this.#rows >= this.#most) return
    const at = this.#rows++
    this.#features.set(batch.features.subarray(row * FEATURES, (row + 1) * FEATURES), at * FEATURES)
    this.#labels[at] = use.label
    this.#targets[at] = use.target
    this.#unusual[at] = use.unusual
    this.#band[at] = use.band
    this.#stopping[at] = use.stopping ? 1 : 0
  }

  matrix(): TrainingMatrix {
    const rows = this.#rows
    return {
      rows,
      features: this.#features.subarray(0, rows * FEATURES),
      labels: this.#labels.subarray(0, rows),
      targets: this.#targets.subarray(0, rows),
      unusualWeights: this.#unusual.subarray(0, rows),
      bandWeights: this.#band.subarray(0, rows),
      stopping: this.#stopping.subarray(0, rows),
    }
  }
}
