import { spawn } from 'node:child_process'
import { isIP } from 'node:net'
import type { Hop } from '@eyenet/shared/wire'
import { findProgram } from './find-program.ts'

export type TraceOptions = {
  readonly maxHops: number
  /** Ends it; the hops so far stay. */
  readonly signal: AbortSignal
  readonly onHop?: (hop: Hop) => void
}

/** `detail` is a clause for people. */
export type TraceOutcome =
  | { readonly kind: 'done'; readonly hops: readonly Hop[] }
  | { readonly kind: 'stopped'; readonly hops: readonly Hop[] }
  | { readonly kind: 'unavailable'; readonly detail: string }

const WAIT_SECONDS = 2
const MAX_LINES = 200
const MAX_LINE_BYTES = 4_096

/**
 * The routers on the way to an IP address, by the system's traceroute: it needs no rights that the agent has not. The
 * address goes in as one argument after all options; what is no IP address goes nowhere.
 */
export async function traceroute(
  address: string,
  { maxHops, signal, onHop }: TraceOptions,
  program = findProgram('traceroute'),
): Promise<TraceOutcome> {
  if (isIP(address) === 0) return { kind: 'unavailable', detail: 'it is not an IP address' }
  if (program === null) {
    return { kind: 'unavailable', detail: 'there is no traceroute program; run "apt-get install traceroute"' }
  }
  const args = ['-n', '-q', '3', '-w', String(WAIT_SECONDS), '-m', String(maxHops), address]
  const hops: Hop[] = []
  const lines = new HopLines((hop) => {
    hops.push(hop)
    onHop?.(hop)
  })
  const ended = await runProgram(program, args, { signal, onText: (text) => lines.take(text) })
  lines.end()
  if (ended.kind === 'failed' && hops.length === 0) return { kind: 'unavailable', detail: ended.detail }
  return { kind: signal.aborted ? 'stopped' : 'done', hops }
}

/** Cuts what the program prints into lines, each of which is a hop or none. */
class HopLines {
  readonly #onHop: (hop: Hop) => void
  #rest = ''
  #lines = 0

  constructor(onHop: (hop: Hop) => void) {
    this.#onHop = onHop
  }

  take(text: string): void {
    const lines = `${this.#rest}${text}`.split('\n')
    this.#rest = (lines.pop() ?? '').slice(-MAX_LINE_BYTES)
    for (const line of lines) this.#line(line)
  }

  end(): void {
    this.#line(this.#rest)
    this.#rest = ''
  }

  #line(line: string): void {
    const hop = this.#lines++ < MAX_LINES ? readHop(line) : undefined
    if (hop !== undefined) this.#onHop(hop)
  }
}

/** ` 3  192.0.2.1  1.2 ms 192.0.2.9  1.3 ms *`: a line of Linux' or busybox' traceroute; undefined for any other. */
export function readHop(line: string): Hop | undefined {
  const [, number, rest = ''] = /^\s*(\d{1,3})\s+(.*)$/.exec(line) ?? []
  const hop = Number(number)
  if (!(hop >= 1)) return undefined
  const addresses = new Set(rest.split(/\s+/).filter((word) => isIP(word) !== 0))
  const rtts = [...rest.matchAll(/(\d+(?:\.\d+)?) ms/g)].map((match) => Number(match[1]) / 1000)
  if (addresses.size === 0 && !/^[*\s]+$/.test(rest)) return undefined
  return { hop, addresses: [...addresses].slice(0, 8), rtts: rtts.slice(0, 10) }
}

type Running = { readonly signal: AbortSignal; readonly onText: (text: string) => void }
type ProgramEnd = { readonly kind: 'ended' } | { readonly kind: 'failed'; readonly detail: string }

/** No shell; it is killed when the signal says so. */
function runProgram(program: string, args: readonly string[], { signal, onText }: Running): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    let said = ''
    const env = { PATH: process.env.PATH, LC_ALL: 'C' }
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env, signal, killSignal: 'SIGKILL' })
    child.stdout.setEncoding('utf8').on('data', onText)
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(0, 300)
    })
    child.on('error', (failure) => {
      if (!signal.aborted)
        resolve({ kind: 'failed', detail: `the traceroute program does not run: ${failure.message}` })
    })
    child.on('close', (code) => {
      const detail = said.trim().split('\n', 1)[0] || `the traceroute program ended with status ${code}`
      resolve(code === 0 || signal.aborted ? { kind: 'ended' } : { kind: 'failed', detail })
    })
  })
}
