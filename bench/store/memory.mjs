// Resident memory with 100,000 active series: ten samples of each are pushed, then all rest.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { usageOf } from '../agent/processes.mjs'
import { pushBodies } from './push.mjs'
import { row } from './table.mjs'

/** For each series of the day. */
const TIMES_THE_SERIES = 50
const STEPS = 10
const REST_MS = 30_000

export async function benchMemory(stage) {
  const series = stage.series * TIMES_THE_SERIES
  const files = stage.write({ series, steps: STEPS, formats: ['line', 'remote-write'] })
  const values = Object.fromEntries(stage.engines.map(({ name }) => [name, []]))
  const folder = mkdtempSync(join(stage.folder, 'memory-'))
  for (const kind of stage.engines) {
    const own = join(folder, kind.name)
    mkdirSync(own)
    const engine = await kind.start(own)
    await pushBodies(engine, kind.format, files[kind.format])
    await pause(REST_MS)
    values[kind.name].push(usageOf(engine.pid).rss)
    await engine.stop()
  }
  rmSync(folder, { recursive: true })
  const what = `memory at ${series.toLocaleString('en')} active series, ${STEPS} samples each`
  return [row({ what, unit: 'MB', values, wanted: 1 })]
}
