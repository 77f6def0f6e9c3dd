import { readFileSync } from 'node:fs'
import type { ExternalBroker as ExternalBrokerConfig } from '@eyenet/shared/config'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import type { AgentId, OutboxEpoch, SiteName } from '@eyenet/shared/identity'
import { type Peer, Presence, parseBoundedJson, parseUpTopic, type UpTopic } from '@eyenet/shared/wire'
import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt'
import type { Logger } from 'pino'
import type { Broker, BrokerStats } from './broker-interface.ts'
import { type LimitedWarn, limitWarnings } from './line-limit.ts'
import { subscriptionsFor } from './server-subscriptions.ts'
import type { MqttIdentity } from './topic-access.ts'

export type ExternalBrokerOptions = {
  readonly config: ExternalBrokerConfig
  readonly maxPacketBytes: number
  /** Whether the server has this agent, at this site: the broker's word for who says something is not enough. */
  readonly isKnown: (peer: Peer) => Promise<boolean>
  readonly onUp: (up: UpTopic, payload: Uint8Array) => Promise<void>
  /** An agent is there: it may have spoken before anybody listened. */
  readonly onHeard: (peer: Peer, epoch: OutboxEpoch) => void
  readonly onConnected: (identity: MqttIdentity) => void
  readonly onDisconnected: (identity: MqttIdentity) => void
  /** The broker is there, for the first time or again: it may have forgotten what it retained. */
  readonly onReady: () => void
  readonly logger: Logger
}

/** Messages that are being stored at a time; beyond it the broker waits for its PUBACK, and then holds back. */
const MAX_IN_WORK = 256
const KEEPALIVE_S = 30
const CONNECT_TIMEOUT_MS = 10_000
/** Between two tries; the broker may be restarted at any time. */
const RECONNECT_MS = 2_000
const FAREWELL_MS = 1_000
/** "Unacceptable protocol version" of MQTT 3.1.1 and "unsupported protocol version" of MQTT 5. */
const OTHER_PROTOCOL = new Set([1, 132])

class ExternalBroker implements Broker {
  readonly host: string
  readonly port: number
  readonly #options: ExternalBrokerOptions
  readonly #warn: LimitedWarn
  /** Agents that are there by their own word; bounded by the agents that are known. */
  readonly #present = new Map<AgentId, SiteName>()
  #client: MqttClient | undefined
  #protocol: 4 | 5 = 5
  #ready = false
  #problem = 'it has not answered yet'
  #closed = false
  #inWork = 0
  #held: (() => void)[] = []
  #strangers = 0

  constructor(options: ExternalBrokerOptions) {
    this.#options = options
    this.#warn = limitWarnings(options.logger)
    const { hostname, port, protocol } = new URL(options.config.url)
    this.host = hostname.replace(/^\[|\]$/g, '')
    this.port = port === '' ? (protocol === 'mqtts:' ? 8883 : 1883) : Number(port)
  }

  /** Connects, and goes on trying by itself: a broker that is away stops nothing else of the server. */
  open(): void {
    const client = connect(this.#options.config.url, this.#connectOptions())
    this.#client = client
    let isOther = false
    client.handleMessage = (packet, done) => this.#take(packet, () => done())
    client.on('connect', ({ properties }) => {
      const shares = this.#protocol === 5 && properties?.sharedSubscriptionAvailable !== false
      this.#begin(client, shares).catch((thrown: unknown) => {
        this.#lost(messageOf(thrown))
        client.stream.destroy()
      })
    })
    client.on('error', (error) => {
      isOther = 'code' in error && OTHER_PROTOCOL.has(Number(error.code))
      this.#lost(messageOf(error) || 'it does not answer')
    })
    client.on('close', () => {
      this.#lost(this.#problem === '' ? 'the connection was closed' : this.#problem)
      if (!isOther || this.#protocol === 4 || this.#closed) return
      this.#protocol = 4
      client.end(true)
      this.open()
    })
  }

  publish(topic: string, payload: Uint8Array | string, options?: { readonly retain?: boolean }): Promise<void> {
    const client = this.#client
    if (client === undefined || !this.#ready) {
      return Promise.reject(new EyeNetError('unavailable', `not connected to the MQTT broker: ${this.#problem}`))
    }
    const body = typeof payload === 'string' ? payload : Buffer.from(payload.buffer, payload.byteOffset, payload.length)
    return client.publishAsync(topic, body, { qos: 1, retain: options?.retain ?? false }).then(() => {})
  }

  /** The connection is the broker's to cut: what this agent says is not taken any more, since `isKnown` denies it. */
  disconnect(agent: AgentId): void {
    this.#present.delete(agent)
  }

  isListening(): boolean {
    return this.#ready
  }

  problem(): string | undefined {
    return this.#ready ? undefined : `no connection to ${this.#options.config.url}: ${this.#problem}`
  }

  stats(): BrokerStats {
    return {
      connections: this.#present.size,
      refusedLogins: 0,
      deniedTopics: this.#strangers,
      oversizePackets: 0,
      refusedConnections: 0,
      cutStrangers: 0,
      cutReaders: 0,
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    const client = this.#client
    if (client === undefined) return
    if (this.#ready) {
      const late = new Promise<void>((done) => setTimeout(done, FAREWELL_MS).unref())
      await Promise.race([client.endAsync(false).catch(() => {}), late])
    }
    this.#ready = false
    await client.endAsync(true).catch(() => {})
  }

  #connectOptions(): IClientOptions {
    const { config, maxPacketBytes } = this.#options
    return {
      protocolVersion: this.#protocol,
      clean: true,
      keepalive: KEEPALIVE_S,
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectPeriod: RECONNECT_MS,
      resubscribe: false,
      queueQoSZero: false,
      writeCache: false,
      ...(config.username !== undefined && { username: config.username }),
      ...(config.password !== undefined && { password: config.password }),
      ...fileOf('ca', config.caFile),
      ...fileOf('cert', config.certFile),
      ...fileOf('key', config.keyFile),
      ...(this.#protocol === 5 && {
        properties: { receiveMaximum: MAX_IN_WORK, maximumPacketSize: maxPacketBytes },
      }),
    }
  }

  async #begin(client: MqttClient, shares: boolean): Promise<void> {
    const { config, logger, onReady } = this.#options
    try {
      await client.subscribeAsync([...subscriptionsFor(shares ? config.shareGroup : undefined)], { qos: 1 })
    } catch (cause) {
      const message = `it does not let this server read what agents say (${messageOf(cause)}): see the rights of its login there`
      throw new EyeNetError('forbidden', message, { cause })
    }
    this.#ready = true
    this.#problem = ''
    logger.info({ url: config.url, protocol: this.#protocol, shared: shares }, 'connected to the MQTT broker')
    onReady()
  }

  #lost(problem: string): void {
    if (this.#problem !== problem && !this.#closed) {
      this.#options.logger.warn(
        { url: this.#options.config.url, problem },
        'not connected to the MQTT broker; trying again',
      )
    }
    this.#ready = false
    this.#problem = problem
    if (this.#closed) return
    for (const [agent, site] of this.#present) this.#options.onDisconnected({ kind: 'agent', agent, site })
    this.#present.clear()
  }

  /** Takes one message. The broker gets its PUBACK at once while there is room: what counts for an agent is our own word. */
  #take({ topic, payload }: IPublishPacket, taken: () => void): void {
    const up = parseUpTopic(topic)
    if (up === undefined) {
      taken()
      return
    }
    this.#inWork += 1
    const isFull = this.#inWork >= MAX_IN_WORK
    if (isFull) this.#held.push(taken)
    else taken()
    this.#receive(up, typeof payload === 'string' ? Buffer.from(payload) : payload)
      .catch((thrown: unknown) => {
        this.#options.logger.error(
          { topic, error: messageOf(thrown) },
          'a message of an agent was not taken; it comes again',
        )
      })
      .finally(() => {
        this.#inWork -= 1
        this.#held.shift()?.()
      })
  }

  async #receive(up: UpTopic, payload: Uint8Array): Promise<void> {
    if (!(await this.#options.isKnown(up))) {
      this.#strangers += 1
      this.#warn({ agent: up.agent, site: up.site }, 'a message of an agent that is not known here was dropped')
      return
    }
    if (up.kind !== 'status') return this.#options.onUp(up, payload)
    const presence = presenceOf(payload)
    if (presence?.agent !== up.agent) return
    await this.#options.onUp(up, payload)
    const identity = { kind: 'agent', agent: up.agent, site: up.site } as const
    if (presence.kind === 'birth' && this.#ready) {
      if (this.#present.has(up.agent)) return
      this.#present.set(up.agent, up.site)
      this.#options.onConnected(identity)
      this.#options.onHeard(identity, presence.epoch)
    } else if (this.#present.delete(up.agent)) this.#options.onDisconnected(identity)
  }
}

/** A broker beside this server. It is connected to in the background. Throws EyeNetError when a file of it cannot be read. */
export function openExternalBroker(options: ExternalBrokerOptions): Broker {
  const broker = new ExternalBroker(options)
  broker.open()
  return broker
}

/** Status messages are small; a larger one is none. */
const MAX_STATUS_BYTES = 64 * 1024

function presenceOf(payload: Uint8Array): Presence | undefined {
  if (payload.length > MAX_STATUS_BYTES) return undefined
  try {
    return Presence.safeParse(parseBoundedJson(payload)).data
  } catch {
    return undefined
  }
}

function fileOf(name: 'ca' | 'cert' | 'key', file: string | undefined): { readonly [name: string]: Buffer } {
  if (file === undefined) return {}
  try {
    return { [name]: readFileSync(file) }
  } catch (cause) {
    throw new EyeNetError('unavailable', `cannot read ${file} (server.broker.${name}File): ${messageOf(cause)}`, {
      cause,
    })
  }
}
