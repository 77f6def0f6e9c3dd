// The whole way: a real agent polls simulated devices, from the wire to samples on disk, beside prometheus-snmp-exporter
// whose page is fetched as often. Both by the CPU of their process per varbind that the simulator served.
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { AGENT, freeTcpPort, startReady, usageOf } from '../agent/processes.mjs'
import { report } from '../measure.mjs'
import { startSite } from './agents.mjs'
import { startExporter } from './exporter.mjs'

const INTERFACES = 50
/** So many polls a second that ticks of the kernel's clock are small against one round. */
const DEVICES = 40
const INTERVAL_S = 2
const ROUND_S = 15
/** Surveys of the devices, and code that is not compiled yet. */
const WARM_UP_S = 60

/** Resolves to one report. */
export async function benchWhole(rounds, say) {
  const folder = mkdtempSync(join(tmpdir(), 'eyenet-bench-snmp-'))
  const running = []
  const started = (one) => {
    if (one !== null) running.push(one)
    return one
  }
  try {
    const theirs = started(await startSite({ devices: DEVICES, interfaces: INTERFACES, address: '127.67.0.1' }))
    const exporter = started(await startExporter(folder))
    const ours = started(await startSite({ devices: DEVICES, interfaces: INTERFACES, address: '127.68.0.1' }))
    const agent = started(await startAgent(folder, ours.targets))
    if (exporter === null) say('prometheus-snmp-exporter: not on this machine, left out')
    say(`the agent begins with ${DEVICES} devices x ${INTERFACES} interfaces every ${INTERVAL_S} s`)
    await pause(WARM_UP_S * 1_000)
    const values = new Map([['EyeNet agent, everything', []]])
    if (exporter !== null) values.set('prometheus-snmp-exporter, if_mib', [])
    for (let round = 0; round <= rounds; round++) {
      const cost = [await costOf(agent, ours, () => pause(ROUND_S * 1_000))]
      if (exporter !== null) cost.push(await costOf(exporter, theirs, () => scrapeAll(exporter, theirs.targets)))
      if (round > 0) for (const [at, all] of [...values.values()].entries()) all.push(cost[at])
    }
    const result = report({ title: 'wire to samples on disk, or to a page', unit: 'CPU us per varbind', values })
    const [eyenet, other] = result.rows
    if (other) say(`  EyeNet costs ${(eyenet.median / other.median).toFixed(3)} of it; wanted: 0.125`)
    return result
  } finally {
    for (const one of running.reverse()) await one.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function costOf(program, site, work) {
  const before = { cpu: usageOf(program.pid).cpuSeconds, served: await site.served() }
  await work()
  const after = { cpu: usageOf(program.pid).cpuSeconds, served: await site.served() }
  return ((after.cpu - before.cpu) * 1e6) / (after.served.varbinds - before.served.varbinds)
}

async function scrapeAll(exporter, targets) {
  const until = performance.now() + ROUND_S * 1_000
  while (performance.now() < until) for (const target of targets) await exporter.scrape(target)
}

/** An agent as it runs in the field; its server is away, so that nothing but the way to the disk is measured. */
async function startAgent(folder, targets) {
  const data = join(folder, 'agent')
  mkdirSync(data)
  const identity = {
    ...{ agent: randomUUID(), site: 'bench', name: 'bench', mqttPassword: 'none' },
    mqttUrl: `mqtt://127.0.0.1:${await freeTcpPort()}`,
    signingKey: { ...jwk('ed25519', {}), kid: 'bench' },
    privateKey: jwk('ec', { namedCurve: 'P-256' }),
  }
  writeFileSync(join(data, 'agent.json'), JSON.stringify(identity), { mode: 0o600 })
  const config = {
    agent: {
      intervalSeconds: INTERVAL_S,
      neighbours: { gateway: false, resolver: false },
      credentials: { simulated: { version: '2c', community: 'public' } },
      targets: targets.map(({ name, address, port }) => ({
        ...{ name, address, ping: false },
        snmp: { port, credential: 'simulated' },
      })),
    },
  }
  const file = join(folder, 'agent.yaml')
  writeFileSync(file, JSON.stringify(config))
  const flags = (process.env.EYENET_BENCH_AGENT_FLAGS ?? '').split(' ').filter((word) => word !== '')
  return startReady([AGENT, 'run', '--data', data, '--config', file, '--ready-json'], join(folder, 'agent.log'), flags)
}

/** The public half of an Ed25519 key, or both halves of the agent's own. */
function jwk(type, options) {
  const pair = generateKeyPairSync(type, options)
  return (type === 'ed25519' ? pair.publicKey : pair.privateKey).export({ format: 'jwk' })
}
