// What reading the links of a device costs: SNMP requests, the reader's CPU, and bytes told, per device of a made network.
// npm run bench -- links [--devices 40]; or node bench/links/run.mjs [--network mixed] [--devices 40] [--hosts 800]. One line of JSON.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { deflateRawSync } from 'node:zlib'
import pino from 'pino'
import { LinkWatch } from '../../agent/dist/links/links.js'
import { createSite, madeSite, NO_FAULTS, serveSite } from '../../agent/dist/simulate/simulate.js'
import { createSnmpEngine } from '../../agent/dist/snmp/snmp.js'
import { toldBy } from '../../shared/dist/made-network/made-network.js'

const { values } = parseArgs({
  options: {
    network: { type: 'string', default: 'mixed' },
    devices: { type: 'string', default: '40' },
    hosts: { type: 'string', default: '800' },
    serve: { type: 'boolean', default: false },
  },
})
const STARTED_AT = 1_800_000_000_000
const spec = madeSite(
  {
    seed: 1,
    startedAt: STARTED_AT,
    community: 'public',
    faults: NO_FAULTS,
    addressOf: (at) => `127.0.${90 + (at >> 8)}.${(at & 255) + 1}`,
  },
  { kind: values.network, devices: Number(values.devices), seed: 1, lldp: 'everywhere', hosts: Number(values.hosts) },
)

if (values.serve) {
  const served = await serveSite(createSite(spec), { port: 0, clock: { now: () => STARTED_AT } })
  console.log(JSON.stringify(served.targets))
} else await measure()

async function measure() {
  // The devices answer in a process of their own: their CPU is not the agent's.
  const words = ['--serve', '--network', values.network, '--devices', values.devices, '--hosts', values.hosts]
  const child = spawn(process.execPath, [new URL(import.meta.url).pathname, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const targets = await new Promise((resolve) =>
      createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line))),
    )
    const rows = []
    // The first shows what the runtime needs to warm up.
    for (const target of [targets[0], ...targets]) rows.push(await readOne(target))
    console.log(
      JSON.stringify({
        network: values.network,
        devices: targets.length,
        hosts: Number(values.hosts),
        ...summary(rows.slice(1)),
      }),
    )
  } finally {
    child.kill()
  }
}

async function readOne({ name, address, port }) {
  const engine = createSnmpEngine()
  const truth = toldBy(spec.network, name, STARTED_AT)
  const reports = []
  let nowMs = 0
  const clock = { now: () => STARTED_AT, monotonicMs: () => nowMs + performance.now(), after: () => () => undefined }
  const device = engine.device({ address, port, credential: { version: '2c', community: 'public' } })
  const watch = new LinkWatch(device, {
    ...{ everyMs: 300_000, clock, logger: pino({ level: 'silent' }), turns: { run: (read) => read() } },
    outbox: { append: ({ facts }) => reports.push(...facts) },
  })
  const now = () => ({
    device: '00000000-0000-4000-8000-000000000001',
    sysObjectId: truth.identity.sysObjectId,
    interfaces: truth.interfaces,
    isDown: (one) => !truth.up.has(one),
  })
  const row = { stations: (truth.links.forwarding ?? []).reduce((sum, { macs }) => sum + macs.length / 12, 0) }
  for (const turn of ['first', 'again']) {
    const before = { requests: engine.counters.requests, cpu: process.cpuUsage(), at: performance.now() }
    watch.polled(now)
    await watch.settled()
    const { user, system } = process.cpuUsage(before.cpu)
    row[turn] = {
      requests: engine.counters.requests - before.requests,
      cpuMs: (user + system) / 1000,
      seconds: (performance.now() - before.at) / 1000,
    }
    nowMs += 300_000
  }
  const text = reports.map((report) => JSON.stringify(report)).join('\n')
  engine.close()
  return { ...row, reports: reports.length, bytes: text.length, deflated: deflateRawSync(text).length }
}

function summary(rows) {
  const of = (pick) => {
    const all = rows.map(pick).sort((a, b) => a - b)
    const round = (value) => Math.round(value * 100) / 100
    return { median: round(all[all.length >> 1]), max: round(all.at(-1)) }
  }
  return {
    stations: of((row) => row.stations),
    requestsFirst: of((row) => row.first.requests),
    requestsAgain: of((row) => row.again.requests),
    cpuMsAgain: of((row) => row.again.cpuMs),
    secondsAgain: of((row) => row.again.seconds),
    bytes: of((row) => row.bytes),
    deflated: of((row) => row.deflated),
    reportsAtRest: rows.filter((row) => row.reports > 1).length,
  }
}
