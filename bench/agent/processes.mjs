// EyeNet's processes under measurement: how they are started, and what the kernel says they used.
import { spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const HOST = '127.0.0.1'
const READY_WITHIN_MS = 60_000
export const TICKS_PER_SECOND = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout)

const fromRoot = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
export const AGENT = fromRoot('agent/bin/eyenet-agent.js')
export const SERVER = fromRoot('server/bin/eyenet-server.js')

const running = new Set()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))

/** A benchmark that fails, or is ended, leaves no child behind. */
export function endsWithUs(child) {
  running.add(child)
  child.on('exit', () => running.delete(child))
  return child
}

/** Starts one process; resolves with it when it has printed its line of readiness. Its log goes to `logFile`. */
export function startReady(words, logFile, flags = []) {
  const log = openSync(logFile, 'a')
  const child = endsWithUs(spawn(process.execPath, [...flags, ...words], { stdio: ['ignore', 'pipe', log] }))
  closeSync(log)
  const ended = new Promise((resolve) => child.on('exit', (status) => resolve(status)))
  const ready = new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('"ready"')) resolve(JSON.parse(line))
    })
  })
  let timer
  const failed = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${words.join(' ')} was not ready in time`)), READY_WITHIN_MS)
    ended.then((status) => reject(new Error(`${words.join(' ')} ended with status ${status}; its log: ${logFile}`)))
  })
  failed.catch(() => {})
  const stop = (signal = 'SIGTERM') => {
    child.kill(signal)
    return ended
  }
  return Promise.race([ready, failed])
    .then((event) => ({ pid: child.pid, event, stop }))
    .catch((thrown) => {
      child.kill('SIGKILL')
      throw thrown
    })
    .finally(() => clearTimeout(timer))
}

/** Runs a command to its end; its output. */
export function runToEnd(words) {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${words.join(' ')} ended with status ${status}: ${stderr}`)
  return stdout.trim()
}

/** CPU seconds since the process began (all its threads), and its memory in MB (10^6 bytes): now, and the most ever. */
export function usageOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const megabytes = (name) => (Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) * 1024) / 1e6
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    rss: megabytes('VmRSS'),
    peak: megabytes('VmHWM'),
  }
}

/** Ports nobody listens on at this moment. */
export async function freeTcpPort() {
  const server = createServer()
  await new Promise((listening) => server.listen(0, HOST, listening))
  const { port } = server.address()
  await new Promise((closed) => server.close(closed))
  return port
}

export async function freeUdpPort() {
  const socket = createSocket('udp4')
  await new Promise((bound) => socket.bind(0, '0.0.0.0', bound))
  const { port } = socket.address()
  await new Promise((closed) => socket.close(closed))
  return port
}
