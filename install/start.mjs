#!/usr/bin/env node
// npm start: installs and builds what is missing, then runs a server and an agent for this machine as processes that
// speak MQTT. Plain Node without dependencies, because it runs before there are any.
import { existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createLineFilter } from './child-line.mjs'
import { startChild } from './child-process.mjs'
import { nodeVersionProblem } from './node-version.mjs'
import { ensureBuilt, ensureInstalled } from './set-up.mjs'
import { folderProblem, portProblem } from './start-checks.mjs'
import { HELP, parseStartOptions } from './start-options.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const HOST = '127.0.0.1'
const READY_WITHIN_MS = 60_000
const END_WITHIN_MS = 10_000
// npm hands a Ctrl-C on that the terminal has sent to all already: what follows at once is the same request.
const SAME_REQUEST_MS = 1_000
// Tests give programs of their own; what is built is then none of theirs.
const SERVER = process.env.EYENET_TEST_SERVER ?? join(root, 'server/bin/eyenet-server.js')
const AGENT = process.env.EYENET_TEST_AGENT ?? join(root, 'agent/bin/eyenet-agent.js')
const isTest = process.env.EYENET_TEST_SERVER !== undefined

const say = (text) => process.stdout.write(`${text}\n`)
const complain = (text) => process.stderr.write(`${text}\n`)

// Where the terminal is gone there is nobody to tell, but the processes still have to be ended in order.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

await main(process.argv.slice(2))

async function main(words) {
  const old = nodeVersionProblem(process.versions.node)
  if (old !== undefined) return refuse(old, 1)
  const asked = parseStartOptions(words, { env: process.env, home: homedir(), cwd: process.cwd() })
  if (asked.kind === 'help') return say(HELP.trimEnd())
  if (asked.kind === 'error') return refuse(asked.text, 64)
  const { options } = asked
  const problem = await findProblem(options)
  if (problem !== undefined) return refuse(problem, 1)
  if (!isTest && !((await ensureInstalled(root)) && (await ensureBuilt(root)))) return refuse(undefined, 1)
  process.exitCode = await runUntilEnd(options)
}

function refuse(text, status) {
  if (text !== undefined) complain(text)
  process.exitCode = status
}

async function findProblem({ data, port, mqttPort, config }) {
  if (config !== undefined && !existsSync(config))
    return `There is no file ${config}; --config names EyeNet's YAML file.`
  return (
    folderProblem(data) ??
    (await portProblem({ port, host: HOST, use: 'the page', option: '--port' })) ??
    (await portProblem({ port: mqttPort, host: HOST, use: 'agents (MQTT)', option: '--mqtt-port' }))
  )
}

/** Runs the processes until one of them ends or somebody asks to stop. Resolves to the exit status. */
async function runUntilEnd(options) {
  const children = []
  const stop = stopSignal()
  const start = (name, command) => {
    const filter = createLineFilter(options)
    const onLine = (read) => {
      const text = filter(read, Date.now())
      if (text !== undefined) complain(`${name}: ${text}`)
    }
    const child = startChild(name, command, { logFile: join(options.data, 'logs', `${name}.log`), onLine })
    children.push(child)
    return child
  }
  const firstEnd = () =>
    Promise.race(children.map((child) => child.ended.then((end) => ({ kind: 'ended', child, end }))))
  const started = await Promise.race([startAll(options, start, stop), stop.asked])
  if (started.kind === 'ready') sayReady(started.server, options)
  const outcome = started.kind === 'ready' ? await Promise.race([firstEnd(), stop.asked]) : started
  if (outcome.kind === 'stop') say('Stopping ...')
  await endAll(children, stop.again)
  if (outcome.kind === 'stop') return 0
  await explain(outcome, options)
  return 1
}

/** Server and simulator first: the agent needs the server's enrolment file and the simulator's list of devices. */
async function startAll(options, start, stop) {
  const commands = commandsFor(options)
  mkdirSync(join(options.data, 'agent'), { recursive: true, mode: 0o700 })
  const first = [start('server', commands.server)]
  if (options.demo) {
    mkdirSync(join(options.data, 'demo'), { recursive: true, mode: 0o700 })
    first.push(start('simulator', commands.simulator))
  }
  let server
  for (const child of first) {
    const state = await readyState(child)
    if (state.kind !== 'ready') return state
    server ??= state.event
  }
  if (stop.isAsked()) return { kind: 'stop' }
  const state = await readyState(start('agent', commands.agent))
  return state.kind === 'ready' ? { kind: 'ready', server } : state
}

async function readyState(child) {
  let timer
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve('late'), READY_WITHIN_MS)
  })
  const event = await Promise.race([child.ready, late])
  clearTimeout(timer)
  if (event === 'late') return { kind: 'late', child }
  return event === undefined ? { kind: 'ended', child, end: await child.ended } : { kind: 'ready', event }
}

function commandsFor({ data, port, mqttPort, config, demo }) {
  const found = config ?? [join(data, 'eyenet.yaml')].find((file) => existsSync(file))
  const shared = found === undefined ? [] : ['--config', found]
  const demoFile = join(data, 'demo', 'agent.yaml')
  const pastFile = join(data, 'demo', 'past.json')
  const enrolment = join(data, 'agent', 'enrolment.json')
  const where = ['--listen', `${HOST}:${port}`, '--mqtt-listen', `${HOST}:${mqttPort}`]
  const serverData = ['--data', join(data, 'server'), '--local-agent', enrolment, '--ready-json']
  const agentData = ['--data', join(data, 'agent'), '--enrolment', enrolment, '--ready-json']
  return {
    server: [SERVER, 'run', ...serverData, ...where, ...(demo ? [] : shared)],
    simulator: [AGENT, 'simulate', '--targets-file', demoFile, '--past-file', pastFile, '--ready-json'],
    agent: [AGENT, 'run', ...agentData, ...(demo ? ['--config', demoFile, '--simulated-past', pastFile] : shared)],
  }
}

function sayReady({ url, setupCode }, { data, demo }) {
  say('')
  say(`  EyeNet is running: ${url}`)
  if (typeof setupCode === 'string') {
    say(`  Setup code:        ${setupCode}   (asked for once, to make the first administrator)`)
  }
  if (demo) say('  Demo:              a simulated site; its first alerts come within two minutes')
  say(`  Data and logs:     ${data}`)
  say('  Ctrl-C stops it.')
  say('')
}

/** `asked` resolves at the first request to stop, `again` at the second. */
function stopSignal() {
  let asked
  let again
  const promises = {
    asked: new Promise((resolve) => {
      asked = () => resolve({ kind: 'stop' })
    }),
    again: new Promise((resolve) => {
      again = resolve
    }),
  }
  let firstAt
  const heard = () => {
    if (firstAt === undefined) {
      firstAt = performance.now()
      asked()
    } else if (performance.now() - firstAt > SAME_REQUEST_MS) again()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, heard)
  return { ...promises, isAsked: () => firstAt !== undefined }
}

/** Ends the agent first, so that what it has still goes out, then the rest. Kills what is left at the deadline. */
async function endAll(children, again) {
  const timers = []
  const after = (ms) => new Promise((resolve) => timers.push(setTimeout(resolve, ms)))
  const impatient = Promise.race([again, after(END_WITHIN_MS)])
  const end = (child) => {
    child.signal('SIGTERM')
    return child.ended
  }
  const agents = children.filter((child) => child.name === 'agent')
  const others = children.filter((child) => child.name !== 'agent')
  await Promise.race([Promise.all(agents.map(end)), after(END_WITHIN_MS / 2), again])
  await Promise.race([Promise.all([...others.map(end), ...agents.map((agent) => agent.ended)]), impatient])
  for (const child of children) child.signal('SIGKILL')
  await Promise.all(children.map((child) => child.ended))
  for (const timer of timers) clearTimeout(timer)
}

async function explain(outcome, options) {
  const { child } = outcome
  const log = join(options.data, 'logs', `${child.name}.log`)
  if (outcome.kind === 'late') {
    return complain(`The ${child.name} was not ready after ${READY_WITHIN_MS / 1000} s. Its log: ${log}`)
  }
  const { status, signal, tail } = outcome.end
  const how = signal === null ? `ended with status ${status}` : `was ended by ${signal}`
  complain(`The ${child.name} ${how}, so EyeNet stopped.${tail.length > 0 ? ' Its last lines:' : ''}`)
  for (const line of tail) complain(`  ${line}`)
  // Between the first look and the child's own attempt another program may have taken the port.
  const port = await (child.name === 'server' ? findProblem(options) : undefined)
  if (port !== undefined) complain(port)
  complain(`Its log: ${log}`)
}
