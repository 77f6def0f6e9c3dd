import { createServer, type Server, type Socket } from 'node:net'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { AgentId } from '@eyenet/shared/identity'
import { LANES, type UpTopic } from '@eyenet/shared/wire'
import { Aedes, type AuthenticateError, type Client } from 'aedes'
import type { Logger } from 'pino'
import type { Broker, BrokerStats } from './broker-interface.ts'
import { type LimitedWarn, limitWarnings } from './line-limit.ts'
import { PacketGuard } from './packet-guard.ts'
import { STRANGER_LIMITS, type StrangerLimits, Strangers } from './strangers.ts'
import { type BrokerTls, type ShownCertificate, shownCertificate, TlsDoor } from './tls-door.ts'
import { type MqttIdentity, maySubscribe, publishable } from './topic-access.ts'

export type MqttLogin = {
  readonly username: string
  readonly password: string
  /** Where the connection comes from. */
  readonly address: string
  readonly certificate: ShownCertificate | undefined
}

export type BrokerOptions = {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly maxPacketBytes: number
  readonly maxConnections: number
  /** Absent: the line is not encrypted, and nobody shows a certificate. */
  readonly tls?: BrokerTls
  /** `later`: it is who it says, and must wait. */
  readonly authenticate: (login: MqttLogin) => Promise<MqttIdentity | 'later' | undefined>
  /** What an agent said. The broker reads on from that agent when the promise has resolved. */
  readonly onUp: (up: UpTopic, payload: Uint8Array) => Promise<void>
  /** `address` is where it comes from, where the broker sees that. */
  readonly onConnected: (identity: MqttIdentity, address?: string) => void
  /** Not called for what the broker's own close cuts. */
  readonly onDisconnected: (identity: MqttIdentity) => void
  /** Something was refused; the connection goes on, so that one mistake does not block what is queued behind it. */
  readonly onDenied: (identity: MqttIdentity, action: 'publish' | 'subscribe', topic: string) => void
  readonly logger: Logger
  /** Bounds those who have not logged in. */
  readonly strangers?: StrangerLimits
}

/** A connection that has not said CONNECT by then is closed. */
const CONNECT_TIMEOUT_MS = 10_000
/** Longer client ids only cost memory; MQTT 3.1.1 lets a server refuse above 23. */
const MAX_CLIENT_ID_LENGTH = 128
/** A client that has not read everything for that long is cut off; 400 KB take 50 s on a line of 64 kbit/s. */
const DRAIN_TIMEOUT_MS = 120_000
/** What may wait in memory for a client that does not read: a desired state of 5,000 targets, and some more. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024
/** Without a bound: a client that does not read would hold the places of all others. MAX_UNREAD_BYTES bounds memory. */
const UNBOUND_DELIVERIES = 0
/** Sockets whose other end is gone without a word are found out by TCP. */
const TCP_KEEP_ALIVE_MS = 60_000
/** Subscriptions granted to one connection: agents need five. */
const MAX_SUBSCRIPTIONS = 1_000
/** Where a refused message goes instead: nobody can subscribe to it. */
const NOWHERE = '$eyenet/nowhere'
const NOTHING = Buffer.alloc(0)

class EmbeddedBroker implements Broker {
  readonly host: string
  port = 0
  readonly #options: BrokerOptions
  readonly #aedes: Aedes
  readonly #server: Server
  readonly #identities = new WeakMap<Client, MqttIdentity>()
  readonly #agents = new Map<AgentId, Client>()
  readonly #sockets = new Set<Socket>()
  readonly #granted = new WeakMap<Client, number>()
  readonly #strangers: Strangers
  readonly #door: TlsDoor | undefined
  readonly #socketOf = new WeakMap<Client, Socket>()
  readonly #warn: LimitedWarn
  #isClosing = false
  #refusedLogins = 0
  #deniedTopics = 0
  #oversizePackets = 0
  #refusedConnections = 0
  #cutReaders = 0

  constructor(options: BrokerOptions) {
    this.#options = options
    this.#warn = limitWarnings(options.logger)
    this.host = options.host
    this.#strangers = new Strangers(options.strangers ?? STRANGER_LIMITS)
    this.#door = options.tls && new TlsDoor(options.tls, (socket) => this.#serve(socket))
    this.#aedes = new Aedes({
      connectTimeout: CONNECT_TIMEOUT_MS,
      drainTimeout: DRAIN_TIMEOUT_MS,
      concurrency: UNBOUND_DELIVERIES,
      preConnect: (client, packet, done) => {
        // What comes behind the CONNECT waits for the login; the library goes on reading until it asks for that.
        if ('pause' in client && typeof client.pause === 'function') client.pause()
        // No session outlives its connection: what is queued for the absent would have no bound.
        packet.clean = true
        // Without an error the library leaves the connection open, and waits for nothing.
        if (packet.clientId.length <= MAX_CLIENT_ID_LENGTH) done(null, true)
        else done(new Error('the client id is too long'), false)
      },
      // biome-ignore lint/complexity/useMaxParams: the shape of the callback is the broker library's.
      authenticate: (client, username, password, done) => {
        this.#authenticate(client, username ?? '', password?.toString('utf8') ?? '').then(
          (outcome) => (outcome === 'unavailable' ? done(unavailable(), false) : done(null, outcome === 'accepted')),
          (cause) => {
            options.logger.error({ error: messageOf(cause) }, 'could not check an MQTT login')
            done(unavailable(), false)
          },
        )
      },
      authorizePublish: (client, packet, done) => {
        if (client === null) return done(null)
        const up = this.#allowedUp(client, packet.topic, packet.qos)
        if (up === undefined) {
          // An error here would end the connection, and the client would send the same message for ever.
          packet.topic = NOWHERE
          packet.payload = NOTHING
          packet.retain = false
          return done(null)
        }
        // Nobody but this server hears agents: nothing is kept for those who come later.
        packet.retain = false
        const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload
        options.onUp(up, payload).then(
          () => done(null),
          (cause) => {
            this.#warn({ agent: up.agent, kind: up.kind, error: messageOf(cause) }, 'what an agent said was not taken')
            // In a lane our own acknowledgement counts: it comes again. An agent whose connection ends over the same message
            // again and again would give that up, though it is this server that has no disk.
            const isLane = LANES.some((lane) => lane === up.kind)
            done(isLane ? null : cause instanceof Error ? cause : new Error(messageOf(cause)))
          },
        )
      },
      authorizeSubscribe: (client, subscription, done) => {
        const identity = this.#identities.get(client)
        if (identity !== undefined && this.#maySubscribe(client, identity, subscription.topic)) {
          return done(null, subscription)
        }
        if (identity !== undefined) this.#denied(identity, 'subscribe', subscription.topic)
        // null answers 0x80, "failure", and keeps the connection (MQTT 3.1.1, section 3.9.3).
        done(null, null)
      },
    })
    this.#aedes.authorizeForward = (client, packet) => (this.#reads(client) ? packet : null)
    this.#aedes.on('clientReady', (client) => this.#onReady(client))
    this.#aedes.on('clientDisconnect', (client) => this.#onGone(client))
    this.#aedes.on('clientError', (_client, error) =>
      options.logger.debug({ error: error.message }, 'MQTT client error'),
    )
    this.#aedes.on('connectionError', (_client, error) => options.logger.debug({ error: error.message }, 'MQTT error'))
    // The library's declarations leave this event out; unheard it would end the process.
    const events: NodeJS.EventEmitter = this.#aedes
    events.on('error', (error: unknown) => options.logger.error({ error: messageOf(error) }, 'MQTT failed'))
    this.#server = createServer((socket) => this.#accept(socket))
  }

  async open(): Promise<void> {
    await this.#aedes.listen()
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.once('error', (cause: NodeJS.ErrnoException) => reject(listenFailure(this.#options, cause)))
        this.#server.listen({ host: this.#options.host, port: this.#options.port }, resolve)
      })
    } catch (thrown) {
      // Its timers would keep the process alive.
      await new Promise<void>((resolve) => this.#aedes.close(() => resolve()))
      throw thrown
    }
    // Out of file descriptors, say: those who are connected stay.
    this.#server.on('error', (error) => this.#options.logger.error({ error: error.message }, 'MQTT cannot accept'))
    const address = this.#server.address()
    this.port = typeof address === 'object' && address !== null ? address.port : this.#options.port
  }

  publish(topic: string, payload: Uint8Array | string, options?: { readonly retain?: boolean }): Promise<void> {
    if (this.#isClosing) return Promise.reject(new EyeNetError('unavailable', 'the broker is closing'))
    const packet = {
      cmd: 'publish' as const,
      topic,
      payload: typeof payload === 'string' ? payload : Buffer.from(payload.buffer, payload.byteOffset, payload.length),
      qos: 1 as const,
      retain: options?.retain ?? false,
      dup: false,
    }
    return new Promise((resolve, reject) => {
      this.#aedes.publish(packet, (error) => (error ? reject(error) : resolve()))
    })
  }

  disconnect(agent: AgentId): void {
    this.#agents.get(agent)?.close()
  }

  isListening(): boolean {
    return this.#server.listening
  }

  problem(): string | undefined {
    return this.#server.listening ? undefined : 'it does not listen'
  }

  stats(): BrokerStats {
    return {
      connections: this.#sockets.size,
      refusedLogins: this.#refusedLogins,
      deniedTopics: this.#deniedTopics,
      oversizePackets: this.#oversizePackets,
      refusedConnections: this.#refusedConnections,
      cutStrangers: this.#strangers.cut,
      cutReaders: this.#cutReaders,
    }
  }

  async close(): Promise<void> {
    this.#isClosing = true
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    await new Promise<void>((resolve) => this.#aedes.close(() => resolve()))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #accept(socket: Socket): void {
    if (this.#isFull()) {
      this.#refusedConnections += 1
      socket.destroy()
      return
    }
    this.#sockets.add(socket)
    const { remoteAddress: address = '' } = socket
    const id = nameOf(socket)
    this.#strangers.add({ id, address, cut: () => this.#cutStranger(socket, address) })
    socket.once('close', () => {
      this.#sockets.delete(socket)
      this.#strangers.remove(id)
    })
    socket.on('error', () => socket.destroy())
    socket.setNoDelay(true)
    socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS)
    if (this.#door === undefined) this.#serve(socket)
    else this.#door.accept(socket)
  }

  /** Speaks MQTT on a connection, encrypted or not. */
  #serve(socket: Socket): void {
    socket.on('error', () => socket.destroy())
    const guard = new PacketGuard(this.#options.maxPacketBytes)
    const read = socket.read.bind(socket)
    // aedes takes its bytes by read(): what passes here has been measured before anything buffers it.
    socket.read = (size?: number) => {
      const chunk: unknown = read(size)
      if (!(chunk instanceof Uint8Array) || guard.accept(chunk)) return chunk
      this.#oversizePackets += 1
      this.#warn({ address: socket.remoteAddress }, 'an MQTT packet was too long; connection closed')
      socket.destroy()
      return null
    }
    this.#socketOf.set(this.#aedes.handle(socket), socket)
  }

  async #authenticate(client: Client, username: string, password: string): Promise<LoginOutcome> {
    const socket = this.#socketOf.get(client)
    const address = socket?.remoteAddress ?? ''
    const certificate = socket && shownCertificate(socket)
    const identity = await this.#options.authenticate({ username, password, address, certificate })
    if (identity === 'later') return 'unavailable'
    if (identity === undefined || !fittingClientId(identity, client.id)) {
      this.#refusedLogins += 1
      this.#warn({ username: username.slice(0, 64), address }, 'an MQTT login was refused')
      return 'refused'
    }
    if (socket === undefined || this.#isFull()) {
      this.#refusedConnections += 1
      return 'unavailable'
    }
    this.#strangers.remove(nameOf(socket))
    this.#identities.set(client, identity)
    return 'accepted'
  }

  /** Those who have not logged in take none of these places. */
  #isFull(): boolean {
    return this.#sockets.size - this.#strangers.size >= this.#options.maxConnections
  }

  #cutStranger(socket: Socket, address: string): void {
    this.#warn({ address }, 'a connection that did not log in was cut')
    socket.destroy()
  }

  /** Whether a client reads what it is sent; one that does not is cut before it fills memory. */
  #reads(client: Client): boolean {
    const socket = this.#socketOf.get(client)
    if (socket === undefined || socket.writableLength <= MAX_UNREAD_BYTES) return true
    if (!socket.destroyed) {
      this.#cutReaders += 1
      this.#warn({ identity: this.#identities.get(client) }, 'an MQTT client did not read what it is sent; it was cut')
      socket.destroy()
    }
    return false
  }

  #allowedUp(client: Client, topic: string, qos: number): UpTopic | undefined {
    const identity = this.#identities.get(client)
    if (identity === undefined) return undefined
    const up = qos < 2 ? publishable(identity, topic) : undefined
    if (up === undefined) this.#denied(identity, 'publish', topic)
    return up
  }

  #maySubscribe(client: Client, identity: MqttIdentity, filter: string): boolean {
    const granted = this.#granted.get(client) ?? 0
    if (granted >= MAX_SUBSCRIPTIONS || !maySubscribe(identity, filter)) return false
    this.#granted.set(client, granted + 1)
    return true
  }

  #denied(identity: MqttIdentity, action: 'publish' | 'subscribe', topic: string): void {
    this.#deniedTopics += 1
    const shown = topic.slice(0, 200)
    this.#warn({ identity, action, topic: shown }, 'an MQTT client asked for a topic that is not its own')
    this.#options.onDenied(identity, action, shown)
  }

  #onReady(client: Client): void {
    const identity = this.#identities.get(client)
    if (identity === undefined) return
    if (identity.kind === 'agent') this.#agents.set(identity.agent, client)
    this.#options.onConnected(identity, this.#socketOf.get(client)?.remoteAddress)
  }

  #onGone(client: Client): void {
    const identity = this.#identities.get(client)
    if (identity === undefined || this.#isClosing) return
    if (identity.kind === 'agent') {
      // A newer connection of the same agent has taken over: it is still there.
      if (this.#agents.get(identity.agent) !== client) return
      this.#agents.delete(identity.agent)
    }
    this.#options.onDisconnected(identity)
  }
}

/** Opens the port. Throws EyeNetError `unavailable` when it is taken or not allowed. */
export async function openEmbeddedBroker(options: BrokerOptions): Promise<Broker> {
  const broker = new EmbeddedBroker(options)
  await broker.open()
  return broker
}

/** An agent's client id is its own id, and nobody else may take one: a second client of that id ends the first. */
function fittingClientId(identity: MqttIdentity, clientId: string): boolean {
  if (identity.kind === 'agent') return clientId === identity.agent
  return !AgentId.safeParse(clientId).success
}

function listenFailure({ host, port }: BrokerOptions, cause: NodeJS.ErrnoException): EyeNetError {
  const where = `${host}:${port}`
  if (cause.code === 'EADDRINUSE') {
    const message = `MQTT cannot listen on ${where}: another program uses that port. Stop it, or choose another port with --mqtt-listen.`
    return new EyeNetError('unavailable', message, { cause })
  }
  return new EyeNetError('unavailable', `MQTT cannot listen on ${where}: ${cause.message}`, { cause })
}

type LoginOutcome = 'accepted' | 'refused' | 'unavailable'

/** Return code 3 of CONNACK: come later. Agents take 5 for wrong credentials, and tell people. */
function unavailable(): AuthenticateError {
  return Object.assign(new Error('the server is unavailable'), { returnCode: 3 })
}

function nameOf({ remoteAddress = '', remotePort = 0 }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
