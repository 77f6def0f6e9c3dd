// Debian's prometheus as an engine of the benchmark. It scrapes nothing and takes samples by remote write.
import { writeFileSync } from 'node:fs'
import { freeTcpPort } from '../agent/processes.mjs'
import { Connection } from './connection.mjs'
import { diskBytes, startProgram, untilIdle } from './engine.mjs'

const PROGRAM = '/usr/bin/prometheus'

export const PROMETHEUS = {
  ...{ name: 'Prometheus', program: PROGRAM, package: 'prometheus' },
  ...{ format: 'remote-write', dialect: 'promql', start },
}

async function start(folder) {
  const url = `http://127.0.0.1:${await freeTcpPort()}`
  const data = `${folder}/data`
  const config = `${folder}/prometheus.yml`
  writeFileSync(config, 'global: { scrape_interval: 1h }\n')
  const words = [
    ...[`--config.file=${config}`, `--storage.tsdb.path=${data}`, '--storage.tsdb.retention.time=60d'],
    ...['--web.enable-remote-write-receiver', '--web.enable-admin-api', '--log.level=warn'],
    `--web.listen-address=${new URL(url).host}`,
  ]
  const ready = { readyUrl: `${url}/-/ready`, logFile: `${folder}/log` }
  const running = await startProgram({ program: PROGRAM, words, ...ready })
  const connect = () => new Connection(url)
  return {
    ...{ folder, url, connect, pid: running.pid, stop: running.stop },
    writePath: { 'remote-write': '/api/v1/write' },
    /** A snapshot: all blocks, and one block of what is still in its head. Its log of that head is not counted. */
    async settled() {
      await untilIdle(running.pid)
      const connection = connect()
      const answer = await connection.good('POST', '/api/v1/admin/tsdb/snapshot')
      connection.close()
      await running.stop()
      return diskBytes(`${data}/snapshots/${JSON.parse(answer.toString()).data.name}`)
    },
  }
}
