// The detector over labelled series: npm run bench -- anomaly [--data DIR] [--out DIR]
// DIR of --data has labels.json, series/*.csv and, if it is there, score.mjs, whose table is printed. DIR of --out gets
// <name>.csv (timestamp,score). One pass, no look ahead, the setting and the model that ship, the same for all series.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { SHIPPED_MODEL } from '../../agent/dist/detect/detect.js'
import { loadOnnx } from '../../agent/dist/detect/onnx-model.js'
import { textOf } from '../measure.mjs'
import { readLabelledSeries } from './labelled-series.mjs'
import { scoreTogether } from './score-together.mjs'

const named = textOf('--data')
const data = named ?? resolve('../shared/anomaly')
if (existsSync(join(data, 'labels.json'))) await run()
else if (named !== undefined) {
  process.stderr.write(`anomaly: there is no ${join(data, 'labels.json')}; --data names a folder of labelled series.\n`)
  process.exitCode = 66
} else {
  process.stdout.write(
    `anomaly: skipped, there is no ${join(data, 'labels.json')}. Name a folder of labelled series with --data.\n`,
  )
}

async function run() {
  const asked = textOf('--out')
  const out = asked ?? mkdtempSync(join(tmpdir(), 'eyenet-bench-anomaly-'))
  try {
    mkdirSync(out, { recursive: true })
    await writeScores(readLabelledSeries(data), out)
    const scorer = join(data, 'score.mjs')
    if (!existsSync(scorer)) return
    const { status } = spawnSync(process.execPath, [scorer, '--data', data, '--scores', out], { stdio: 'inherit' })
    process.exitCode = status ?? 1
  } finally {
    if (asked === undefined) rmSync(out, { recursive: true, force: true })
  }
}

async function writeScores(series, out) {
  const loaded = await loadOnnx(readFileSync(SHIPPED_MODEL))
  if (loaded.kind === 'refused') process.stdout.write(`without a model, as an agent would run: ${loaded.reason}\n`)
  const began = process.cpuUsage()
  const scores = await scoreTogether(series, loaded.model)
  const { user, system } = process.cpuUsage(began)
  const rows = scores.reduce((sum, one) => sum + one.length, 0)
  for (const [i, { name, stamps }] of series.entries()) {
    const lines = stamps.map((stamp, row) => `${stamp},${Number(scores[i][row].toPrecision(7))}\n`)
    writeFileSync(join(out, `${name}.csv`), `timestamp,score\n${lines.join('')}`)
  }
  process.stdout.write(
    `${series.length} series, ${rows} samples, ${((user + system) / rows).toFixed(2)} us of CPU a sample\n`,
  )
}
