// Turns tables of the search into one CSV on standard output: node bench/anomaly/table.mjs STAGE=FILE...
import { readFileSync } from 'node:fs'
import { SHIPPED_TUNING } from '../../shared/dist/judge/judge.js'
import { settingColumns } from './settings-space.mjs'

const FIGURES = [
  'nab.standard',
  'nab.standardFixed',
  'nab.faPerWeek',
  'kpi.f1',
  'kpi.faPerWeek',
  'microsoft.f1',
  'microsoft.faPerWeek',
]
/** Alarms on normal series as multiples of a budget, where they were counted. */
const BUDGETS = ['normal.all1', 'normal.later1', 'normal.all10', 'normal.later10']

const tried = process.argv.slice(2).flatMap((word) => {
  const [stage, file] = word.split('=')
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  return lines.map((line) => ({ stage, ...JSON.parse(line) }))
})
const names = [
  ...new Set([
    ...Object.keys(settingColumns(SHIPPED_TUNING)),
    ...tried.flatMap(({ setting }) => Object.keys(settingColumns(setting))),
  ]),
]
process.stdout.write(`${['stage', ...FIGURES, ...BUDGETS, ...names].join(',')}\n`)
for (const { stage, setting, figures } of tried) {
  const columns = settingColumns(setting)
  const figure = (path) => path.split('.').reduce((at, key) => at?.[key], figures) ?? ''
  const row = [
    stage,
    ...[...FIGURES, ...BUDGETS].map((path) => short(figure(path))),
    ...names.map((name) => short(columns[name] ?? '')),
  ]
  process.stdout.write(`${row.join(',')}\n`)
}

function short(value) {
  return value === '' ? '' : String(Number(Number(value).toPrecision(3)))
}
