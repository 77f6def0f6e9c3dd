// A buffer of days with 10,000 series each minute drains: one agent, and some at once.
// npm run bench -- drain [--days 7] [--minutes N, in place of days] [--agents 10] [--series 9990] [--part one|many] [--json FILE]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { numberOf, textOf } from '../measure.mjs'
import { measureDrain } from './measure-drain.mjs'

const MEGABYTE = 1e6
const minutes = numberOf('--minutes', numberOf('--days', 7) * 1_440)
const series = numberOf('--series', 9_990)
const parts = { one: 1, many: numberOf('--agents', 10) }
const part = textOf('--part')
const results = []
for (const [name, agents] of Object.entries(parts)) {
  if (part !== undefined && part !== name) continue
  // Ten weeks would take ten times the disk; a day each shows how they share.
  const each = name === 'one' ? minutes : Math.min(minutes, 1_440)
  const folder = mkdtempSync(join(tmpdir(), 'eyenet-bench-drain-'))
  try {
    const result = await measureDrain({ folder, agents, minutes: each, series })
    results.push(result)
    print(result)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
const json = textOf('--json')
const about = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length }
if (json !== undefined) writeFileSync(json, `${JSON.stringify({ ...about, results }, null, 2)}\n`)

function print(result) {
  const { agents, bytes, samples, seconds, timesRealTime, samplesPerSecond, live, late, dropped } = result
  process.stdout.write(`${agents} agent${agents > 1 ? 's at once' : ''}, ${result.minutes} minutes of ${result.series} series each
  on disk    ${(bytes / MEGABYTE).toFixed(0)} MB, ${(bytes / samples).toFixed(2)} bytes per sample (${samples} samples)
  drained    in ${seconds.toFixed(1)} s: ${timesRealTime.toFixed(0)} times real time, ${Math.round(samplesPerSecond)} samples/s; ${dropped} dropped
  live       ${live.count}: median ${live.median.toFixed(2)} s, at most ${live.most.toFixed(2)} s until acknowledged; ${late} went to the backlog
  CPU        agents ${result.agentCpuSeconds.toFixed(1)} s, server ${result.serverCpuSeconds.toFixed(1)} s; server at most ${result.serverPeakMegabytes.toFixed(0)} MB
`)
}
