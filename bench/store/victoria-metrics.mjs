// Debian's victoria-metrics as an engine of the benchmark, with its own settings but for the time that it keeps samples.
import { rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { freeTcpPort } from '../agent/processes.mjs'
import { Connection } from './connection.mjs'
import { diskBytes, startProgram, untilIdle } from './engine.mjs'

const PROGRAM = '/usr/bin/victoria-metrics'

export const VICTORIA_METRICS = {
  ...{ name: 'VictoriaMetrics', program: PROGRAM, package: 'victoria-metrics' },
  ...{ format: 'line', dialect: 'promql', start },
  /** Without it, a question that is repeated is answered from the last answer. */
  withoutCache: '&nocache=1',
}

/** With `forgets`, what it has kept of its answers over the restart is gone. */
async function start(folder, { forgets = false } = {}) {
  const url = `http://127.0.0.1:${await freeTcpPort()}`
  const data = `${folder}/data`
  if (forgets) rmSync(`${data}/cache/rollupResult`, { recursive: true, force: true })
  // Months. A sample of a day that has just begun in the calendar is not old.
  const words = ['-retentionPeriod=2', `-storageDataPath=${data}`, `-httpListenAddr=${new URL(url).host}`]
  const running = await startProgram({ program: PROGRAM, words, readyUrl: `${url}/health`, logFile: `${folder}/log` })
  const connect = () => new Connection(url)
  return {
    ...{ folder, url, connect, pid: running.pid, stop: running.stop },
    writePath: { line: '/write', fields: '/write' },
    /** All parts of the month merged into one. Its caches, which it may lose, are not counted. */
    async settled() {
      const connection = connect()
      await connection.good('GET', '/internal/force_flush')
      await untilIdle(running.pid)
      await connection.good('GET', '/internal/force_merge')
      do await pause(500)
      while (/^vm_active_force_merges [1-9]/m.test((await connection.good('GET', '/metrics')).toString()))
      await untilIdle(running.pid)
      connection.close()
      await running.stop()
      return diskBytes(`${data}/data`, `${data}/indexdb`)
    },
  }
}
