// What judging costs: the agent's whole path from samples in to verdicts out, without a model and with the shipped one; the
// state it keeps; the memory of an agent that polls; and a k-means detector of 18 models per metric beside it.
// npm run bench -- detect [--series 5000] [--rounds 5] [--part cost|memory] [--json FILE]
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { STATE_BYTES } from '@eyenet/shared/judge'
import { AnomalyConfig } from '@eyenet/shared/wire'
import { Detector } from '../../agent/dist/detect/detector.js'
import { benchOptions, measureInTurns, median, numberOf, report, textOf } from '../measure.mjs'
import { agentMemory } from './agent-memory.mjs'
import { KMeansDetectors, MODELS, TRAIN_EVERY, windowOf } from './kmeans-detector.mjs'
import { CountingOutbox, MONDAY, mulberry, SyntheticSite } from './synthetic-polls.mjs'

const SERIES = numberOf('--series', 5_000)
const PART = textOf('--part')
/** Ticks of one round, and those before the first, so that calibration has begun. */
const TICKS = 30
const WARM_TICKS = 200
/** Metrics that are trained in one round of training. */
const TRAINED = 20
/** Tables by place in roster, gatherer, book, rows and rates, and the look-up by id. */
const AGENT_BYTES = 4 + 4 + 1 + 1 + 8 + 8 + 8 + 24 + 8 + 1 + 4 + 4 + 4 + 4
const SHIPPED =
  process.env.EYENET_BENCH_MODEL ?? fileURLToPath(new URL('../../shared/models/base.onnx', import.meta.url))
const options = benchOptions()
const folder = mkdtempSync(join(tmpdir(), 'eyenet-bench-detect-'))

try {
  if (PART === undefined || PART === 'cost') await cost()
  if (PART === undefined || PART === 'memory') await memory()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function cost() {
  const plain = await watched('plain', undefined)
  const contenders = { 'detectors alone': () => plain.run() }
  if (existsSync(SHIPPED)) {
    const modelled = await watched('modelled', SHIPPED)
    contenders['with the shipped model'] = () => modelled.run()
  }
  const kmeans = watchedByKMeans()
  contenders[`k-means, ${MODELS} models: judging`] = () => kmeans.judge()
  contenders[`k-means, ${MODELS} models: training`] = () => kmeans.train()
  const values = await measureInTurns(contenders, options.rounds)
  report({ title: `judging ${SERIES} series`, unit: 'us CPU per series and tick', values, json: options.json })
  const own = STATE_BYTES + AGENT_BYTES
  say(`state: ${STATE_BYTES} octets per series and ${AGENT_BYTES} of the agent's tables: ${own}`)
  say(`k-means: ${kmeans.bytes} octets per metric for centres and recent samples; its documentation says some 18 KB`)
  for (const [name, all] of values) if (name.startsWith('k-means')) say(`${name}: ${median(all).toFixed(3)}`)
}

/** The agent's detector fed with a synthetic site. */
async function watched(name, shippedModel) {
  const outbox = new CountingOutbox()
  const site = new SyntheticSite(outbox, SERIES)
  const quiet = () => {}
  const logger = { info: quiet, warn: console.warn, error: console.error, debug: quiet }
  let now = MONDAY
  const detector = new Detector({
    ...{ dataDir: mkdtempSync(join(folder, name)), shippedModel: shippedModel ?? join(folder, 'none') },
    ...{ outbox, labels: { site: 'bench', agent: 'bench' }, logger },
    clock: { now: () => now, monotonicMs: () => performance.now(), after: afterOf() },
    settings: AnomalyConfig.parse({ maxSeries: Math.max(SERIES, 10) }),
    vouch: async () => ({ kind: 'refused', reason: 'nobody signs here' }),
    onModels: quiet,
  })
  detector.start()
  await detector.settled()
  for (const { id, state, reason } of detector.status().models) {
    if (state !== 'running') throw new Error(`the model ${id} does not run: ${reason}`)
  }
  let tick = 0
  const run = async (ticks) => {
    let spent = 0
    for (let one = 0; one < ticks; one++) {
      const polls = site.polls(tick++)
      now = polls[0].time
      const before = process.cpuUsage()
      detector.take(polls)
      await detector.settled()
      await nextTurn()
      const { user, system } = process.cpuUsage(before)
      spent += user + system
    }
    return spent / (ticks * SERIES)
  }
  await run(WARM_TICKS)
  return { run: () => run(TICKS) }
}

/** Timers of the detector that are not what is measured never run. */
function afterOf() {
  return () => () => {}
}

function watchedByKMeans() {
  const random = mulberry(2)
  const detectors = new KMeansDetectors(SERIES)
  const windows = Array.from({ length: TRAINED }, () => windowOf(random))
  for (let series = 0; series < SERIES; series++) {
    for (let model = 0; model < MODELS; model++) if (series < TRAINED) detectors.train(series, model, windows[series])
  }
  const values = new Float64Array(SERIES)
  const judge = () => {
    let spent = 0
    for (let tick = 0; tick < TICKS; tick++) {
      for (let series = 0; series < SERIES; series++) values[series] = windows[series % TRAINED][tick]
      const before = process.cpuUsage()
      detectors.tick(values)
      const { user, system } = process.cpuUsage(before)
      spent += user + system
    }
    return spent / (TICKS * SERIES)
  }
  /** One model of a metric every TRAIN_EVERY ticks. */
  const train = () => {
    const before = process.cpuUsage()
    for (let series = 0; series < TRAINED; series++) detectors.train(series, 0, windows[series])
    const { user, system } = process.cpuUsage(before)
    return (user + system) / (TRAINED * TRAIN_EVERY)
  }
  return { judge, train, bytes: detectors.bytesPerSeries }
}

async function memory() {
  for (const enabled of [false, true]) {
    const { series, models, rss, peak } = await agentMemory({ folder, series: SERIES, enabled })
    const what = enabled ? `judging ${series} series, models: ${models}` : 'judging nothing'
    say(`agent ${what}: ${rss.toFixed(1)} MB resident, ${peak.toFixed(1)} MB at most`)
  }
}

function say(text) {
  process.stdout.write(`${text}\n`)
}
