// Compares settings of the detector over labelled series: node bench/anomaly/search.mjs --json FILE [--seconds 600] [--seed 1]
// [--data DIR] [--near FILE]. Most settings are drawn near the best so far (of FILE, or of the table of --near), some from
// anywhere. Each tried setting is one line of FILE: the setting, the figures of all sets, and what each series adds, so that
// choose.mjs can cross-validate.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { SHIPPED_TUNING } from '../../shared/dist/judge/judge.js'
import { numberOf, textOf } from '../measure.mjs'
import { figuresOf, marginOf, material, observedBy, rounded } from './figures.mjs'
import { readLabelledSeries } from './labelled-series.mjs'
import { drawnSetting, nearSetting, observedAs, randomNumbers } from './settings-space.mjs'

/** Settings kept to search near. */
const ELITE = 12
/** Ways of judging tried on each way of observing. */
const JUDGINGS = 8
/** Margin of settings whose figures a table does not have: they are searched near until better ones are found. */
const UNKNOWN = -9

const data = textOf('--data') ?? resolve('../shared/anomaly')
const file = textOf('--json')
if (file === undefined) throw new Error('name the table with --json FILE')
const all = material(readLabelledSeries(data))
const random = randomNumbers(numberOf('--seed', 1))
const end = Date.now() + numberOf('--seconds', 600) * 1000
const elite = []
const before = textOf('--near') ?? file
if (existsSync(before)) {
  for (const line of readFileSync(before, 'utf8').trim().split('\n')) keep(reread(JSON.parse(line)))
}
if (elite.length === 0) {
  const setting = { ...SHIPPED_TUNING, alarmsPerMonth: 4 }
  keep({ setting, ...figuresOf(setting, observedBy(setting, all), all) })
}

while (Date.now() < end) {
  const observing = random() < 0.8 ? nearSetting(random, one().setting) : drawnSetting(random)
  const observed = observedBy(observing, all)
  for (let turn = 0; turn < JUDGINGS && Date.now() < end; turn++) {
    const near = () => nearSetting(random, one().setting, random() < 0.5 ? 0.05 : 0.15)
    const setting = observedAs(random() < 0.85 ? near() : drawnSetting(random), observing)
    const tried = { setting, ...figuresOf(setting, observed, all) }
    appendFileSync(file, `${JSON.stringify(tried)}\n`)
    keep(tried)
  }
}
for (const { margin, figures } of elite.slice(0, 5)) process.stdout.write(`${margin} ${JSON.stringify(figures)}\n`)

/** One of the best, the better the likelier. */
function one() {
  return elite[Math.floor(random() ** 2 * elite.length)]
}

/** A setting of an earlier table, whose margin may have been counted in another way. */
function reread(tried) {
  const isKnown = tried.figures?.normal?.all1 !== undefined
  return { ...tried, margin: isKnown ? rounded(marginOf(tried.figures, tried.setting)) : UNKNOWN }
}

function keep({ setting, margin, figures }) {
  elite.push({ setting, margin, figures })
  elite.sort((a, b) => b.margin - a.margin)
  elite.length = Math.min(elite.length, ELITE)
}
