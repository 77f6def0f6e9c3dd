import {
  conclude,
  type JudgeSettings,
  type Network,
  prepare,
  runNetwork,
  type SeriesBank,
  type TickBatch,
} from '@eyenet/shared/judge'
import { windowCursor } from './masked-windows.ts'
import type { SamplePlan } from './sample-plan.ts'
import type { SeriesSize } from './series-size.ts'
import { DAY_MS, type TrainingDays } from './training-days.ts'
import type { TimeWindow, TrainingSeries } from './training-job.ts'
import { WALK_GROUP, walkSeries } from './walk-series.ts'

/** Quantiles of the band's two ends. */
const LOW = 0.005
const HIGH = 0.995
/** A sample is at most this many sizes of its series outside, so that one wild sample does not decide. */
const FARTHEST = 20

export type Contest = {
  readonly series: readonly TrainingSeries[]
  readonly plans: readonly SamplePlan[]
  readonly sizes: readonly SeriesSize[]
  readonly days: TrainingDays
  readonly settings: JudgeSettings
  /** Undefined: the detectors that need no model. */
  readonly network: Network | undefined
  readonly onProgress: (share: number) => void
}

export type ContenderResult = {
  /** Samples judged in the held-back days. */
  readonly rows: number
  /** Mean pinball loss of the two ends of the band, in sizes of the series. */
  readonly pinball: number
  /** Share of samples within the band. */
  readonly coverage: number
  readonly injected: number
  readonly recall: number
  readonly falseAlarmsPerMonth: number
}

/** Takes all series through the judge with one network or none, and counts what it says about the held-back days. */
export function judgeContender(contest: Contest): ContenderResult {
  const tally = { rows: 0, banded: 0, loss: 0, within: 0, injected: 0, found: 0, alarms: 0, seriesMs: 0 }
  for (let from = 0; from < contest.series.length; from += WALK_GROUP) {
    judgeGroup(contest, from, tally)
    contest.onProgress(Math.min(1, (from + WALK_GROUP) / contest.series.length))
  }
  return {
    rows: tally.rows,
    pinball: tally.loss / Math.max(tally.banded, 1),
    coverage: tally.within / Math.max(tally.banded, 1),
    injected: tally.injected,
    recall: tally.found / Math.max(tally.injected, 1),
    falseAlarmsPerMonth: tally.alarms / Math.max(tally.seriesMs / (30 * DAY_MS), 1e-9),
  }
}

type Tally = {
  -readonly [K in 'rows' | 'banded' | 'loss' | 'within' | 'injected' | 'found' | 'alarms' | 'seriesMs']: number
}

function judgeGroup(contest: Contest, from: number, tally: Tally): void {
  const series = contest.series.slice(from, from + WALK_GROUP)
  const masked = series.map((one) => windowCursor<TimeWindow>([...one.incidents, ...one.feedback]))
  const isActive = new Uint8Array(series.length)
  const lastTime = new Float64Array(series.length).fill(Number.NaN)
  let isFound = false
  walkSeries({
    series,
    plans: contest.plans.slice(from, from + WALK_GROUP),
    until: Number.POSITIVE_INFINITY,
    step: (bank, batch) => judgeBatch(bank, batch, contest),
    onSample({ which, batch, row }) {
      const time = batch.times[row] ?? 0
      isActive[which] = batch.active[row] ?? 0
      const isMasked = masked[which]?.(time) !== undefined
      if (time >= contest.days.heldFrom && !isMasked) {
        tally.rows++
        if (batch.change[row] === 1) tally.alarms++
        tally.seriesMs += spanOf(time - (lastTime[which] ?? Number.NaN))
        weighBand(batch, row, { size: contest.sizes[from + which]?.spread ?? 0, tally })
      }
      lastTime[which] = time
    },
    accepts(which, { start }) {
      // While a verdict lasts, another anomaly says nothing about either.
      const isFree = isActive[which] === 0 && masked[which]?.(series[which]?.times[start] ?? 0) === undefined
      if (isFree) tally.injected++
      isFound = false
      return isFree
    },
    onInjected({ batch }) {
      if (isFound || batch.change[0] !== 1) return
      isFound = true
      tally.found++
    },
  })
}

function judgeBatch(bank: SeriesBank, batch: TickBatch, { network, settings }: Contest): void {
  prepare(bank, batch)
  if (network !== undefined) runNetwork(network, batch)
  conclude(bank, batch, { settings, hasModel: network !== undefined })
}

/** The time a sample stands for; a gap of more than a day is one without judgement. */
function spanOf(elapsed: number): number {
  return elapsed > 0 && elapsed <= DAY_MS ? elapsed : 0
}

function weighBand(batch: TickBatch, row: number, { size, tally }: { size: number; tally: Tally }): void {
  const [value, low, high] = [
    batch.values[row] ?? Number.NaN,
    batch.low[row] ?? Number.NaN,
    batch.high[row] ?? Number.NaN,
  ]
  if (!Number.isFinite(value - low) || !Number.isFinite(value - high)) return
  tally.banded++
  if (value >= low && value <= high) tally.within++
  if (!(size > 0)) return
  tally.loss += (pinball((value - low) / size, LOW) + pinball((value - high) / size, HIGH)) / 2
}

function pinball(off: number, quantile: number): number {
  const bounded = Math.max(-FARTHEST, Math.min(FARTHEST, off))
  return bounded > 0 ? quantile * bounded : (quantile - 1) * bounded
}
