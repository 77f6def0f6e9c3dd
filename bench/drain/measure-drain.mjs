// A backlog of days is sent while the devices are polled on: how fast it drains, and how old live samples get meanwhile.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { LinkAgent, spreadOf } from '../link/link-agent.mjs'
import { openLinkServer } from '../link/link-server.mjs'

const MINUTE_MS = 60_000
const LOOK_MS = 50
/** A backlog that is not through by then is a failure to look into. */
const MAX_SECONDS = 3_000

/** `agents` with `series` series each drain `minutes` at once. Seconds, bytes, and samples per second of the stage. */
export async function measureDrain({ folder, agents: count, minutes, series }) {
  const server = await openLinkServer(join(folder, 'server'))
  const agents = []
  try {
    for (let at = 0; at < count; at++) agents.push(await filled({ server, folder, at, minutes, series }))
    const { outbox } = agents[0]
    const before = outbox.status()
    const bytes = statSync(join(folder, 'agent-0', 'outbox.db')).size
    const cpuBefore = { server: server.usage().cpuSeconds, agents: process.cpuUsage() }
    const began = performance.now()
    await Promise.all(agents.map((agent) => agent.connect(server.mqttPort)))
    const { live, late } = await drained(agents, began)
    const seconds = (performance.now() - began) / 1000
    const { user, system } = process.cpuUsage(cpuBefore.agents)
    const dropped = agents.reduce((sum, agent) => sum + agent.outbox.status().droppedSamples, 0)
    return {
      ...{ agents: count, minutes, series, bytes, samples: before.samples, seconds, dropped, late },
      timesRealTime: (minutes * 60) / seconds,
      samplesPerSecond: (count * before.samples) / seconds,
      live: spreadOf(live),
      agentCpuSeconds: (user + system) / 1e6,
      serverCpuSeconds: server.usage().cpuSeconds - cpuBefore.server,
      serverPeakMegabytes: server.usage().peak,
    }
  } finally {
    for (const agent of agents) await agent.close()
    await server.stop()
  }
}

async function filled({ server, folder, at, minutes, series }) {
  const dataDir = join(folder, `agent-${at}`)
  const startMs = Date.now() - minutes * MINUTE_MS
  const agent = new LinkAgent({ identity: await server.enrol(dataDir), folder: dataDir, series, startMs })
  await agent.fill(minutes)
  return agent
}

/** Until all backlogs are through; each device is polled at its minute's share meanwhile. */
async function drained(agents, began) {
  const live = []
  let late = 0
  let polled = 0
  const waiting = []
  const everyMs = MINUTE_MS / agents[0].devices
  const isDrained = () => agents.every(({ outbox }) => outbox.status().lanes.backfill.messages === 0)
  while (!isDrained()) {
    if (performance.now() - began > MAX_SECONDS * 1000) throw new Error(`not drained within ${MAX_SECONDS} s`)
    if (performance.now() - began >= polled * everyMs) {
      for (const agent of agents) {
        const told = agent.poll(polled % agent.devices).then(({ lane, seconds }) => {
          if (lane === 'samples') live.push(seconds)
          else late++
        })
        waiting.push(told)
      }
      polled++
    }
    await pause(LOOK_MS)
  }
  await Promise.all(waiting)
  return { live, late }
}
