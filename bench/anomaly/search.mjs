// Compares settings of the detector over labelled series: node bench/anomaly/search.mjs --seconds 600 --seed 1 --json FILE
// [--data DIR] [--near FILE]. Half of the settings are drawn from anywhere, half near the best so far. Each tried setting is
// one line of FILE: the setting, the figures of all sets, and what each series adds, so that choose.mjs can cross-validate.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { SHIPPED_TUNING } from '../../shared/dist/judge/judge.js'
import { numberOf, textOf } from '../measure.mjs'
import { readLabelledSeries } from './labelled-series.mjs'
import { simulatedSeries } from './normal-series.mjs'
import { eventFigures, eventParts, judgedRows, nabScores, nabShare } from './rules.mjs'
import { observeSeries, scoreObserved } from './score-series.mjs'
import { drawnSetting, nearSetting, observedAs, randomNumbers } from './settings-space.mjs'

/** Scores below cannot be the best threshold of a set; leaving them out makes a setting cheaper to judge. */
const LEAST_SCORE = 0.35
const WEEK_MS = 7 * 86_400_000
const MONTH_MS = 30 * 86_400_000
const SETS = ['nab', 'kpi', 'microsoft']
/** Settings kept to search near. */
const NORMAL_BUDGETS = [1, 10]
/** Margin of settings whose figures an earlier table has in another way: they are searched near until better ones are found. */
const EARLIER = -9
const ELITE = 12
/** Ways of judging tried on each way of observing. */
const JUDGINGS = 8

const data = textOf('--data') ?? resolve('../shared/anomaly')
const file = textOf('--json')
if (file === undefined) throw new Error('name the table with --json FILE')
const series = readLabelledSeries(data).map((one) => ({ ...one, rows: judgedRows(one) }))
const normal = simulatedSeries({ count: 16, weeks: 6 })
const random = randomNumbers(numberOf('--seed', 1))
const end = Date.now() + numberOf('--seconds', 60) * 1000
const elite = []
const before = textOf('--near') ?? file
if (existsSync(before))
  for (const line of readFileSync(before, 'utf8').trim().split('\n')) keep(reread(JSON.parse(line)))

if (elite.length === 0) keep(tried({ ...SHIPPED_TUNING, alarmsPerMonth: 2 }, observedBy(SHIPPED_TUNING)))
while (Date.now() < end) {
  const from = elite[Math.floor(random() ** 2 * elite.length)].setting
  const observing = random() < 0.8 ? nearSetting(random, from) : drawnSetting(random)
  const seen = observedBy(observing)
  for (let turn = 0; turn < JUDGINGS && Date.now() < end; turn++) {
    const base = elite[Math.floor(random() ** 2 * elite.length)].setting
    const judging = random() < 0.85 ? nearSetting(random, base, random() < 0.5 ? 0.05 : 0.15) : drawnSetting(random)
    const one = tried(observedAs(judging, observing), seen)
    appendFileSync(file, `${JSON.stringify(one)}\n`)
    keep(one)
  }
}
for (const { margin, figures } of elite.slice(0, 5))
  process.stdout.write(`${margin.toFixed(3)} ${JSON.stringify(figures)}\n`)

function observedBy(tuning) {
  return {
    series: series.map((one) => observeSeries(one, tuning)),
    normal: normal.map((one) => observeSeries(one, tuning)),
  }
}

function tried(setting, observed) {
  return { setting, ...figuresOf(setting, observed) }
}

/** Figures of every set, what each series adds, and how far they are from a little more than is wanted, in usual steps. */
function figuresOf(setting, observed) {
  const settings = { alarmsPerMonth: setting.alarmsPerMonth, deviceAlarmsPerWeek: 1 }
  const judge = { settings, tuning: setting }
  const judged = series.map((one, i) => ({
    series: one,
    rows: one.rows,
    scores: scoreObserved(observed.series[i], judge),
  }))
  const parts = judged.map((one) => ({ set: one.series.set, ...eventParts(one, 0.5), ...nabShare(one) }))
  const figures = {}
  for (const set of SETS) {
    const { f1, faPerWeek } = eventFigures(parts.filter((part) => part.set === set))
    figures[set] = { f1: rounded(f1), faPerWeek: rounded(faPerWeek) }
  }
  const nab = nabScores(
    judged.filter((one) => one.series.set === 'nab'),
    LEAST_SCORE,
  )
  figures.nab.standard = rounded(nab.standard)
  figures.nab.standardFixed = rounded(nab.standardFixed)
  figures.normal = normalAlarms(setting, observed.normal)
  return { margin: rounded(marginOf(figures, setting)), figures, parts: parts.map(compact) }
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

function marginOf({ nab, kpi, microsoft, normal }, { alarmsPerMonth }) {
  const within = (factor) => (Math.log(1.7) - Math.abs(Math.log(factor + 0.01))) / 1.5
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

function compact({ events, found, falseAlarms, raw, scorable, labelled }) {
  return [events, found, falseAlarms, rounded(raw), scorable, labelled]
}

function rounded(value) {
  return Math.round(value * 1e4) / 1e4
}

/** A setting of an earlier table, whose margin may have been counted in another way. */
function reread(tried) {
  return tried.figures.normal?.all1 === undefined
    ? { ...tried, margin: EARLIER }
    : { ...tried, margin: rounded(marginOf(tried.figures, tried.setting)) }
}

function keep(tried) {
  elite.push({ setting: tried.setting, margin: tried.margin, figures: tried.figures })
  elite.sort((a, b) => b.margin - a.margin)
  elite.length = Math.min(elite.length, ELITE)
}
