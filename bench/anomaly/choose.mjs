// What the settings of a table are worth on series that did not choose them, and which of the best keeps its figures when all
// its numbers move a little: node bench/anomaly/choose.mjs --json TABLE [--data DIR] [--rounds 20] [--seed 1]
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { numberOf, textOf } from '../measure.mjs'
import { figuresOf, material, observedBy, rounded } from './figures.mjs'
import { readLabelledSeries } from './labelled-series.mjs'
import { nearSetting, randomNumbers } from './settings-space.mjs'

const FOLDS = 5
/** Candidates whose neighbourhood is looked at, neighbours of each, and how far they are, as a share of each range. */
const [CANDIDATES, NEIGHBOURS, WIDTH] = [8, 8, 0.03]
const random = randomNumbers(numberOf('--seed', 1))
const table = readFileSync(textOf('--json'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))
const labelled = readLabelledSeries(textOf('--data') ?? resolve('../shared/anomaly'))

crossValidate(numberOf('--rounds', 20))
neighbourhoods()

/** Repeated: the setting that is best on four fifths of the series of each set is judged on the other fifth. */
function crossValidate(rounds) {
  const sums = []
  for (let round = 0; round < rounds; round++) {
    const fold = foldsOf()
    const held = Array.from({ length: FOLDS }, (_, at) => {
      const best = table.reduce((a, b) =>
        worth(b.parts, (i) => fold[i] !== at) > worth(a.parts, (i) => fold[i] !== at) ? b : a,
      )
      return best.parts.map((part, i) => (fold[i] === at ? part : undefined))
    })
    sums.push(figuresOfParts(labelled.map((_, i) => held.find((parts) => parts[i] !== undefined)[i])))
  }
  const median = (key) => sums.map((one) => one[key]).sort((a, b) => a - b)[Math.floor(sums.length / 2)]
  const text = Object.keys(sums[0]).map((key) => `${key} ${median(key).toFixed(3)}`)
  process.stdout.write(`${table.length} settings; held-back series, median of ${rounds} rounds: ${text.join(', ')}\n`)
}

/** The fold of each series: each set is dealt out evenly. */
function foldsOf() {
  const fold = new Array(labelled.length)
  const order = labelled.map((one, i) => ({ i, set: one.set, lot: random() })).sort((a, b) => a.lot - b.lot)
  const dealt = {}
  for (const { i, set } of order) {
    dealt[set] = (dealt[set] ?? Math.floor(random() * FOLDS)) + 1
    fold[i] = dealt[set] % FOLDS
  }
  return fold
}

function figuresOfParts(parts) {
  const sum = (set, at) => parts.reduce((total, part, i) => total + (labelled[i].set === set ? part[at] : 0), 0)
  const f1 = (set) => {
    const [events, found, falseAlarms] = [0, 1, 2].map((at) => sum(set, at))
    return (2 * found) / Math.max(1, events + found + falseAlarms)
  }
  const nab = (100 * (sum('nab', 4) + sum('nab', 5))) / Math.max(1, sum('nab', 5) + sum('nab', 6))
  const faPerWeek = sum('microsoft', 2) / Math.max(1e-9, sum('microsoft', 3))
  return {
    'nab.standardFixed': nab,
    'kpi.fixedF1': f1('kpi'),
    'microsoft.fixedF1': f1('microsoft'),
    'microsoft.faPerWeek': faPerWeek,
  }
}

/** How good a setting is on some of the series; the bounds are those of figures.mjs. */
function worth(parts, isIn) {
  const figures = figuresOfParts(parts.map((part, i) => (isIn(i) ? part : part.map(() => 0))))
  const steps = [
    (figures['nab.standardFixed'] - 71.5) / 10,
    (figures['kpi.fixedF1'] - 0.48) / 0.2,
    (figures['microsoft.fixedF1'] - 0.5) / 0.1,
    (0.75 - figures['microsoft.faPerWeek']) / 0.3,
  ]
  return steps.reduce((total, step) => total + Math.min(step, 0.05), 0)
}

function neighbourhoods() {
  const all = material(labelled)
  const best = [...table].sort((a, b) => b.margin - a.margin).slice(0, CANDIDATES)
  for (const { setting, margin, figures } of best) {
    const tried = Array.from({ length: NEIGHBOURS }, () => {
      const near = {
        ...nearSetting(random, setting, WIDTH),
        alarmsPerMonth: setting.alarmsPerMonth,
        bounds: setting.bounds,
      }
      return figuresOf(near, observedBy(near, all), all)
    })
    const mean = (pick) => rounded(tried.reduce((sum, one) => sum + pick(one), 0) / NEIGHBOURS)
    const near = {
      margin: mean((one) => one.margin),
      standard: mean((one) => one.figures.nab.standard),
      standardFixed: mean((one) => one.figures.nab.standardFixed),
      kpi: mean((one) => one.figures.kpi.f1),
      microsoft: mean((one) => one.figures.microsoft.f1),
      faPerWeek: mean((one) => one.figures.microsoft.faPerWeek),
    }
    process.stdout.write(
      `${table.findIndex((one) => one.setting === setting) + 1}: ${margin} ${JSON.stringify(figures)}\n   near: ${JSON.stringify(near)}\n`,
    )
  }
}
