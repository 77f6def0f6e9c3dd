// The processes of a chaos run: one server, agents that poll devices of their own, and a line between them that can be cut.
import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { AGENT, endsWithUs, freeTcpPort, freeUdpPort, runToEnd, SERVER, startReady } from '../agent/processes.mjs'
import { startFaultProxy } from '../faults/tcp-fault-proxy.mjs'
import { heldSamples, readExport, readJournal } from './oracle.mjs'

const HOST = '127.0.0.1'
const JOURNAL = fileURLToPath(new URL('journal.mjs', import.meta.url))
const LOOK_EVERY_MS = 200
const isNew = Number.parseInt(process.versions.node, 10) >= 22
const Database = createRequire(new URL('../../agent/package.json', import.meta.url))(
  isNew ? 'better-sqlite3-napi' : 'better-sqlite3',
)

/** A process that is killed and started again, always with the same words. */
class Killable {
  #words
  #log
  #options
  #child
  #ready = Promise.resolve()

  constructor(words, log, options = {}) {
    this.#words = words
    this.#log = log
    this.#options = options
  }

  /** Starts it; `ready` resolves with its line of readiness, or never where it is killed before. */
  start() {
    const log = openSync(this.#log, 'a')
    const { env = {}, flags = [] } = this.#options
    const stdio = ['ignore', 'pipe', log]
    const child = endsWithUs(
      spawn(process.execPath, [...flags, ...this.#words], { stdio, env: { ...process.env, ...env } }),
    )
    closeSync(log)
    this.#child = child
    this.#ready = new Promise((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (line.includes('"ready"')) resolve(JSON.parse(line))
      })
    })
    child.on('exit', (status, signal) => {
      // It ended by itself: nobody asked for that.
      if (signal === null && status !== 0 && child === this.#child) {
        this.#options.onCrash?.(`a process ended by itself with status ${status}; its log: ${this.#log}`)
      }
    })
  }

  ready() {
    return this.#ready
  }

  /** With SIGKILL, as when the power fails; resolves when it is gone. */
  kill(signal = 'SIGKILL') {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    return gone
  }

  words(words) {
    this.#words = words
  }
}

/**
 * Starts all of it in `folder`: `agents` agents with `devices` devices each. `through` is that of the proxy; `onCrash` hears
 * of a process that ends by itself.
 */
export async function startSite({ folder, agents, devices, interfaces, through, seed, onCrash }) {
  const at = (name) => join(folder, name)
  const [port, mqttPort] = [await freeTcpPort(), await freeTcpPort()]
  const url = `http://${HOST}:${port}`
  const server = newServer({ at, port, mqttPort, onCrash })
  server.start()
  await server.ready()
  const tokenWords = ['token', 'add', '--data', at('server'), '--role', 'admin', '--name', 'chaos', '--quiet']
  const token = runToEnd([SERVER, ...tokenWords])
  const ask = (path, options = {}) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    return fetch(new URL(path, url), { ...options, headers, signal: AbortSignal.timeout(60_000) })
  }
  const line = await startFaultProxy({ target: { host: HOST, port: mqttPort }, seed, through })
  const site = { server, agents: [], simulators: [], line, ask, url }
  for (let number = 0; number < agents; number++) {
    const name = `chaos-${number}`
    mkdirSync(at(name))
    site.simulators.push(await startSimulator({ at, name, number, devices, interfaces }))
    await enrolled({ at, name, ask, url, line })
    site.agents.push(newAgent({ at, name, onCrash }))
  }
  return site
}

function newServer({ at, port, mqttPort, onCrash }) {
  const settings = {
    listen: `${HOST}:${port}`,
    mqtt: { listen: `${HOST}:${mqttPort}` },
    alerting: { shippedRules: false },
  }
  // JSON is YAML too.
  writeFileSync(at('server.yaml'), JSON.stringify({ server: settings }))
  const words = [SERVER, 'run', '--config', at('server.yaml'), '--data', at('server'), '--ready-json']
  return new Killable(words, at('server.log'), { onCrash })
}

async function startSimulator({ at, name, number, devices, interfaces }) {
  const words = ['simulate', '--devices', devices, '--interfaces', interfaces, '--interval', 1, '--seed', number + 1]
  const where = ['--address', `127.78.${number}.1`, '--port', await freeUdpPort()]
  const file = at(`${name}.yaml`)
  const simulator = await startReady(
    [AGENT, ...words, ...where, '--targets-file', file, '--ready-json'],
    at(`${name}-simulator.log`),
  )
  // Gateway and resolver of this machine are no part of the site.
  const quiet = 'neighbours: { gateway: false, resolver: false }\n  host: { enabled: false }'
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^agent:\n/, `agent:\n  ${quiet}\n`))
  writeFileSync(at(`${name}-idle.yaml`), `agent:\n  ${quiet}\n`)
  return simulator
}

/** Enrols an agent, and points it at the line in place of the broker. */
async function enrolled({ at, name, ask, url, line }) {
  const body = JSON.stringify({ site: name, name })
  const reply = await ask('/api/v1/agents/enrolment-tokens', { method: 'POST', body })
  const { token } = await reply.json()
  writeFileSync(at(`${name}.token`), token, { mode: 0o600 })
  runToEnd([AGENT, 'enrol', url, '--token-file', at(`${name}.token`), '--data', at(name), '--json'])
  const file = at(`${name}/agent.json`)
  const identity = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify({ ...identity, mqttUrl: `mqtt://${HOST}:${line.port}` }), { mode: 0o600 })
}

function newAgent({ at, name, onCrash }) {
  const journal = at(`${name}.journal`)
  const wordsWith = (config) => [AGENT, 'run', '--data', at(name), '--config', at(config), '--ready-json']
  const env = { EYENET_CHAOS_JOURNAL: journal }
  const process = new Killable(wordsWith(`${name}.yaml`), at(`${name}.log`), {
    env,
    flags: ['--import', JOURNAL],
    onCrash,
  })
  return {
    name,
    process,
    /** From its next start on it polls nothing. */
    idle: () => process.words(wordsWith(`${name}-idle.yaml`)),
    outbox: (read) => withOutbox(at(`${name}/outbox.db`), read),
    sampled: () => readJournal(readFileSync(journal, 'utf8')),
    log: () => readFileSync(at(`${name}.log`), 'utf8'),
  }
}

function withOutbox(file, read) {
  const database = new Database(file, { readonly: true, timeout: 5_000 })
  try {
    return read(database)
  } finally {
    database.close()
  }
}

const waitingIn = (agent) => agent.outbox((database) => database.prepare('SELECT COUNT(*) FROM message').pluck().get())

/** Everything runs, nothing is polled any more, and the line is sound: waits until the server has it all. False where that takes too long. */
export async function drain({ agents, server, line }, withinMs) {
  const deadline = performance.now() + withinMs
  line.resume()
  line.set({ delayMs: 0, jitterMs: 0 })
  await server.kill()
  server.start()
  for (const agent of agents) {
    await agent.process.kill('SIGTERM')
    agent.idle()
  }
  await server.ready()
  for (const agent of agents) agent.process.start()
  const waiting = new Set(agents)
  while (waiting.size > 0 && performance.now() < deadline) {
    await pause(LOOK_EVERY_MS)
    for (const agent of waiting) if (waitingIn(agent) === 0) waiting.delete(agent)
  }
  for (const agent of agents) await agent.process.kill('SIGTERM')
  return waiting.size === 0
}

/** What the oracle compares. */
export async function evidence({ agents, ask }) {
  const match = encodeURIComponent('{site=~"chaos-.+"}')
  const reply = await ask(`/api/v1/export?match[]=${match}&start=0`)
  if (!reply.ok) throw new Error(`the export failed: ${reply.status} ${await reply.text()}`)
  const stored = readExport(await reply.text())
  const found = agents.map((agent) => {
    const sampled = agent.sampled()
    const rows = agent.outbox((database) => database.prepare('SELECT key, body FROM message').all())
    return { name: agent.name, sampled, held: heldSamples(rows, sampled) }
  })
  return { stored, agents: found }
}

export async function stopSite({ agents, simulators, server, line }) {
  await Promise.all([server, ...agents.map(({ process: one }) => one)].map((one) => one.kill()))
  await Promise.all(simulators.map((one) => one.stop()))
  await line.close()
}
