// What a sweep costs and how long it takes: a /22 in which 200 addresses answer, with two TCP ports each and half of them by
// SNMP, between two network namespaces joined by a cable, so that silence is real. Needs root (or CAP_NET_ADMIN) and `ip`.
// npm run bench -- discover [--devices 200] [--packets 50] [--json FILE]
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { usageOf } from '../agent/processes.mjs'
import { numberOf, textOf } from '../measure.mjs'

const DEVICES = numberOf('--devices', 200)
const PACE = numberOf('--packets', 50)
const NETWORK = '10.77.0.0/22'
const AGENT = '10.77.3.254'
const COMMUNITY = 'bench'
const LIMIT_MS = 900_000

const here = fileURLToPath(new URL('.', import.meta.url))
const cli = fileURLToPath(new URL('../../agent/dist/cli/cli.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'eyenet-bench-discover-'))
const names = { agent: `eyenet-a-${process.pid}`, site: `eyenet-s-${process.pid}` }
const addresses = Array.from({ length: DEVICES }, (_, at) => `10.77.${at % 4}.${1 + Math.floor(at / 4) * 2}`)
const ip = (...words) => execFileSync('ip', words, { stdio: ['ignore', 'pipe', 'inherit'] }).toString()

try {
  makeNetwork()
  const site = await startSite()
  try {
    report(await sweep())
  } finally {
    site.kill('SIGTERM')
  }
} finally {
  for (const name of Object.values(names)) {
    try {
      ip('netns', 'delete', name)
    } catch {
      // It was not made.
    }
  }
  rmSync(folder, { recursive: true, force: true })
}

function makeNetwork() {
  for (const name of Object.values(names)) {
    ip('netns', 'add', name)
    ip('-n', name, 'link', 'set', 'lo', 'up')
  }
  ip('link', 'add', 'cable0', 'netns', names.agent, 'type', 'veth', 'peer', 'name', 'cable1', 'netns', names.site)
  ip('-n', names.agent, 'addr', 'add', `${AGENT}/22`, 'dev', 'cable0')
  ip('-n', names.agent, 'link', 'set', 'cable0', 'up')
  ip('-n', names.site, 'link', 'set', 'cable1', 'up')
  const batch = join(folder, 'addresses')
  const lines = addresses.map((one) => `addr add ${one}/32 dev cable1`)
  writeFileSync(batch, `${[...lines, 'route add 10.77.0.0/22 dev cable1'].join('\n')}\n`)
  ip('-n', names.site, '-batch', batch)
}

async function startSite() {
  const words = ['netns', 'exec', names.site, process.execPath, join(here, 'site.mjs')]
  const child = spawn('ip', words, { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(JSON.stringify({ addresses: addresses.filter((_, at) => at % 2 === 0), community: COMMUNITY }))
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve)
    child.once('exit', (code) => reject(new Error(`the simulated site ended (${code})`)))
  })
  return child
}

/** The command line as people run it, in the namespace of the agent. The first of two credentials is wrong. */
async function sweep() {
  const [community, config] = [join(folder, 'community'), join(folder, 'config.yaml')]
  writeFileSync(community, COMMUNITY)
  writeFileSync(config, 'agent:\n  credentials:\n    wrong: { version: 2c, community: not-this-one }\n')
  const words = ['discover', NETWORK, '--config', config, '--credential', 'wrong', '--community-file', community]
  const rest = ['--pace', String(PACE), '--data', folder, '--no-names', '--json']
  const began = sentOnCable()
  const child = spawn('ip', ['netns', 'exec', names.agent, process.execPath, cli, ...words, ...rest], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: LIMIT_MS,
  })
  let text = ''
  child.stdout.on('data', (chunk) => {
    text += chunk
  })
  const seen = { cpuSeconds: 0, peak: 0, busiest: 0 }
  let before = began
  const reading = setInterval(() => {
    const now = sentOnCable()
    // One that has just ended cannot be read; the last look was a second before.
    if (existsSync(`/proc/${child.pid}/status`)) Object.assign(seen, usageOf(child.pid))
    seen.busiest = Math.max(seen.busiest, now - before)
    before = now
  }, 1_000)
  const code = await new Promise((resolve) => child.once('close', resolve))
  clearInterval(reading)
  if (code !== 0) throw new Error(`the sweep ended with ${code}`)
  return { ...JSON.parse(text), ...seen, onCable: sentOnCable() - began }
}

/** Packets that left the agent's side, with the kernel's ARP requests. */
function sentOnCable() {
  const [link] = JSON.parse(ip('-n', names.agent, '-s', '-j', 'link', 'show', 'cable0'))
  return link.stats64.tx.packets
}

function report(run) {
  const bySnmp = run.found.filter(({ snmp }) => snmp !== undefined).length
  const byPorts = run.found.filter(({ ports = [] }) => ports.length === 2).length
  const expected = { found: DEVICES, bySnmp: Math.ceil(DEVICES / 2), byPorts: DEVICES }
  const isRight = run.found.length === DEVICES && bySnmp === expected.bySnmp && byPorts === expected.byPorts
  const result = {
    title: `a sweep of ${NETWORK}, ${DEVICES} devices, ${PACE} packets a second`,
    ...{ seconds: run.seconds, packets: run.packets, packetsPerSecond: run.packets / run.seconds },
    ...{ onCable: run.onCable, busiestSecond: run.busiest, cpuSeconds: run.cpuSeconds, peakMegabytes: run.peak },
    ...{ found: run.found.length, bySnmp, byPorts, expected, progress: run.progress, isRight },
  }
  process.stdout.write(
    `${[
      result.title,
      `  duration                 ${run.seconds.toFixed(1)} s`,
      `  packets                  ${run.packets}, ${result.packetsPerSecond.toFixed(1)} a second`,
      `  on the cable, with ARP   ${run.onCable}, ${run.busiest} in the busiest second`,
      `  CPU                      ${run.cpuSeconds.toFixed(2)} s, ${((100 * run.cpuSeconds) / run.seconds).toFixed(1)} % of one core, ${Math.round(run.peak)} MB`,
      `  found                    ${run.found.length} of ${DEVICES}, ${bySnmp} by SNMP, ${byPorts} with both ports`,
    ].join('\n')}\n`,
  )
  const json = textOf('--json')
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`)
  if (!isRight) process.exitCode = 1
}
