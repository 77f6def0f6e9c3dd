// EyeNet's built server as an engine of the benchmark.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freeTcpPort, runToEnd, SERVER, startReady } from '../agent/processes.mjs'
import { Connection } from './connection.mjs'
import { diskBytes, untilIdle } from './engine.mjs'

/** Options of node for the server, such as --cpu-prof. */
const FLAGS = (process.env.EYENET_BENCH_SERVER_FLAGS ?? '').split(' ').filter((word) => word !== '')

export const EYENET = { name: 'EyeNet', format: 'line', dialect: 'promql', start: startEyenet }

/** Starts the server on the data in `folder`, which is made when it is not there. */
export async function startEyenet(folder) {
  const data = join(folder, 'data')
  mkdirSync(data, { recursive: true })
  const config = join(folder, 'server.yaml')
  const server = {
    listen: `127.0.0.1:${await freeTcpPort()}`,
    mqtt: { listen: `127.0.0.1:${await freeTcpPort()}` },
    alerting: { shippedRules: false },
  }
  writeFileSync(config, JSON.stringify({ server }))
  const words = [SERVER, 'run', '--config', config, '--data', data, '--ready-json']
  const running = await startReady(words, join(folder, 'log'), FLAGS)
  const headers = { authorization: `Bearer ${tokenOf(folder, data)}` }
  return {
    ...{ folder, pid: running.pid, url: running.event.url, headers },
    connect: () => new Connection(running.event.url, headers),
    stop: running.stop,
    writePath: { line: '/write', fields: '/write' },
    /** What is durable in the log goes into chunks; then the server starts again. */
    async settled() {
      await untilIdle(running.pid)
      await running.stop()
      runToEnd([SERVER, 'store', 'compact', '--data', data])
      return diskBytes(join(data, 'store'))
    },
  }
}

/** Made once for a folder, and kept beside its data. */
function tokenOf(folder, data) {
  const file = join(folder, 'token')
  if (!existsSync(file)) {
    const words = [SERVER, 'token', 'add', '--data', data, '--role', 'operator', '--name', 'bench', '--quiet']
    writeFileSync(file, runToEnd(words), { mode: 0o600 })
  }
  return readFileSync(file, 'utf8')
}
