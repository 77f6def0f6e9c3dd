// The real server as a process, for benchmarks of the link: agents enrol with it, it is killed and started again.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { enrol } from '../../agent/dist/uplink/uplink.js'
import { freeTcpPort, runToEnd, SERVER, startReady, usageOf } from '../agent/processes.mjs'

const HOST = '127.0.0.1'
const SITE = 'bench'

/** Flags of Node for the server, such as --cpu-prof, from the environment. */
const FLAGS = (process.env.EYENET_BENCH_SERVER_FLAGS ?? '').split(' ').filter((word) => word !== '')

/** Starts a server whose data lie in `folder`. */
export async function openLinkServer(folder) {
  mkdirSync(folder, { recursive: true })
  const [port, mqttPort] = [await freeTcpPort(), await freeTcpPort()]
  const words = [
    ...[SERVER, 'run', '--data', folder, '--listen', `${HOST}:${port}`],
    ...['--mqtt-listen', `${HOST}:${mqttPort}`, '--ready-json'],
  ]
  const start = () => startReady(words, join(folder, 'server.log'), FLAGS)
  let running = await start()
  const url = `http://${HOST}:${port}`
  const naming = ['--data', folder, '--role', 'admin', '--name', 'bench', '--quiet']
  const headers = { authorization: `Bearer ${runToEnd([SERVER, 'token', 'add', ...naming])}` }
  const ask = async (path, body) => {
    const posted = body && {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }
    const reply = await fetch(new URL(path, url), posted ?? { headers })
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
    return reply.json()
  }
  return {
    url,
    mqttPort,
    ask,
    /** Gives the identity of a new agent; what it keeps lies in `dataDir`. */
    async enrol(dataDir) {
      const { token } = await ask('/api/v1/agents/enrolment-tokens', { site: SITE })
      return enrol({ serverUrl: url, token, dataDir, version: '0.0.0' })
    },
    /** The value of an instant query; NaN where it has none. */
    async number(query) {
      const { data } = await ask(`/api/v1/query?query=${encodeURIComponent(query)}`)
      return Number(data?.result?.[0]?.value?.[1] ?? Number.NaN)
    },
    usage: () => usageOf(running.pid),
    stop: (signal) => running.stop(signal),
    async restart() {
      await running.stop('SIGKILL')
      running = await start()
    },
  }
}
