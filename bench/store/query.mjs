// Asking: each question as the first one after a start, with pages of the disk forgotten, and again and again.
import { usageOf } from '../agent/processes.mjs'
import { median } from '../measure.mjs'
import { answersDiffer } from './answers.mjs'
import { STEP_MS } from './bodies.mjs'
import { forgetPages, untilIdle } from './engine.mjs'
import { loadInTurns } from './ingest.mjs'
import { pathOf, QUESTIONS } from './questions.mjs'
import { row } from './table.mjs'

export async function benchQuery(stage) {
  if (stage.loaded.size === 0) await loadInTurns(stage, 1)
  // 60 s after the first sample, on a full minute: no engine has to move it to its step.
  const span = { startMs: stage.endMs - stage.steps * STEP_MS + 60_000, endMs: stage.endMs }
  const first = await askedFirst(stage, span)
  const again = await askedAgain(stage, span)
  return QUESTIONS.flatMap((question) => {
    const { what } = question
    return [
      row({ what: `${what}, first after a start`, unit: 'ms', values: first.get(question), wanted: 1 }),
      row({ what: `${what}, repeated`, unit: 'ms', values: again.get(question).wall, wanted: 1 }),
      row({ what: `${what}, repeated`, unit: 'CPU ms', values: again.get(question).cpu }),
      row({
        what: `${what}, repeated, VictoriaMetrics without its cache`,
        unit: 'ms',
        values: again.get(question).plain,
      }),
    ]
  })
}

const emptyFor = (stage) => Object.fromEntries(stage.engines.map(({ name }) => [name, []]))

async function askedFirst(stage, span) {
  const found = new Map(QUESTIONS.map((question) => [question, emptyFor(stage)]))
  for (let round = 0; round < stage.rounds; round++) {
    for (const question of QUESTIONS) {
      for (const kind of stage.engines) {
        const folder = stage.loaded.get(kind.name)
        forgetPages(folder)
        const engine = await kind.start(folder, { forgets: true })
        const connection = engine.connect()
        const began = performance.now()
        await connection.good('GET', pathOf(question, { ...span, dialect: kind.dialect }))
        found.get(question)[kind.name].push(performance.now() - began)
        connection.close()
        await engine.stop()
      }
    }
    stage.say(`round ${round + 1} of first questions`)
  }
  return found
}

async function askedAgain(stage, span) {
  const found = new Map(
    QUESTIONS.map((question) => [question, { wall: emptyFor(stage), cpu: emptyFor(stage), plain: emptyFor(stage) }]),
  )
  const running = []
  for (const kind of stage.engines) running.push({ kind, engine: await kind.start(stage.loaded.get(kind.name)) })
  for (const { engine } of running) await untilIdle(engine.pid)
  for (const question of QUESTIONS) {
    // The round before the first warms up.
    for (let round = -1; round < stage.rounds; round++) {
      for (const { kind, engine } of running) {
        const repeats = question.repeats[kind.dialect]
        const path = pathOf(question, { ...span, dialect: kind.dialect })
        const plain = pathOf(question, { ...span, dialect: kind.dialect, extra: kind.withoutCache })
        const asked = await askMany(engine, path, repeats)
        const askedPlain = kind.withoutCache === undefined ? asked : await askMany(engine, plain, repeats)
        if (round < 0) continue
        found.get(question).wall[kind.name].push(asked.wallMs)
        found.get(question).cpu[kind.name].push(asked.cpuMs)
        found.get(question).plain[kind.name].push(askedPlain.wallMs)
      }
    }
    await compareAnswers(stage, { running, question, span })
  }
  for (const { engine } of running) await engine.stop()
  return found
}

/** Windows that begin before the first sample: VictoriaMetrics divides by another time there. */
const FIRST_WINDOWS_MS = 300_000

/**
 * Says whether the answers agree. They are asked half a step later, where no sample lies on the edge of a window: whether
 * such a one belongs to it differs between Prometheus 2 and 3.
 */
async function compareAnswers(stage, { running, question, span }) {
  const moved = { startMs: span.startMs + FIRST_WINDOWS_MS + STEP_MS / 2, endMs: span.endMs - STEP_MS / 2 }
  const answers = new Map()
  for (const { kind, engine } of running) {
    if (kind.dialect !== 'promql') continue
    const connection = engine.connect()
    const path = pathOf(question, { ...moved, dialect: kind.dialect, extra: kind.withoutCache })
    answers.set(kind.name, await connection.good('GET', path))
    connection.close()
  }
  for (const [name, body] of answers) {
    if (name !== 'EyeNet') stage.say(`${question.what}: ${answersDiffer(answers.get('EyeNet'), body, name)}`)
  }
}

/** The median of the waits, and the CPU per question. */
async function askMany(engine, path, repeats) {
  const connection = engine.connect()
  const waits = []
  const before = usageOf(engine.pid).cpuSeconds
  for (let at = 0; at < repeats; at++) {
    const began = performance.now()
    await connection.good('GET', path)
    waits.push(performance.now() - began)
  }
  const cpuMs = ((usageOf(engine.pid).cpuSeconds - before) * 1_000) / repeats
  connection.close()
  return { wallMs: median(waits), cpuMs }
}
