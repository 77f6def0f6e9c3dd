// Debian's influxdb 1.6 as an engine of the benchmark.
import { spawnSync } from 'node:child_process'
import { freeTcpPort } from '../agent/processes.mjs'
import { Connection } from './connection.mjs'
import { diskBytes, startProgram, untilIdle } from './engine.mjs'

const PROGRAM = '/usr/bin/influxd'

export const INFLUXDB = {
  ...{ name: 'InfluxDB', program: PROGRAM, package: 'influxdb' },
  ...{ format: 'line', dialect: 'influxql', start },
}

/** Its settings by their names in the environment. Shards are compacted when nobody wrote to them for so long. */
const SETTINGS = {
  INFLUXDB_REPORTING_DISABLED: 'true',
  INFLUXDB_MONITOR_STORE_ENABLED: 'false',
  INFLUXDB_HTTP_LOG_ENABLED: 'false',
  INFLUXDB_DATA_QUERY_LOG_ENABLED: 'false',
  INFLUXDB_DATA_CACHE_SNAPSHOT_WRITE_COLD_DURATION: '5s',
  INFLUXDB_DATA_COMPACT_FULL_WRITE_COLD_DURATION: '5s',
}

async function start(folder) {
  const url = `http://127.0.0.1:${await freeTcpPort()}`
  const data = `${folder}/data`
  const env = {
    ...SETTINGS,
    INFLUXDB_META_DIR: `${data}/meta`,
    INFLUXDB_DATA_DIR: `${data}/data`,
    INFLUXDB_DATA_WAL_DIR: `${data}/wal`,
    INFLUXDB_HTTP_BIND_ADDRESS: new URL(url).host,
    INFLUXDB_BIND_ADDRESS: `127.0.0.1:${await freeTcpPort()}`,
  }
  const ready = { readyUrl: `${url}/ping`, logFile: `${folder}/log` }
  const running = await startProgram({ program: PROGRAM, words: ['run', '-config', '/dev/null'], env, ...ready })
  const connect = () => new Connection(url)
  const connection = connect()
  await connection.good('POST', `/query?q=${encodeURIComponent('CREATE DATABASE bench')}`)
  connection.close()
  return {
    ...{ folder, url, connect, pid: running.pid, stop: running.stop },
    writePath: { line: '/write?db=bench', fields: '/write?db=bench' },
    async settled() {
      await untilCompacted(`${data}/wal`, running.pid)
      await running.stop()
      return diskBytes(data)
    },
  }
}

/** Its cold caches are written, its shards compacted: the log has no segment with points any more, and it rests. */
async function untilCompacted(wal, pid) {
  const segments = () => Number(spawnSync('sh', ['-c', `find ${wal} -name '*.wal' -size +0 | wc -l`]).stdout.toString())
  for (let looks = 0; looks < 60 && segments() > 0; looks++) await untilIdle(pid)
  await untilIdle(pid)
}
