import { LiveClientMessage, type LiveServerMessage } from '@eyenet/shared/api'
import type { EpochMs } from '@eyenet/shared/identity'
import type { WebSocket } from 'ws'
import { type Auth, includesRole, type Principal } from '../auth/auth.ts'
import type { LiveRing, Numbered } from './live-ring.ts'

/** Close codes of ours (RFC 6455 leaves 4000 to 4999 to applications). */
export const CLOSE = { notLoggedIn: 4401, notAllowed: 4403, noHello: 4408, badMessage: 4400 } as const

export type ConnectionLimits = {
  /** A connection without hello is closed then. */
  readonly helloMs: number
  /** How often a client is pinged and its right checked again. */
  readonly pingMs: number
  /** A client that leaves more unread is cut: it comes back and resumes. */
  readonly bufferBytes: number
}

export type ConnectionDeps = {
  readonly auth: Auth
  readonly clock: { now(): EpochMs }
  readonly ring: LiveRing
  readonly limits: ConnectionLimits
  readonly onSlow: () => void
  /** The client has shown that it may listen. */
  readonly onWelcome: () => void
  readonly onClose: () => void
}

const GOODBYE_MS = 1_000
/** The longest that a timer can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** One client of the live feed: nothing is sent before it has shown who it is, and nothing after its right has ended. */
export class LiveConnection {
  readonly #socket: WebSocket
  readonly #deps: ConnectionDeps
  readonly #helloTimer: NodeJS.Timeout
  readonly #pingTimer: NodeJS.Timeout
  #expiryTimer: NodeJS.Timeout | undefined
  #token: string | undefined
  #welcome = false
  #answered = true

  constructor(socket: WebSocket, deps: ConnectionDeps) {
    this.#socket = socket
    this.#deps = deps
    this.#helloTimer = setTimeout(() => socket.close(CLOSE.noHello, 'no hello in time'), deps.limits.helloMs)
    this.#pingTimer = setInterval(() => void this.#ping(), deps.limits.pingMs)
    socket.on('pong', () => {
      this.#answered = true
    })
    socket.on('message', (data, isBinary) => {
      this.#read(isBinary ? '' : data.toString()).catch(() => socket.terminate())
    })
    // What ws reports here (a frame too large, a broken one) it also closes by itself.
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(this.#helloTimer)
      clearTimeout(this.#expiryTimer)
      clearInterval(this.#pingTimer)
      deps.onClose()
    })
  }

  /** Sends one change, when the client has been welcomed. */
  tell({ text }: Numbered): void {
    if (!this.#welcome || this.#socket.readyState !== this.#socket.OPEN) return
    if (this.#socket.bufferedAmount > this.#deps.limits.bufferBytes) {
      this.#deps.onSlow()
      // A close frame would wait behind all that is unread.
      this.#socket.terminate()
      return
    }
    this.#socket.send(text)
  }

  /** Says goodbye, and does not wait long for the answer. */
  end(): void {
    this.#socket.close(1001, 'the server stops')
    setTimeout(() => this.#socket.terminate(), GOODBYE_MS).unref()
  }

  async #read(text: string): Promise<void> {
    const parsed = LiveClientMessage.safeParse(parsedJson(text))
    if (!parsed.success || (parsed.data.kind === 'hello') === (this.#token !== undefined)) {
      this.#socket.close(CLOSE.badMessage, 'hello first, then only renew')
      return
    }
    const message = parsed.data
    this.#token = message.accessToken
    const principal = await this.#deps.auth.authenticate(`Bearer ${message.accessToken}`)
    if (!this.#admit(principal) || message.kind !== 'hello') return
    clearTimeout(this.#helloTimer)
    this.#deps.onWelcome()
    const { ring } = this.#deps
    const missed = message.resume && ring.since(message.resume, this.#deps.limits.bufferBytes)
    this.#send({ kind: 'welcome', feed: ring.feed, seq: ring.seq(), resumed: missed !== undefined })
    this.#welcome = true
    for (const change of missed ?? []) this.#socket.send(change.text)
  }

  /** Closes for who may not listen; else sees to it that it ends when the token does. */
  #admit(principal: Principal | undefined): principal is Principal {
    if (principal === undefined) this.#socket.close(CLOSE.notLoggedIn, 'log in again')
    else if (!includesRole(principal.role, 'viewer')) this.#socket.close(CLOSE.notAllowed, 'needs the role viewer')
    else {
      clearTimeout(this.#expiryTimer)
      if (principal.expiresAt !== undefined) {
        const left = Math.min(MAX_TIMER_MS, principal.expiresAt - this.#deps.clock.now())
        this.#expiryTimer = setTimeout(() => void this.#check(), left)
      }
      return true
    }
    return false
  }

  async #check(): Promise<void> {
    const token = this.#token
    if (token === undefined) return
    try {
      this.#admit(await this.#deps.auth.authenticate(`Bearer ${token}`))
    } catch {
      this.#socket.terminate()
    }
  }

  async #ping(): Promise<void> {
    if (!this.#answered) {
      this.#socket.terminate()
      return
    }
    this.#answered = false
    this.#socket.ping()
    await this.#check()
  }

  #send(message: LiveServerMessage): void {
    this.#socket.send(JSON.stringify(message))
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
