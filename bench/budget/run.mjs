// npm run bench -- budget [--data DIR] [--series N] [--weeks N]: alarms on weeks in which nothing is wrong against the budget
// asked for, for 0.1, 1 and 10 alarms per series and 30 days; what is flagged within three ticks of faults that are put in;
// a Monday morning. DIR: a folder of labelled series (labels.json, series/*.csv), for the parts without a label.
import { writeFileSync } from 'node:fs'
import { normalWeeks, thinnedTo } from '../../agent/dist/simulate/normal-weeks.js'
import * as judge from '../../shared/dist/judge/judge.js'
import { benchOptions, numberOf, textOf } from '../measure.mjs'
import { againstBudget } from './judge-series.mjs'
import { MONDAY, measureBudget, measureFaults } from './measure-budget.mjs'
import { daysOf, judgePart, recordedParts } from './recorded-parts.mjs'

const BUDGETS = [0.1, 1, 10]
const { json } = benchOptions()
const count = numberOf('--series', 300)
const weeks = numberOf('--weeks', 8)
const everyMs = 1_000 * numberOf('--seconds', 300)
const part = textOf('--part')
const data = textOf('--data')
const result = { series: count, weeks, budgets: [], recorded: [], faults: [] }

const others = Math.round(count * 0.55)
const made = { seed: numberOf('--seed', 1), startedAt: MONDAY }
const series = [
  ...thinnedTo(normalWeeks({ ...made, others: 0 }), count - others),
  ...normalWeeks({ ...made, others }).slice(-others),
]

if (part === undefined || part === 'weeks') for (const perMonth of BUDGETS) showWeeks(perMonth)
if (part === undefined || part === 'recorded') showRecorded()
if (part === undefined || part === 'faults') showFaults()
if (json !== undefined) writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`)

function showWeeks(perMonth) {
  const found = measureBudget({ judge, series, weeks, perMonth, everyMs })
  result.budgets.push(found)
  say('')
  say(`${count} normal series, ${weeks} weeks, ${perMonth} alarms asked for per series and 30 days`)
  say(`  all weeks        asked ${one(found.all.asked)}, actual ${found.all.alarms}, factor ${two(found.all.factor)}`)
  say(
    `  after the first  asked ${one(found.learnt.asked)}, actual ${found.learnt.alarms}, factor ${two(found.learnt.factor)}`,
  )
  say(`  by week          ${found.perWeek.join(' ')}   (rows with a score of 0.5 and more: ${found.raises})`)
  say(
    `  second Monday, 5 to 13 h: ${found.monday.alarms} (by chance ${two(found.monday.usual)}) ${found.monday.keys.join('; ')}`,
  )
  for (const row of [...found.kinds].sort((left, right) => right.factor - left.factor)) {
    const why = Object.entries(row.reasons).map(([reason, times]) => `${reason} ${times}`)
    say(
      `  ${row.kind.padEnd(12)} ${String(row.series).padStart(4)} series  ${String(row.alarms).padStart(5)}  factor ${two(row.factor).padStart(6)}   ${why.join(', ')}`,
    )
  }
  say(`  most: ${found.most.map(([key, alarms]) => `${key} ${alarms}`).join('; ')}`)
}

function showRecorded() {
  const parts = data === undefined ? undefined : recordedParts(data)
  if (parts === undefined) {
    say('')
    say('Recorded series: left out; --data DIR names a folder with labels.json and series/.')
    return
  }
  for (const perMonth of BUDGETS) {
    const settings = { ...judge.DEFAULT_JUDGE_SETTINGS, alarmsPerMonth: perMonth }
    const sets = new Map([['all', { alarms: 0, days: 0, parts: 0 }]])
    for (const each of parts) {
      const alarms = judgePart(judge, each, settings)
      for (const name of ['all', each.set]) {
        const row = sets.get(name) ?? { alarms: 0, days: 0, parts: 0 }
        sets.set(name, { alarms: row.alarms + alarms, days: row.days + daysOf(each.times), parts: row.parts + 1 })
      }
    }
    say('')
    say(`Recorded parts without a label, ${perMonth} alarms asked for per series and 30 days`)
    for (const [set, row] of sets) {
      const found = againstBudget({ alarms: row.alarms, series: 1, days: row.days, perMonth })
      result.recorded.push({ perMonth, set, ...row, ...found })
      say(
        `  ${set.padEnd(12)} ${row.parts} parts, ${one(row.days)} days: asked ${one(found.asked)}, actual ${row.alarms}, factor ${two(found.factor)}`,
      )
    }
  }
}

function showFaults() {
  const found = measureFaults({ judge, series, weeks: Math.min(weeks, 3), perMonth: 1, everyMs })
  result.faults = found
  say('')
  say('Flagged within three ticks, 1 alarm asked for per series and 30 days')
  for (const row of found) {
    const kinds = Object.entries(row.kinds).map(([kind, { found: hits, of }]) => `${kind} ${hits}/${of}`)
    say(
      `  ${row.fault.padEnd(34)} ${row.found} of ${row.of} (${Math.round((100 * row.found) / row.of)} %)   ${kinds.join(', ')}`,
    )
  }
}

function say(line) {
  process.stdout.write(`${line}\n`)
}

function one(value) {
  return value.toFixed(1)
}

function two(value) {
  return Number.isFinite(value) ? value.toFixed(2) : '-'
}
