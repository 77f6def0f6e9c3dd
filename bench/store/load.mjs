// One load of a day into an engine that has nothing: CPU at the last answer, CPU when it rests, bytes when it has settled.
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { usageOf } from '../agent/processes.mjs'
import { samplesOf } from './bodies.mjs'
import { untilIdle } from './engine.mjs'
import { pushBodies } from './push.mjs'

/** Of the bodies, so many are pushed before the clock runs: series are made, code is compiled. */
const WARM_SHARE = 1 / 20

/**
 * Pushes `files[format]` into a new folder below `folder`. Answers `{ folder, perCpuSecond, withRest, perSecond, rss,
 * bytesPerSample }`; the engine has ended and its folder is kept.
 */
export async function loadOnce(kind, { folder, format = kind.format, files }) {
  const own = mkdtempSync(join(folder, `${kind.name}-`))
  const engine = await kind.start(own)
  const { file, bodies } = files[format]
  const warm = Math.ceil(bodies.length * WARM_SHARE)
  await pushBodies(engine, format, { file, bodies: bodies.slice(0, warm) })
  const counted = bodies.slice(warm)
  const samples = samplesOf(counted)
  const cpu = () => usageOf(engine.pid).cpuSeconds
  const before = { cpu: cpu(), at: performance.now() }
  await pushBodies(engine, format, { file, bodies: counted })
  const answered = { cpu: cpu(), at: performance.now() }
  await untilIdle(engine.pid)
  const rested = usageOf(engine.pid)
  const bytes = await engine.settled()
  return {
    folder: own,
    perCpuSecond: samples / (answered.cpu - before.cpu),
    withRest: samples / (rested.cpuSeconds - before.cpu),
    perSecond: (samples / (answered.at - before.at)) * 1_000,
    rss: rested.rss,
    bytesPerSample: bytes / samplesOf(bodies),
  }
}
