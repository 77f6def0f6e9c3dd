// Compares settings of the detector over labelled series: node bench/anomaly/search.mjs --seconds 600 --seed 1 --json FILE
// [--data DIR] [--near FILE]. Half of the settings are drawn from anywhere, half near the best so far. Each tried setting is
// one line of FILE: the setting, the figures of all sets, and what each series adds, so that choose.mjs can cross-validate.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { numberOf, textOf } from '../measure.mjs'
import { readLabelledSeries } from './labelled-series.mjs'
import { normalSeries } from './normal-series.mjs'
import { eventFigures, eventParts, judgedRows, nabScores, nabShare } from './rules.mjs'
import { scoreSeries } from './score-series.mjs'
import { drawnSetting, nearSetting, randomNumbers } from './settings-space.mjs'

/** Scores below cannot be the best threshold of a set; leaving them out makes a setting cheaper to judge. */
const LEAST_SCORE = 0.35
const WEEK_MS = 7 * 86_400_000
const MONTH_MS = 30 * 86_400_000
const SETS = ['nab', 'kpi', 'microsoft']
/** Settings kept to search near. */
const ELITE = 12

const data = textOf('--data') ?? resolve('../shared/anomaly')
const file = textOf('--json')
if (file === undefined) throw new Error('name the table with --json FILE')
const series = readLabelledSeries(data).map((one) => ({ ...one, rows: judgedRows(one) }))
const normal = normalSeries()
const random = randomNumbers(numberOf('--seed', 1))
const end = Date.now() + numberOf('--seconds', 60) * 1000
const elite = []
const before = textOf('--near') ?? file
if (existsSync(before)) for (const line of readFileSync(before, 'utf8').trim().split('\n')) keep(JSON.parse(line))

while (Date.now() < end) {
  const isNear = elite.length > 0 && random() < 0.75
  const setting = isNear
    ? nearSetting(random, elite[Math.floor(random() * elite.length)].setting)
    : drawnSetting(random)
  const tried = { setting, ...figuresOf(setting) }
  appendFileSync(file, `${JSON.stringify(tried)}\n`)
  keep(tried)
}
for (const { margin, figures } of elite.slice(0, 5))
  process.stdout.write(`${margin.toFixed(3)} ${JSON.stringify(figures)}\n`)

/** Figures of every set, what each series adds, and the least distance from what is wanted, in usual steps. */
function figuresOf(setting) {
  const settings = { alarmsPerMonth: setting.alarmsPerMonth, deviceAlarmsPerWeek: 1 }
  const judge = { settings, tuning: setting }
  const judged = series.map((one) => ({ series: one, rows: one.rows, scores: scoreSeries(one, judge) }))
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
  figures.normal = normalAlarms(judge)
  return { margin: rounded(marginOf(figures)), figures, parts: parts.map(compact) }
}

/** Alarms on normal series in their first week and later, as multiples of the budget. */
function normalAlarms(judge) {
  let [first, later, firstMonths, laterMonths] = [0, 0, 0, 0]
  for (const one of normal) {
    const scores = scoreSeries(one, judge)
    const turn = one.times[0] + WEEK_MS
    firstMonths += WEEK_MS / MONTH_MS
    laterMonths += (one.times[scores.length - 1] - turn) / MONTH_MS
    for (let i = 0; i < scores.length; i++) {
      if (scores[i] < 0.5) continue
      if (one.times[i] < turn) first++
      else later++
    }
  }
  const { alarmsPerMonth } = judge.settings
  return {
    firstWeek: rounded(first / firstMonths / alarmsPerMonth),
    later: rounded(later / laterMonths / alarmsPerMonth),
  }
}

function marginOf({ nab, kpi, microsoft, normal: { later } }) {
  return Math.min(
    (nab.standard - 70) / 10,
    (nab.standardFixed - 62) / 10,
    (kpi.f1 - 0.45) / 0.2,
    (microsoft.f1 - 0.45) / 0.1,
    (0.8 - microsoft.faPerWeek) / 0.3,
    (Math.log(2) - Math.abs(Math.log(later + 0.01))) / 1.5,
  )
}

function compact({ events, found, falseAlarms, raw, scorable, labelled }) {
  return [events, found, falseAlarms, rounded(raw), scorable, labelled]
}

function rounded(value) {
  return Math.round(value * 1e4) / 1e4
}

function keep(tried) {
  elite.push({ setting: tried.setting, margin: tried.margin, figures: tried.figures })
  elite.sort((a, b) => b.margin - a.margin)
  elite.length = Math.min(elite.length, ELITE)
}
