// A thousand agents return to a server that was killed: npm run bench -- storm [--agents 1000] [--json FILE]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { numberOf, textOf } from '../measure.mjs'
import { measureStorm } from './measure-storm.mjs'

const folder = mkdtempSync(join(tmpdir(), 'eyenet-bench-storm-'))
try {
  const result = await measureStorm({ folder, agents: numberOf('--agents', 1_000) })
  const { agents, connected, served, tries, serverCpuSeconds, serverPeakMegabytes, calmMegabytes } = result
  const show = ({ median, p99, most }) =>
    `median ${median.toFixed(1)} s, 99 % within ${p99.toFixed(1)} s, all within ${most.toFixed(1)} s`
  process.stdout.write(`${agents} agents, after the server was killed and was ready again
  let in     ${show(connected)}
  served     ${show(served)}
  tries      ${tries} connections ended or failed
  server     ${serverCpuSeconds.toFixed(1)} s of CPU, at most ${serverPeakMegabytes.toFixed(0)} MB; ${calmMegabytes.toFixed(0)} MB before
`)
  const json = textOf('--json')
  const about = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length }
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ ...about, ...result }, null, 2)}\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
