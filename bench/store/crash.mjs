// kill -9 while samples are pushed: what was acknowledged is there, once, after the start that follows; and how long that
// start takes for what it has to read again.
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { median } from '../measure.mjs'
import { CrashWriter } from './crash-writer.mjs'
import { startEyenet } from './eyenet.mjs'
import { pushBodies } from './push.mjs'
import { row } from './table.mjs'

const WRITERS = 3
/** The kill comes so long after the first answer, at most. */
const MOST_MS = 1_500
/** Below the samples in memory at which the server writes them to chunks. */
const START_UP_STEPS = 950
const SEED = 7

/** Kills `stage.kills` times. A sample that is lost, doubled or changed rejects, with its place and the number of the kill. */
export async function benchCrash(stage) {
  const folder = mkdtempSync(join(stage.folder, 'crash-'))
  const chance = chancesOf(SEED)
  const baseMs = Date.now() - 3_600_000 * 12
  const writers = Array.from({ length: WRITERS }, (_, number) => new CrashWriter(number, { baseMs, chance }))
  let server = await startEyenet(folder)
  for (let kill = 1; kill <= stage.kills; kill++) {
    const first = firstCall()
    const dies = first.called.then(() => pause(chance() * MOST_MS)).then(() => server.stop('SIGKILL'))
    await Promise.all(writers.map((writer) => writer.writeUntilItFails(server, first.call)))
    await dies
    server = await startEyenet(folder)
    for (const writer of writers) await writer.check(server, { from: writer.stepsAtKill.at(-3) ?? 0, kill })
    if (kill % 10 === 0) stage.say(`${kill} kills: ${told(writers)}`)
  }
  let kept = 0
  for (const writer of writers) kept += await writer.check(server, { from: 0, kill: stage.kills })
  await server.stop()
  stage.say(
    `${stage.kills} kills, seed ${SEED}; all read once more: ${told(writers)}; ${kept} of those without are there`,
  )
  return startUpRows(stage)
}

/** A promise for the first call. */
function firstCall() {
  const found = {}
  found.called = new Promise((resolve) => {
    found.call = resolve
  })
  return found
}

function told(writers) {
  const sum = (field) => writers.reduce((total, writer) => total + writer.counts[field], 0).toLocaleString('en')
  return `${sum('acknowledged')} samples acknowledged, all there once; ${sum('unanswered')} in requests without an answer; ${sum('again')} sent again; ${sum('refused')} requests refused`
}

/** The start after a kill with as many samples in the log as there may be, less the start of an empty server. */
async function startUpRows(stage) {
  const { line } = stage.write({ series: stage.series, steps: START_UP_STEPS, formats: ['line'] })
  const [times, slopes] = [[], []]
  for (let round = 0; round < stage.rounds; round++) {
    const folder = mkdtempSync(join(stage.folder, 'start-'))
    const first = await startEyenet(folder)
    await first.stop()
    const emptyBegan = performance.now()
    const server = await startEyenet(folder)
    const emptyMs = performance.now() - emptyBegan
    await pushBodies(server, 'line', line)
    await server.stop('SIGKILL')
    const began = performance.now()
    const again = await startEyenet(folder)
    const ms = performance.now() - began
    const millions = (await headSamples(again)) / 1e6
    times.push(ms / 1_000)
    slopes.push((ms - emptyMs) / 1_000 / millions)
    stage.say(
      `start with ${millions.toFixed(2)} million head samples: ${ms.toFixed(0)} ms, empty ${emptyMs.toFixed(0)} ms`,
    )
    await again.stop()
  }
  stage.say(`median start ${median(times).toFixed(2)} s`)
  const unit = 's per million head samples'
  return [
    row({ what: 'start after kill -9', unit: 's', values: { EyeNet: times } }),
    row({ what: 'the same, less an empty start', unit, values: { EyeNet: slopes }, wanted: 2, absolute: true }),
  ]
}

async function headSamples(server) {
  const connection = server.connect()
  const page = (await connection.good('GET', '/metrics')).toString()
  connection.close()
  const found = /^eyenet_server_store_head_samples(?:\{\})? (\S+)/m.exec(page)
  if (found === null) throw new Error('the metrics page does not tell eyenet_server_store_head_samples')
  return Number(found[1])
}

/** Numbers from 0 to 1 by mulberry32. */
function chancesOf(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
