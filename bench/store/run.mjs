// The metric store beside VictoriaMetrics, Prometheus and InfluxDB: npm run bench -- store [--part ingest|disk|query|memory|
// native|growth|crash] [--rounds 5] [--series 2000] [--kills 200] [--json FILE]. Peers come from Debian's packages; what is
// not installed is left out. Samples and questions go over HTTP on loopback; all engines run with their own settings.
import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { benchOptions } from '../measure.mjs'
import { benchCrash } from './crash.mjs'
import { benchGrowth } from './growth.mjs'
import { benchDisk, benchIngest } from './ingest.mjs'
import { benchMemory } from './memory.mjs'
import { benchNative } from './native.mjs'
import { benchQuery } from './query.mjs'
import { openStage } from './stage.mjs'
import { printRows } from './table.mjs'

const words = process.argv.slice(2)
const { json, rounds } = benchOptions(words)
const optionOf = (name, otherwise) => (words.includes(name) ? words[words.indexOf(name) + 1] : otherwise)
const say = (text) => process.stderr.write(`${text}\n`)

const PARTS = {
  ingest: { title: 'Taking in', bench: benchIngest },
  disk: { title: 'On disk', bench: benchDisk },
  query: { title: 'Asking, 24 h', bench: benchQuery },
  memory: { title: 'Memory', bench: benchMemory },
  native: { title: "The agents' own way", bench: benchNative },
  growth: { title: 'Growth', bench: benchGrowth },
  crash: { title: 'Killed', bench: benchCrash },
}
/** Taking in ends with the disk. */
const ALL = ['ingest', 'query', 'memory', 'native', 'growth', 'crash']
/** Kills of a part run by itself, and among all. */
const KILLS = 200
const KILLS_AMONG_ALL = 20

const part = optionOf('--part')
if (part !== undefined && PARTS[part] === undefined) {
  say(`There is no part ${part}; there are ${Object.keys(PARTS).join(', ')}.`)
  process.exit(64)
}
const kills = Number(optionOf('--kills', part === 'crash' ? KILLS : KILLS_AMONG_ALL))
const stage = openStage({ rounds, series: Number(optionOf('--series', 2_000)), kills, say })
const names = stage.engines.map(({ name }) => name)
const results = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, memory: totalmem(), parts: {} }
try {
  for (const name of part === undefined ? ALL : [part]) {
    const rows = await PARTS[name].bench(stage)
    results.parts[name] = rows
    printRows(PARTS[name].title, rows, names)
    if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`)
  }
} finally {
  stage.close()
}
