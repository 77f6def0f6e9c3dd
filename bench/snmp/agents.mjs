// The agents that are asked, each as a process of its own: Debian's snmpd, the replayed recordings, the simulator.
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freeUdpPort } from '../agent/processes.mjs'

const SNMPD = '/usr/sbin/snmpd'
const HOST = '127.0.0.1'
const IF = '1.3.6.1.2.1.2.2.1'
const IFX = '1.3.6.1.2.1.31.1.1.1'
/** What a poll of interfaces reads: state, speed, errors, discards, and eight 64-bit counters. */
export const INTERFACE_COLUMNS = [
  ...[7, 8, 5, 13, 14, 19, 20].map((column) => `${IF}.${column}`),
  ...[6, 7, 8, 9, 10, 11, 12, 13, 15].map((column) => `${IFX}.${column}`),
]
/** hrSWRunTable of HOST-RESOURCES-MIB: a table that is long on every machine. */
export const PROCESS_COLUMNS = [1, 2, 3, 4, 6, 7].map((column) => `1.3.6.1.2.1.25.4.2.1.${column}`)
export const V3_USER = {
  ...{ version: '3', user: 'eyenet', level: 'authPriv' },
  ...{ authProtocol: 'sha', authKey: 'correct horse battery', privProtocol: 'aes', privKey: 'staple correct horse' },
}

/** Debian's snmpd, or null where it is not installed. */
export async function startSnmpd() {
  if (!existsSync(SNMPD)) return null
  const folder = mkdtempSync(join(tmpdir(), 'eyenet-bench-snmpd-'))
  const port = await freeUdpPort()
  const { user, authKey, privKey } = V3_USER
  const lines = [
    `rocommunity public ${HOST}`,
    `createUser ${user} SHA "${authKey}" AES "${privKey}"`,
    `rouser ${user} priv`,
  ]
  writeFileSync(join(folder, 'snmpd.conf'), `${lines.join('\n')}\n`)
  const args = ['-f', '-Lo', '-C', '-c', join(folder, 'snmpd.conf'), '-I', '-smux', `udp:${HOST}:${port}`]
  const child = spawn(SNMPD, args, { env: { ...process.env, SNMP_PERSISTENT_DIR: folder, MIBS: '' }, stdio: 'pipe' })
  await said(child, 'NET-SNMP version')
  const stop = async () => {
    await ended(child)
    rmSync(folder, { recursive: true, force: true })
  }
  return { targets: [{ address: HOST, port, community: 'public' }], stop }
}

/** Where the recordings and their responder lie: beside the checkout, or where EYENET_DEVICES says. */
const DEVICES = process.env.EYENET_DEVICES ?? fileURLToPath(new URL('../../../shared/devices', import.meta.url))
const RECORDING = 'vrp_5720'

/** The replayed recordings, or null where they are not there. `flags` are the responder's. */
export async function startReplay({ names = [RECORDING], flags = [] } = {}) {
  const script = join(DEVICES, 'tools/replay.mjs')
  const files = names.map((name) => join(DEVICES, 'recordings', `${name}.snmprec`))
  if (![script, ...files].every((file) => existsSync(file))) return null
  const port = await freeUdpPort()
  const child = spawn(process.execPath, [script, '--port', port, '--preload', ...flags, ...files], { stdio: 'pipe' })
  await said(child, '"ready":true')
  const targets = names.map((community, at) => ({
    ...{ address: HOST, port, community },
    rows: readFileSync(files[at], 'utf8').match(/^1\.3\.6\.1\.2\.1\.31\.1\.1\.1\.6\./gm)?.length ?? 0,
  }))
  return { targets, stop: () => ended(child) }
}

/** The simulator: `devices` switches with `interfaces` each. `served` asks it how many varbinds it has given. */
export async function startSite({ devices, interfaces, address = '127.66.0.1', faults }) {
  const options = { devices, interfaces, address, port: await freeUdpPort(), ...(faults ? { faults } : {}) }
  const child = fork(fileURLToPath(new URL('site.mjs', import.meta.url)), [JSON.stringify(options)])
  const [targets] = await once(child, 'message')
  const served = async () => {
    child.send('counts')
    const [counts] = await once(child, 'message')
    return counts
  }
  return { targets: targets.map((target) => ({ ...target, rows: interfaces })), served, stop: () => ended(child) }
}

/** Runs clients of both kinds against targets: `round(polls)` resolves to CPU microseconds per varbind. */
export async function startClient(kind, plan) {
  const child = fork(fileURLToPath(new URL('client.mjs', import.meta.url)), [kind, JSON.stringify(plan)])
  await once(child, 'message')
  return {
    async round(polls) {
      child.send({ polls })
      const [{ cpuUs, varbinds }] = await once(child, 'message')
      return { cpuUs, varbinds }
    },
    stop: () => ended(child),
  }
}

async function said(child, text) {
  let all = ''
  const heard = new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${child.spawnfile} ended with ${code}: ${all}`)))
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        all += chunk
        if (all.includes(text)) resolve()
      })
    }
  })
  await Promise.race([
    heard,
    pause(60_000).then(() => {
      throw new Error(`${child.spawnfile} did not start: ${all}`)
    }),
  ])
}

async function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
