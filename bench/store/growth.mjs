// How the figures grow with the series, EyeNet beside VictoriaMetrics: as many samples each time, in fewer steps.
import { rmSync } from 'node:fs'
import { usageOf } from '../agent/processes.mjs'
import { median } from '../measure.mjs'
import { STEP_MS } from './bodies.mjs'
import { loadOnce } from './load.mjs'
import { pathOf, QUESTIONS } from './questions.mjs'
import { row } from './table.mjs'

/** Of the day's series. */
const SIZES = [0.5, 5, 50]
/** Steps with the most series, and what all are asked for. */
const STEPS = 29
const REPEATS = 9

export async function benchGrowth(stage) {
  const kinds = stage.engines.filter(({ name }) => ['EyeNet', 'VictoriaMetrics'].includes(name))
  const rows = []
  for (const size of SIZES) {
    const series = Math.round(stage.series * size)
    const steps = Math.round((STEPS * SIZES.at(-1)) / size)
    const files = stage.write({ series, steps, formats: ['line'] })
    const found = Object.fromEntries(kinds.map(({ name }) => [name, []]))
    for (const kind of kinds) {
      const load = await loadOnce(kind, { folder: stage.folder, files })
      found[kind.name].push({ ...load, ...(await asked(kind, { folder: load.folder, endMs: stage.endMs })) })
      rmSync(load.folder, { recursive: true })
      stage.say(`${series} series: ${kind.name}`)
    }
    rmSync(files.line.file)
    const of = (field) => Object.fromEntries(kinds.map(({ name }) => [name, found[name].map((one) => one[field])]))
    const at = `${series.toLocaleString('en')} series`
    rows.push(
      row({ what: `${at}: ingest`, unit: 'samples per CPU second', values: of('perCpuSecond'), more: true }),
      row({ what: `${at}: on disk`, unit: 'bytes per sample', values: of('bytesPerSample') }),
      row({ what: `${at}: memory after loading`, unit: 'MB', values: of('rss') }),
      row({ what: `${at}: memory after a start and questions`, unit: 'MB', values: of('rssAfter') }),
      ...QUESTIONS.map(({ what }) => row({ what: `${at}: ${what}, 14 minutes`, unit: 'ms', values: of(what) })),
    )
  }
  return rows
}

/** The median wait of each question over the last steps, by its name. */
async function asked(kind, { folder, endMs }) {
  const engine = await kind.start(folder)
  const connection = engine.connect()
  const waits = {}
  for (const question of QUESTIONS) {
    const path = pathOf(question, { dialect: kind.dialect, startMs: endMs - (STEPS - 1) * STEP_MS, endMs })
    const all = []
    for (let at = 0; at < REPEATS; at++) {
      const began = performance.now()
      await connection.good('GET', path)
      all.push(performance.now() - began)
    }
    waits[question.what] = median(all)
  }
  const rssAfter = usageOf(engine.pid).rss
  connection.close()
  await engine.stop()
  return { ...waits, rssAfter }
}
