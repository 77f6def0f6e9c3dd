// How long an alert event and a live sample wait on a slow line with a backlog.
// npm run bench -- line [--megabytes 20] [--seconds 60] [--kilobits 64] [--json FILE]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { numberOf, textOf } from '../measure.mjs'
import { measureLine } from './measure-line.mjs'

const folder = mkdtempSync(join(tmpdir(), 'eyenet-bench-line-'))
const [megabytes, seconds, kilobits] = [
  numberOf('--megabytes', 20),
  numberOf('--seconds', 60),
  numberOf('--kilobits', 64),
]
try {
  const result = await measureLine({ folder, bps: kilobits * 1000, delayMs: 20, megabytes, seconds, series: 9_000 })
  const { events, live, late, minutes, backlogBytes, backlogSamples, backfillSamples, lasted } = result
  const show = ({ count, median, p99, most }) =>
    `${count}: median ${median.toFixed(2)} s, 99 % within ${p99.toFixed(2)} s, at most ${most.toFixed(2)} s`
  process.stdout.write(`a line of ${kilobits} kbit/s, 20 ms each way; a backlog of ${megabytes} MB
  backlog    ${backlogSamples} samples of ${minutes} minutes, ${(backlogBytes / 1e6).toFixed(0)} MB on disk
  events     ${show(events)}
  live       ${show(live)}
  late       ${late} of ${seconds} polls went to the backlog
  backlog    ${Math.round(backfillSamples / lasted)} samples/s beside them
`)
  const json = textOf('--json')
  const about = { node: process.version, cpu: cpus()[0]?.model }
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ ...about, ...result }, null, 2)}\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
