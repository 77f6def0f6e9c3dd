// npm run bench -- train [--series N] [--days N] [--seed N] [--json FILE]: trains a model of made series, 288 samples a day
// each, in one thread, and says what it took. The series are made before the clock starts.
import { writeFileSync } from 'node:fs'
import { madeSeries } from '../../server/dist/learn/base-model/made-series.js'
import { trainModel } from '../../server/dist/learn/training/training.js'
import { numberOf, textOf } from '../measure.mjs'

const SAMPLES_PER_DAY = 288
const count = numberOf('--series', 1_000)
const days = numberOf('--days', 28)
const seed = numberOf('--seed', 1)

const series = madeSeries({
  count,
  seed,
  samples: days * SAMPLES_PER_DAY,
  days: { least: days, most: days },
  intervals: [[300, 1]],
})
const samples = series.reduce((sum, { times }) => sum + times.length, 0)
const [begun, cpu] = [performance.now(), process.cpuUsage()]
let step = ''
const parts = {}
let since = begun
const { evaluation, rows } = trainModel(
  { series, seed, settings: { alarmsPerMonth: 1, deviceAlarmsPerWeek: 1 } },
  (_share, now) => {
    parts[now] = (parts[now] ?? 0) + (performance.now() - since) / 1_000
    since = performance.now()
    if (now !== step) process.stderr.write(`${now}\n`)
    step = now
  },
)
const used = process.cpuUsage(cpu)
const result = {
  series: count,
  days,
  samples,
  rows,
  seconds: (performance.now() - begun) / 1_000,
  cpuSeconds: (used.user + used.system) / 1e6,
  parts,
  peakRssMB: process.resourceUsage().maxRSS / 1_024,
  node: process.version,
  evaluation,
}
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
const file = textOf('--json')
if (file !== undefined) writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`)
