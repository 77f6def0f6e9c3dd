import type { ServerConfig } from '@eyenet/shared/config'
import { messageOf } from '@eyenet/shared/errors'
import type { EpochMs } from '@eyenet/shared/identity'
import type { Logger } from 'pino'
import type { Auth } from './auth/auth.ts'
import {
  type Broker,
  type BrokerTls,
  KnownPeers,
  type MqttIdentity,
  type MqttLogin,
  openEmbeddedBroker,
  openExternalBroker,
} from './broker/broker.ts'
import type { FleetRoom } from './fleet/fleet.ts'
import { hostAndPort } from './host-and-port.ts'
import type { Ingest } from './ingest/ingest.ts'

export type ConfiguredBrokerOptions = {
  readonly config: ServerConfig
  readonly logger: Logger
  readonly now: () => EpochMs
  readonly fleet: FleetRoom
  readonly ingest: Ingest
  readonly auth: Auth
  /** Absent: MQTT is not encrypted, and agents log in by password. */
  readonly tls: BrokerTls | undefined
  /** An external broker is there, maybe without what it had retained. */
  readonly onReady: () => void
}

/** The broker that the configuration names, tied to those who hear what agents say. */
export async function openConfiguredBroker(options: ConfiguredBrokerOptions): Promise<Broker> {
  const { config, logger, fleet, ingest, onReady } = options
  const settle = (what: string, work: Promise<void>): void => {
    work.catch((thrown) => logger.error({ what, error: messageOf(thrown) }, 'work for an MQTT client failed'))
  }
  const handlers: Pick<Parameters<typeof openEmbeddedBroker>[0], 'onUp' | 'onConnected' | 'onDisconnected'> = {
    onUp: async (up, payload) => {
      if (up.kind === 'status') await fleet.receivePresence(up, payload)
      else if (up.kind === 'reply') fleet.receiveReply(up, payload)
      else if (up.kind === 'renewal') await fleet.trust.renew(up, payload)
      else await ingest.receive(up, up.kind, payload)
    },
    onConnected: (identity, address) => {
      if (identity.kind === 'agent') settle('connected', fleet.connected(identity.agent, address))
    },
    onDisconnected: (identity) => {
      if (identity.kind === 'agent') settle('disconnected', fleet.disconnected(identity.agent))
    },
  }
  if (config.broker.kind !== 'external') return openEmbedded(options, handlers)
  const peers = new KnownPeers((peer) => fleet.knows(peer))
  return openExternalBroker({
    ...{ logger, onReady, ...handlers },
    config: config.broker,
    maxPacketBytes: config.mqtt.maxPacketBytes,
    isKnown: (peer) => peers.has(peer),
    onHeard: ({ site, agent }, epoch) => ingest.greet({ site, agent }, epoch),
  })
}

/** With TLS an agent is its certificate, and a password is none; others log in with an API token. */
export async function identify(
  { fleet, auth, tls }: Pick<ConfiguredBrokerOptions, 'fleet' | 'auth' | 'tls'>,
  { username, password, address, certificate }: MqttLogin,
): Promise<MqttIdentity | 'later' | undefined> {
  const agent =
    tls === undefined
      ? await fleet.login(username, password)
      : certificate && (await fleet.trust.login(certificate, address))
  if (agent === 'later') return agent
  if (agent !== undefined) return { kind: 'agent', agent: agent.agent, site: agent.site }
  // Who shows a certificate is that agent or nobody.
  if (certificate !== undefined) return undefined
  const token = await auth.tokens.authenticate(password)
  return token && { kind: 'integration', name: token.name }
}

function openEmbedded(
  options: ConfiguredBrokerOptions,
  handlers: Pick<Parameters<typeof openEmbeddedBroker>[0], 'onUp' | 'onConnected' | 'onDisconnected'>,
): Promise<Broker> {
  const { config, logger, now, fleet, tls } = options
  const { host, port } = hostAndPort(config.mqtt.listen)
  return openEmbeddedBroker({
    ...{ host, port, logger, ...handlers },
    maxPacketBytes: config.mqtt.maxPacketBytes,
    maxConnections: config.mqtt.maxConnections,
    ...(tls && { tls }),
    authenticate: (login) => identify(options, login),
    onDenied: (identity, action, topic) => {
      if (identity.kind !== 'agent') return
      const message = `it tried to ${action} to ${topic}, which is not its own; the message was dropped`
      const key = `${identity.agent}/denied/${topic}`
      fleet.remark({ agent: identity.agent, key, at: now(), code: 'denied', message })
    },
  })
}
