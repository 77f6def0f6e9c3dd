/**
 * Probes that ask a network address whether it is there. For now ICMP echo: by raw sockets where the agent may open
 * them, else by the ping program; and the way there, by the traceroute program. Schedules nothing and knows no devices.
 */
import { isIP } from 'node:net'
import type { Logger } from 'pino'
import { findProgram } from './find-program.ts'
import type { Echo, PingOptions, PingOutcome } from './ping-outcome.ts'
import { summarise } from './ping-outcome.ts'
import { openPingProgram, type PingProgram } from './ping-program.ts'
import { openRawEcho, type RawEcho } from './raw-echo.ts'

export { findProgram } from './find-program.ts'
export type { PingOptions, PingOutcome } from './ping-outcome.ts'
export { describePing } from './ping-outcome.ts'
export { type TraceOptions, type TraceOutcome, traceroute } from './traceroute.ts'

export type Pinger = {
  readonly kind: 'raw-socket' | 'ping-program' | 'none'
  /** A sentence for the operator about what is missing for the best way to ping; null if nothing is. */
  readonly lack: string | null
  /** Echo requests to an IP address, 50 ms apart; link-local IPv6 with %zone. */
  ping(address: string, options?: PingOptions): Promise<PingOutcome>
  /** Open pings end without an answer. */
  close(): void
}

export type PingerOptions = {
  readonly logger?: Logger
  /** Do not try this way; for tests and for operators who distrust it. */
  readonly without?: readonly ('raw-socket' | 'ping-program')[]
  /** The ping program to use instead of the one on PATH. */
  readonly program?: string
}

const DEFAULT_TIMEOUT_MS = 1_000
const MAX_TIMEOUT_MS = 60_000
const MAX_COUNT = 20
const INTERVAL_MS = 50

/** Chooses the best way to ping that this machine allows. */
export function createPinger(options: PingerOptions = {}): Pinger {
  const without = options.without ?? []
  const raw = without.includes('raw-socket')
    ? 'raw sockets are switched off'
    : openRawEcho((err) => options.logger?.warn({ err }, 'a raw socket failed and is opened anew at the next ping'))
  const file = without.includes('ping-program') ? null : (options.program ?? findProgram('ping'))
  if (typeof raw !== 'string') {
    return {
      kind: 'raw-socket',
      lack: null,
      ping: checked((address, how) => pingRaw(raw, address, how)),
      close: raw.close,
    }
  }
  const right = 'give the agent CAP_NET_RAW (the systemd unit does) and install with raw-socket built'
  if (file !== null) {
    const program: PingProgram = openPingProgram(file)
    const lack = `Pings are sent by the ping program, since ${raw}; for many targets ${right}.`
    return { kind: 'ping-program', lack, ping: checked(program.ping), close: program.close }
  }
  const detail = `${raw} and there is no ping program; ${right}, or run "apt-get install iputils-ping"`
  const lack = `Nothing can be pinged: ${detail}.`
  return { kind: 'none', lack, ping: async () => ({ kind: 'unavailable', detail }), close: () => undefined }
}

type Ping = (address: string, options: { timeoutMs: number; count: number }) => Promise<PingOutcome>

/** Only an IP address goes further: never a name, an option or a shell's word. */
function checked(ping: Ping): Pinger['ping'] {
  return async (address, { timeoutMs = DEFAULT_TIMEOUT_MS, count = 1 } = {}) => {
    if (isIP(address) === 0) return { kind: 'unreachable', detail: 'it is not an IP address' }
    return ping(address, {
      timeoutMs: Math.min(MAX_TIMEOUT_MS, Math.max(1, timeoutMs)),
      count: Math.min(MAX_COUNT, Math.max(1, Math.trunc(count))),
    })
  }
}

async function pingRaw(raw: RawEcho, address: string, how: { timeoutMs: number; count: number }): Promise<PingOutcome> {
  const family = isIP(address) === 6 ? 6 : 4
  const echoes: Promise<Echo>[] = []
  for (let sent = 0; sent < how.count; sent++) {
    if (sent > 0) await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS))
    echoes.push(raw.echo(address, family, how.timeoutMs))
  }
  return summarise(await Promise.all(echoes))
}
