import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Logger } from 'pino'
import type { Clock } from '../schedule/schedule.ts'

export type TrapSettings = {
  readonly port: number
  /** All of the machine unless told. */
  readonly address?: string | undefined
}

export type TrapListenerParts = {
  readonly clock: Clock
  readonly logger: Logger
  /** `answer` sends something back to where the packet came from. */
  readonly onPacket: (packet: Uint8Array, from: string, answer: (packet: Uint8Array) => void) => void
}

/** Another program may end, or a privilege be given. */
const RETRY_MS = 60_000
/** Where a machine has no IPv6. */
const NO_FAMILY: ReadonlySet<string> = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL'])

/** A UDP port that is kept open; where it cannot be, that is said once, and tried again each minute. */
export class TrapListener {
  readonly #parts: TrapListenerParts
  #settings: TrapSettings | undefined
  #socket: Socket | undefined
  #cancelRetry = (): void => {}
  #said = ''

  constructor(parts: TrapListenerParts) {
    this.#parts = parts
  }

  /** The port that is open; undefined while none is. */
  get port(): number | undefined {
    try {
      return this.#socket?.address().port
    } catch {
      return undefined
    }
  }

  /** Listens here from now on, and nowhere where it is undefined. */
  listen(settings: TrapSettings | undefined): void {
    if (JSON.stringify(settings) === JSON.stringify(this.#settings)) return
    this.close()
    this.#settings = settings
    if (settings !== undefined) this.#open(settings, settings.address ?? '::')
  }

  close(): void {
    this.#settings = undefined
    this.#cancelRetry()
    this.#said = ''
    this.#end()
  }

  #open(settings: TrapSettings, address: string): void {
    const { logger, onPacket } = this.#parts
    const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4' })
    this.#socket = socket
    socket.on('message', (packet, from) => {
      if (socket !== this.#socket) return
      onPacket(packet, from.address, (answer) => socket.send(answer, from.port, from.address, () => {}))
    })
    socket.on('listening', () => {
      this.#said = ''
      logger.info({ port: settings.port, address }, 'traps are heard')
    })
    socket.on('error', (failure: NodeJS.ErrnoException) => {
      if (socket !== this.#socket) return
      this.#end()
      if (address === '::' && settings.address === undefined && NO_FAMILY.has(failure.code ?? '')) {
        this.#open(settings, '0.0.0.0')
        return
      }
      this.#say(problemOf(settings, failure))
      this.#cancelRetry = this.#parts.clock.after(RETRY_MS, () => this.#open(settings, settings.address ?? '::'))
    })
    socket.bind({ port: settings.port, address })
  }

  #say(problem: string): void {
    if (problem === this.#said) return
    this.#said = problem
    this.#parts.logger.warn({ problem }, 'traps are not heard')
  }

  #end(): void {
    const socket = this.#socket
    this.#socket = undefined
    try {
      socket?.close()
    } catch {
      // It was never open.
    }
  }
}

function problemOf({ port, address }: TrapSettings, { code = '', message }: NodeJS.ErrnoException): string {
  const place = `UDP port ${port}${address === undefined ? '' : ` of ${address}`}`
  switch (code) {
    case 'EADDRINUSE':
      return `${place} belongs to another program, such as snmptrapd: stop that, or choose another discovery.traps.port`
    case 'EACCES':
      return `${place} needs a privilege (CAP_NET_BIND_SERVICE): give it, or choose a discovery.traps.port from 1024 on`
    case 'EADDRNOTAVAIL':
      return `${place} cannot be opened: this machine does not have that address; see discovery.traps.address`
    default:
      return `${place} cannot be opened: ${message}`
  }
}
