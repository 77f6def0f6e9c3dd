// A server that is killed and started again under many agents: how soon all are served, and at what cost.
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { spreadOf } from '../link/link-agent.mjs'
import { openLinkServer } from '../link/link-server.mjs'
import { StormAgent } from './storm-agents.mjs'

const LOOK_MS = 100
const ENROL_AT_ONCE = 20
const MAX_SECONDS = 300

/** Seconds after the server was ready again until agents were let in and served, and what the server used till then. */
export async function measureStorm({ folder, agents: count }) {
  const server = await openLinkServer(join(folder, 'server'))
  const agents = []
  try {
    for (let at = 0; at < count; at += ENROL_AT_ONCE) {
      const some = Array.from({ length: Math.min(ENROL_AT_ONCE, count - at) }, (_, one) => at + one)
      const enrolled = some.map((one) => server.enrol(join(folder, `agent-${one}`)))
      for (const identity of await Promise.all(enrolled)) agents.push(new StormAgent(identity))
    }
    for (const agent of agents) agent.start()
    await allServed(agents)
    const calm = server.usage()
    await server.restart()
    const readyAtMs = performance.now()
    const startedWith = server.usage().cpuSeconds
    await allServed(agents)
    const { cpuSeconds, peak } = server.usage()
    const since = (name) => spreadOf(agents.map((agent) => Math.max(0, agent[name] - readyAtMs) / 1000))
    return {
      ...{ agents: count, connected: since('connectedAtMs'), served: since('servedAtMs') },
      tries: agents.reduce((sum, { failures }) => sum + failures, 0),
      ...{ serverCpuSeconds: cpuSeconds - startedWith, serverPeakMegabytes: peak, calmMegabytes: calm.rss },
    }
  } finally {
    await Promise.all(agents.map((agent) => agent.close()))
    await server.stop()
  }
}

async function allServed(agents) {
  const until = performance.now() + MAX_SECONDS * 1000
  while (!agents.every(({ servedAtMs }) => servedAtMs !== undefined)) {
    const left = agents.filter(({ servedAtMs }) => servedAtMs === undefined).length
    if (performance.now() > until) throw new Error(`${left} agents were not served within ${MAX_SECONDS} s`)
    await pause(LOOK_MS)
  }
}
