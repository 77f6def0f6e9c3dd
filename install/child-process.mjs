import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { plain, readChildLine } from './child-line.mjs'
import { openLogFile } from './log-file.mjs'

const TAIL_LINES = 12

/**
 * Starts one of EyeNet's processes: its lines go to a log file and to `onLine(read)`.
 * `ready` resolves to its ready event, or to undefined where it ended before; `ended` resolves to `{ status, signal, tail }`.
 */
export function startChild(name, [script, ...args], { logFile, onLine }) {
  // A process group of its own: Ctrl-C reaches only this program, which then ends the others in order.
  const child = spawn(process.execPath, [script, ...args], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const log = openLogFile(logFile)
  const tail = []
  const ready = Promise.withResolvers?.() ?? deferred()
  const take = (line) => {
    log.write(line)
    const read = readChildLine(line)
    if (read.kind === 'event' && read.event.event === 'ready') ready.resolve(read.event)
    if (read.kind === 'text' || (read.kind === 'log' && read.level >= 40)) tail.push(read.text)
    if (tail.length > TAIL_LINES) tail.shift()
    onLine(read)
  }
  createInterface({ input: child.stdout }).on('line', take)
  createInterface({ input: child.stderr }).on('line', take)
  const ended = new Promise((resolve) => {
    const end = (status, signal) => {
      ready.resolve(undefined)
      resolve({ status, signal, tail })
    }
    child.on('error', (error) => {
      tail.push(plain(error.message))
      end(127, null)
    })
    child.on('close', (status, signal) => {
      log.close()
      end(status, signal)
    })
  })
  return { name, ready: ready.promise, ended, signal: (which) => child.kill(which) }
}

/** Promise.withResolvers, which Node 20 has not. */
function deferred() {
  let resolve
  const promise = new Promise((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
