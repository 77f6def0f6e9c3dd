// What the parts of the benchmark share: the engines of this machine, the day's bodies, and the folder for all of it.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeBodies } from './bodies.mjs'
import { EYENET } from './eyenet.mjs'
import { fieldsFormat, lineFormat, remoteWriteFormat } from './formats.mjs'
import { INFLUXDB } from './influxdb.mjs'
import { PROMETHEUS } from './prometheus.mjs'
import { VICTORIA_METRICS } from './victoria-metrics.mjs'

const HOUR_MS = 3_600_000
const STEPS_PER_DAY = 2_880
const FORMATS = { line: lineFormat, fields: fieldsFormat, 'remote-write': remoteWriteFormat }

/** `close` removes the folder. Bodies are made when they are first asked for. */
export function openStage({ rounds, series, kills, say }) {
  const folder = mkdtempSync(join(tmpdir(), 'eyenet-bench-store-'))
  const close = () => rmSync(folder, { recursive: true, force: true })
  // A run that is ended from outside leaves nothing either.
  process.on('exit', close)
  const peers = [VICTORIA_METRICS, PROMETHEUS, INFLUXDB].filter((kind) => {
    if (!existsSync(kind.program)) say(`${kind.name}: not on this machine (apt-get install ${kind.package}), left out`)
    return existsSync(kind.program)
  })
  // A full hour that is over: no engine treats the newest samples as unfinished.
  const endMs = Math.floor((Date.now() - HOUR_MS / 6) / HOUR_MS) * HOUR_MS
  const write = ({ series, steps, formats }) =>
    writeBodies({ folder, series, steps, endMs, formats: formats.map((name) => FORMATS[name](series)) })
  let files
  let manyFields
  return {
    ...{ folder, rounds, series, kills, endMs, say, write, steps: STEPS_PER_DAY, engines: [EYENET, ...peers] },
    /** Folders with the whole day in them, by the engine's name. */
    loaded: new Map(),
    files() {
      files ??= write({ series, steps: STEPS_PER_DAY, formats: ['line', 'remote-write'] })
      return files
    },
    /** A quarter of the day. */
    manyFields() {
      manyFields ??= write({ series, steps: STEPS_PER_DAY / 4, formats: ['fields'] })
      return manyFields
    },
    close,
  }
}
