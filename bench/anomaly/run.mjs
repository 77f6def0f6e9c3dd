// The detector over labelled series: npm run bench -- anomaly [--data DIR] [--out DIR]
// DIR of --data has labels.json, series/*.csv and, if it is there, score.mjs, whose table is printed. DIR of --out gets
// <name>.csv (timestamp,score). One pass, no look ahead, the setting that ships, the same for all series.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { textOf } from '../measure.mjs'
import { readLabelledSeries } from './labelled-series.mjs'
import { scoreSeries } from './score-series.mjs'

const named = textOf('--data')
const data = named ?? resolve('../shared/anomaly')
if (existsSync(join(data, 'labels.json'))) run()
else if (named !== undefined) {
  process.stderr.write(`anomaly: there is no ${join(data, 'labels.json')}; --data names a folder of labelled series.\n`)
  process.exitCode = 66
} else {
  process.stdout.write(
    `anomaly: skipped, there is no ${join(data, 'labels.json')}. Name a folder of labelled series with --data.\n`,
  )
}

function run() {
  const asked = textOf('--out')
  const out = asked ?? mkdtempSync(join(tmpdir(), 'eyenet-bench-anomaly-'))
  try {
    mkdirSync(out, { recursive: true })
    writeScores(readLabelledSeries(data), out)
    const scorer = join(data, 'score.mjs')
    if (!existsSync(scorer)) return
    const { status } = spawnSync(process.execPath, [scorer, '--data', data, '--scores', out], { stdio: 'inherit' })
    process.exitCode = status ?? 1
  } finally {
    if (asked === undefined) rmSync(out, { recursive: true, force: true })
  }
}

function writeScores(series, out) {
  let [rows, spent] = [0, 0]
  for (const one of series) {
    const began = process.cpuUsage()
    const scores = scoreSeries(one)
    const used = process.cpuUsage(began)
    spent += used.user + used.system
    rows += scores.length
    const lines = one.stamps.map((stamp, i) => `${stamp},${Number(scores[i].toPrecision(7))}\n`)
    writeFileSync(join(out, `${one.name}.csv`), `timestamp,score\n${lines.join('')}`)
  }
  process.stdout.write(`${series.length} series, ${rows} samples, ${(spent / rows).toFixed(2)} us of CPU a sample\n`)
}
