import { execFile } from 'node:child_process'
import type { PingOutcome } from './ping-outcome.ts'

export type PingProgram = {
  ping(address: string, options: { timeoutMs: number; count: number }): Promise<PingOutcome>
  close(): void
}

/** Each ping is a process; more at once would cost an agent on a small machine too much. */
const MAX_PROCESSES = 8
/** More than a minute of work for those. */
const MAX_WAITING = 1_000
/** The largest count prints far less. */
const MAX_OUTPUT_BYTES = 64 * 1024
/** The least interval that the ping program grants to users other than root. */
const INTERVAL_SECONDS = 0.2

/** Pings by a program that takes iputils' arguments. Addresses must have been checked: they go in as an argument. */
export function openPingProgram(file: string): PingProgram {
  const stop = new AbortController()
  const waiting: (() => void)[] = []
  let running = 0
  const next = (): void => {
    running--
    waiting.shift()?.()
  }
  return {
    ping: (address, { timeoutMs, count }) =>
      new Promise((resolve) => {
        const start = (): void => {
          running++
          const waitSeconds = Math.max(1, Math.ceil(timeoutMs / 1000))
          const args = ['-n', '-c', String(count), '-i', String(INTERVAL_SECONDS), '-W', String(waitSeconds), address]
          const options = {
            signal: stop.signal,
            timeout: (count * INTERVAL_SECONDS + waitSeconds + 5) * 1000,
            maxBuffer: MAX_OUTPUT_BYTES,
            env: { ...process.env, LC_ALL: 'C' },
          }
          execFile(file, args, options, (failure, stdout, stderr) => {
            next()
            const couldStart = failure?.code !== 'ENOENT' && failure?.code !== 'EACCES'
            resolve(
              couldStart
                ? readPingOutput(stdout, stderr, count)
                : { kind: 'unavailable', detail: 'the ping program cannot be started' },
            )
          })
        }
        if (running < MAX_PROCESSES) start()
        else if (waiting.length < MAX_WAITING) waiting.push(start)
        else resolve({ kind: 'unavailable', detail: `${MAX_WAITING} pings wait already; ping less often` })
      }),
    close: () => stop.abort(),
  }
}

/** Reads what iputils' or busybox' ping printed. */
export function readPingOutput(stdout: string, stderr: string, count: number): PingOutcome {
  const totals = /(\d+) packets transmitted, (\d+) (?:packets )?received/.exec(stdout)
  const times = [...stdout.matchAll(/time[=<]([\d.]+) ?ms/g)].map((match) => Number(match[1]) / 1000)
  const sent = Number(totals?.[1] ?? count)
  const received = Math.min(sent, Number(totals?.[2] ?? 0))
  if (received > 0 && times.length > 0) {
    return {
      kind: 'reply',
      rttSeconds: Math.min(...times),
      meanRttSeconds: times.reduce((sum, time) => sum + time, 0) / times.length,
      maxRttSeconds: Math.max(...times),
      sent,
      received,
      lossRatio: (sent - received) / sent,
    }
  }
  const said = `${stdout}\n${stderr}`
  if (/network is unreachable|no route to host/i.test(said)) {
    return { kind: 'unreachable', detail: 'there is no route to it' }
  }
  if (/unreachable|filtered|prohibited/i.test(said)) {
    return { kind: 'unreachable', detail: 'a router on the way refused it' }
  }
  if (/operation not permitted|permission denied|lacking privilege/i.test(said)) {
    return {
      kind: 'unavailable',
      detail: 'the ping program may not open its socket; let the agent run with CAP_NET_RAW',
    }
  }
  return totals ? { kind: 'timeout', sent } : { kind: 'unavailable', detail: 'the ping program ended without a result' }
}
