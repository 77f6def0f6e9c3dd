// A backlog on a slow line, and beside it events and live samples: how long each waits.
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startFaultProxy } from '../faults/tcp-fault-proxy.mjs'
import { LinkAgent, spreadOf } from '../link/link-agent.mjs'
import { openLinkServer } from '../link/link-server.mjs'

const HOST = '127.0.0.1'
/** What a merged sample takes on the line, roughly. */
const BYTES_PER_SAMPLE = 1.7
/** The first definitions of all series cross the line before it is measured. */
const MAX_WARM_UP_S = 240
const EVENT_EVERY_S = 3

/**
 * Fills an outbox with `megabytes` and connects it by a line of `bps` (both directions, `delayMs` each). For `seconds` an event comes
 * every 3 s and a device is polled every second. Latencies in seconds until the acknowledgement is back.
 */
export async function measureLine({ folder, bps, delayMs, megabytes, seconds, series }) {
  const server = await openLinkServer(join(folder, 'server'))
  const line = await startFaultProxy({ target: { host: HOST, port: server.mqttPort } })
  line.set({ upBps: bps, downBps: bps, delayMs })
  const dataDir = join(folder, 'agent')
  const startMs = Date.now() - 6 * 86_400_000
  const agent = new LinkAgent({ identity: await server.enrol(dataDir), folder: dataDir, series, startMs })
  try {
    const minutes = await fillTo(agent, megabytes)
    const before = agent.outbox.status()
    await agent.connect(line.port)
    await warmUp(agent)
    const began = performance.now()
    const left = agent.outbox.status().lanes.backfill.samples
    const { events, live, late } = await observe(agent, seconds)
    const after = agent.outbox.status()
    const lasted = (performance.now() - began) / 1000
    return {
      ...{ bps, delayMs, minutes, backlogBytes: before.bytes, backlogSamples: before.samples, lasted },
      events: spreadOf(events),
      live: spreadOf(live),
      late,
      measuredBytesPerSecond: agent.uplink.status().line.bytesPerSecond,
      backfillSamples: left - after.lanes.backfill.samples,
    }
  } finally {
    await agent.close()
    await line.close()
    await server.stop()
  }
}

async function fillTo(agent, megabytes) {
  let minutes = 0
  while (agent.outbox.status().samples * BYTES_PER_SAMPLE < megabytes * 1e6) {
    await agent.fill(20)
    minutes += 20
  }
  return minutes
}

/** Until every series has crossed once, live: a definition takes some 20 bytes more than its samples. */
async function warmUp(agent) {
  const until = performance.now() + MAX_WARM_UP_S * 1000
  for (let device = 0; device < agent.devices; device++) {
    const lane = await Promise.race([agent.poll(device), pause(until - performance.now(), undefined, { ref: false })])
    if (lane === undefined) throw new Error(`the first poll of each device was not through in ${MAX_WARM_UP_S} s`)
  }
}

async function observe(agent, seconds) {
  const events = []
  const live = []
  let late = 0
  const waiting = []
  for (let second = 0; second < seconds; second++) {
    if (second % EVENT_EVERY_S === 0)
      waiting.push(agent.event(`a device is down, ${second}`).then((one) => events.push(one.seconds)))
    const device = second % agent.devices
    const polled = agent.poll(device).then((one) => {
      if (one.lane === 'samples') live.push(one.seconds)
    })
    const { next } = agent.outbox.status().lanes.backfill
    await pause(1_000)
    if (agent.outbox.status().lanes.backfill.next > next) late++
    else waiting.push(polled)
  }
  await Promise.all(waiting)
  return { events, live, late }
}
