// What an agent costs: server, simulator and agent as real processes, the agent polling N devices with M interfaces each
// minute. Measures CPU, memory, polls, and bytes per sample on the MQTT line, live and after the line was cut.
// npm run bench -- agent [--devices 50] [--interfaces 50] [--minutes 3] [--cut-minutes 5] [--json FILE]
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { median } from '../measure.mjs'
import { startMeter } from './mqtt-meter.mjs'
import { AGENT, freeTcpPort, freeUdpPort, runToEnd, SERVER, startReady, usageOf } from './processes.mjs'

const HOST = '127.0.0.1'
const INTERVAL_S = 60
const WARM_UP_POLLS = 2
/** The agent's own back-off may be some minutes. */
const DRAIN_WITHIN_S = 420
const LOOK_EVERY_MS = 1_000
/** So many looks without backlog on the line: it is through. */
const QUIET_LOOKS = 10
/** Flags of Node for one process, such as --cpu-prof, from the environment. */
const flagsOf = (name) => (process.env[`EYENET_BENCH_${name}_FLAGS`] ?? '').split(' ').filter((word) => word !== '')

const options = readOptions(process.argv.slice(2))
const folder = mkdtempSync(join(tmpdir(), 'eyenet-bench-agent-'))
const running = []
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void stopAll().then(() => process.exit(1)))
try {
  await main()
} finally {
  await stopAll()
}

async function stopAll() {
  for (const one of running.reverse()) await one.stop()
  if (process.env.EYENET_BENCH_KEEP === undefined) rmSync(folder, { recursive: true, force: true })
}

function readOptions(words) {
  const number = (name, otherwise) => (words.includes(name) ? Number(words[words.indexOf(name) + 1]) : otherwise)
  return {
    devices: number('--devices', 50),
    interfaces: number('--interfaces', 50),
    minutes: number('--minutes', 3),
    cutMinutes: number('--cut-minutes', 5),
    json: words.includes('--json') ? words[words.indexOf('--json') + 1] : undefined,
  }
}

async function main() {
  const { devices, interfaces, minutes, cutMinutes, json } = options
  const parts = await startAll()
  say(`${devices} devices x ${interfaces} interfaces each minute; warming up over ${WARM_UP_POLLS} polls`)
  await pause(WARM_UP_POLLS * INTERVAL_S * 1000)
  say(`measuring over ${minutes} minutes`)
  const live = await observe(parts, minutes)
  printLive(live)
  say(`the line is cut for ${cutMinutes} minutes`)
  const backlog = await cutAndDrain(parts)
  const result = {
    title: `agent: ${devices} devices x ${interfaces} interfaces each minute`,
    ...{ node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, memory: totalmem() },
    ...{ devices, interfaces, minutes, live, backlog },
  }
  printBacklog(backlog)
  say(result.title)
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`)
}

async function startAll() {
  const { devices, interfaces } = options
  const at = (name) => join(folder, name)
  mkdirSync(at('agent'))
  const started = async (name, words) => {
    const one = await startReady(words, at(`${name}.log`), flagsOf(name.toUpperCase()))
    running.push(one)
    return one
  }
  const mqttPort = await freeTcpPort()
  const server = await started('server', [
    ...[SERVER, 'run', '--data', at('server'), '--listen', `${HOST}:${await freeTcpPort()}`],
    ...['--mqtt-listen', `${HOST}:${mqttPort}`, '--local-agent', at('enrolment.json'), '--ready-json'],
  ])
  const simulator = await started('simulator', [
    ...[AGENT, 'simulate', '--devices', devices, '--interfaces', interfaces, '--interval', INTERVAL_S],
    ...['--address', '127.77.0.1', '--port', await freeUdpPort(), '--targets-file', at('agent.yaml'), '--ready-json'],
  ])
  const meter = await startMeter(mqttPort)
  running.push({ stop: () => meter.close() })
  enrolThrough(meter, at)
  leaveOutNeighbours(at('agent.yaml'))
  const agent = await started('agent', [
    AGENT,
    'run',
    '--data',
    at('agent'),
    '--config',
    at('agent.yaml'),
    '--ready-json',
  ])
  const token = runToEnd([
    SERVER,
    'token',
    'add',
    '--data',
    at('server'),
    '--role',
    'admin',
    '--name',
    'bench',
    '--quiet',
  ])
  return { server, simulator, agent, meter, ask: asker(server.event.url, token) }
}

/** Enrols the agent, then points it at the meter in place of the broker. */
function enrolThrough(meter, at) {
  const { serverUrl, token } = JSON.parse(readFileSync(at('enrolment.json'), 'utf8'))
  writeFileSync(at('token'), token)
  runToEnd([AGENT, 'enrol', serverUrl, '--token-file', at('token'), '--data', at('agent'), '--json'])
  const file = at('agent/agent.json')
  const identity = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify({ ...identity, mqttUrl: `mqtt://${HOST}:${meter.port}` }), { mode: 0o600 })
}

/** Gateway and resolver of this machine are no part of what is measured; here and there they answer no ping. */
function leaveOutNeighbours(file) {
  const yaml = readFileSync(file, 'utf8')
  writeFileSync(file, yaml.replace(/^agent:\n/, 'agent:\n  neighbours: { gateway: false, resolver: false }\n'))
}

function asker(url, token) {
  const headers = { authorization: `Bearer ${token}` }
  const number = async (query) => {
    const reply = await fetch(new URL(`/api/v1/query?query=${encodeURIComponent(query)}`, url), { headers })
    const { data } = await reply.json()
    return Number(data?.result?.[0]?.value?.[1] ?? Number.NaN)
  }
  const health = async () => {
    const before = performance.now()
    await (await fetch(new URL('/healthz', url))).text()
    return performance.now() - before
  }
  return { number, health }
}

/** What the agent says of its polls; its figures come every 15 s. */
async function pollsOf(ask) {
  const [polls, late, failed, buffered, dropped] = await Promise.all(
    ['polls_total', 'polls_late_total', 'polls_failed_total', 'buffer_samples', 'dropped_samples_total'].map((name) =>
      ask.number(`sum(agent_${name})`),
    ),
  )
  return { polls, late, failed, buffered, dropped }
}

async function observe(parts, minutes) {
  const { ask, meter } = parts
  const perMinute = []
  const health = []
  const first = { usage: usageOfAll(parts), wire: structuredClone(meter.totals), at: performance.now() }
  let last = first
  for (let minute = 0; minute < minutes; minute++) {
    for (const end = performance.now() + 60_000; performance.now() < end; ) {
      await pause(200)
      health.push(await ask.health())
    }
    const now = { usage: usageOfAll(parts), wire: structuredClone(meter.totals), at: performance.now() }
    perMinute.push(between(last, now))
    last = now
  }
  health.sort((left, right) => left - right)
  const whole = between(first, last)
  return {
    ...whole,
    cpu: Object.fromEntries(
      Object.keys(whole.cpu).map((name) => [name, median(perMinute.map((minute) => minute.cpu[name]))]),
    ),
    perMinute,
    polls: await pollsOf(ask),
    healthMs: { p50: health[health.length >> 1], p99: health[Math.floor(health.length * 0.99)], most: health.at(-1) },
  }
}

function usageOfAll({ server, simulator, agent }) {
  return Object.fromEntries(Object.entries({ agent, server, simulator }).map(([name, { pid }]) => [name, usageOf(pid)]))
}

function between(from, to) {
  const seconds = (to.at - from.at) / 1000
  const each = (read) => Object.fromEntries(Object.keys(to.usage).map((name) => [name, read(name)]))
  return {
    seconds,
    cpu: each((name) => (to.usage[name].cpuSeconds - from.usage[name].cpuSeconds) / seconds),
    rss: each((name) => to.usage[name].rss),
    peak: each((name) => to.usage[name].peak),
    wire: wireBetween(from.wire, to.wire),
  }
}

function wireBetween(from, to) {
  const none = { messages: 0, bytes: 0, samples: 0 }
  const lanes = Object.fromEntries(
    Object.entries(to.lanes).map(([lane, now]) => {
      const before = from.lanes[lane] ?? none
      const of = Object.fromEntries(Object.keys(none).map((name) => [name, now[name] - before[name]]))
      return [lane, { ...of, bytesPerSample: of.samples > 0 ? of.bytes / of.samples : undefined }]
    }),
  )
  return { up: to.up - from.up, down: to.down - from.down, lanes }
}

/** Cuts the line, mends it, and waits until the backlog is with the server. */
async function cutAndDrain(parts) {
  const { meter, ask } = parts
  meter.cut()
  await pause(options.cutMinutes * 60_000)
  const before = structuredClone(meter.totals)
  const { cpuSeconds } = usageOf(parts.agent.pid)
  const { cpuSeconds: serverSeconds } = usageOf(parts.server.pid)
  const mended = performance.now()
  meter.mend()
  const drained = () => (meter.totals.lanes.backfill?.samples ?? 0) - (before.lanes.backfill?.samples ?? 0)
  let beganAt
  let endedAt
  for (let [quiet, seen] = [0, 0]; quiet < QUIET_LOOKS && performance.now() - mended < DRAIN_WITHIN_S * 1000; ) {
    await pause(LOOK_EVERY_MS)
    const now = drained()
    quiet = now > 0 && now === seen ? quiet + 1 : 0
    if (now === seen) continue
    beganAt ??= performance.now() - LOOK_EVERY_MS
    endedAt = performance.now()
    seen = now
  }
  const wire = wireBetween(before, meter.totals)
  return {
    minutes: options.cutMinutes,
    ...wire.lanes.backfill,
    drainedWithinSeconds: (endedAt - beganAt) / 1000,
    agentCpuSeconds: usageOf(parts.agent.pid).cpuSeconds - cpuSeconds,
    serverCpuSeconds: usageOf(parts.server.pid).cpuSeconds - serverSeconds,
    peak: usageOf(parts.agent.pid).peak,
    polls: await pollsOf(ask),
  }
}

function short(value) {
  return Number(value).toLocaleString('en', { maximumSignificantDigits: 3 })
}

function printLive({ cpu, rss, peak, wire, polls: counts, healthMs }) {
  for (const name of Object.keys(cpu)) {
    const share = `${short(cpu[name] * 100)} % of a core (median minute)`
    say(`  ${name.padEnd(10)} ${share.padEnd(36)} ${short(rss[name])} MB, at most ${short(peak[name])} MB`)
  }
  say(`  ratio      the server takes ${short(cpu.server / cpu.agent)} x the agent's CPU`)
  const { polls, late, failed, buffered, dropped } = counts
  say(`  polls      ${polls}: ${late} late, ${failed} failed; ${dropped} samples dropped, ${buffered} waiting`)
  const { samples } = wire.lanes
  say(`  live       ${samples.samples} samples, ${short(samples.bytesPerSample)} bytes each in publishes,`)
  say(`             ${short((wire.up + wire.down) / samples.samples)} with everything else in both directions`)
  say(
    `  /healthz   ${short(healthMs.p50)} ms median, ${short(healthMs.p99)} ms p99, ${short(healthMs.most)} ms at most`,
  )
}

function printBacklog({
  minutes,
  samples,
  bytesPerSample,
  drainedWithinSeconds,
  polls,
  agentCpuSeconds,
  serverCpuSeconds,
}) {
  say(`  backlog    ${samples} samples of ${minutes} minutes, ${short(bytesPerSample)} bytes each, sent within`)
  say(
    `             ${short(drainedWithinSeconds)} s; ${polls.dropped} dropped. CPU: agent ${short(agentCpuSeconds)} s, server ${short(serverCpuSeconds)} s`,
  )
}

function say(text) {
  process.stdout.write(`${text}\n`)
}
