// The figures of one setting over labelled series and the simulator's normal weeks, and how far they are from what is wanted.
import { simulatedSeries } from './normal-series.mjs'
import { eventFigures, eventParts, judgedRows, nabScores, nabShare } from './rules.mjs'
import { observeSeries, scoreObserved } from './score-series.mjs'

/** Scores below cannot be the best threshold of a set; leaving them out makes a setting cheaper to judge. */
const LEAST_SCORE = 0.35
export const SETS = ['nab', 'kpi', 'microsoft']
const NORMAL_BUDGETS = [1, 10]
const WEEK_MS = 7 * 86_400_000
const MONTH_MS = 30 * 86_400_000
/** Budgets are to be kept within a factor of two; here a little less is asked for. */
const FACTOR = 1.7

/** Everything that settings are compared on. */
export function material(labelled) {
  return {
    series: labelled.map((one) => ({ ...one, rows: judgedRows(one) })),
    normal: simulatedSeries({ count: 16, weeks: 6 }),
  }
}

/** What the members say under a tuning; serves all tunings that observe the same. */
export function observedBy(tuning, { series, normal }) {
  return {
    series: series.map((one) => observeSeries(one, tuning)),
    normal: normal.map((one) => observeSeries(one, tuning)),
  }
}

/** `{ margin, figures, parts }`: figures of every set, and what each series adds. */
export function figuresOf(setting, observed, { series }) {
  const settings = { alarmsPerMonth: setting.alarmsPerMonth, deviceAlarmsPerWeek: 1 }
  const judged = series.map((one, i) => {
    const scores = scoreObserved(observed.series[i], { settings, tuning: setting })
    return { series: one, rows: one.rows, scores }
  })
  const parts = judged.map((one) => ({ set: one.series.set, ...eventParts(one, 0.5), ...nabShare(one) }))
  const figures = eventsBySet(parts)
  const nab = nabScores(
    judged.filter((one) => one.series.set === 'nab'),
    LEAST_SCORE,
  )
  figures.nab.standard = rounded(nab.standard)
  figures.nab.standardFixed = rounded(nab.standardFixed)
  figures.normal = normalAlarms(setting, observed.normal)
  return { margin: rounded(marginOf(figures, setting)), figures, parts: parts.map(compact) }
}

function eventsBySet(parts) {
  const bySet = SETS.map((set) => [set, eventFigures(parts.filter((part) => part.set === set))])
  return Object.fromEntries(
    bySet.map(([set, { f1, faPerWeek }]) => [set, { f1: rounded(f1), faPerWeek: rounded(faPerWeek) }]),
  )
}

/** Alarms on normal series as multiples of each budget: all weeks, and without the first. */
function normalAlarms(tuning, observed) {
  const factors = {}
  for (const alarmsPerMonth of NORMAL_BUDGETS) {
    let [all, later, months, laterMonths] = [0, 0, 0, 0]
    for (const one of observed) {
      const scores = scoreObserved(one, { settings: { alarmsPerMonth, deviceAlarmsPerWeek: 1 }, tuning })
      const turn = one.times[0] + WEEK_MS
      months += (one.times[scores.length - 1] - one.times[0]) / MONTH_MS
      laterMonths += (one.times[scores.length - 1] - turn) / MONTH_MS
      for (let i = 0; i < scores.length; i++) {
        if (scores[i] < 0.5) continue
        all++
        if (one.times[i] >= turn) later++
      }
    }
    factors[`all${alarmsPerMonth}`] = rounded(all / months / alarmsPerMonth)
    factors[`later${alarmsPerMonth}`] = rounded(later / laterMonths / alarmsPerMonth)
  }
  return factors
}

/** How far figures are from a little more than is wanted, in usual steps: below 0 the sum of what is short, else the least surplus. */
export function marginOf({ nab, kpi, microsoft, normal }, { alarmsPerMonth }) {
  const within = (factor) => (Math.log(FACTOR) - Math.abs(Math.log(factor + 0.01))) / 1.5
  const steps = [
    (nab.standard - 71.5) / 10,
    (nab.standardFixed - 67) / 10,
    (kpi.f1 - 0.48) / 0.2,
    (microsoft.f1 - 0.5) / 0.1,
    (0.75 - microsoft.faPerWeek) / 0.3,
    Math.log(4.01 / alarmsPerMonth) / 2,
    within(normal.all1),
    within(normal.later1),
    within(normal.all10),
  ]
  const short = steps.reduce((sum, step) => sum + Math.min(step, 0), 0)
  return short < 0 ? short : Math.min(...steps)
}

function compact({ events, found, falseAlarms, weeks, raw, scorable, labelled }) {
  return [events, found, falseAlarms, rounded(weeks), rounded(raw), scorable, labelled]
}

export function rounded(value) {
  return Math.round(value * 1e4) / 1e4
}
