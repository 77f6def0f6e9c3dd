/**
 * MQTT for agents and integrations: accepts connections, knows who they are, confines each to its own topics and hands
 * on what agents publish. It stores nothing and understands no payload. Embedded: aedes, speaking MQTT 3.1.1; or a broker
 * beside this server, spoken to in MQTT 5 where it knows that.
 */
export type { Broker, BrokerStats } from './broker-interface.ts'
export {
  type BrokerOptions,
  type MqttLogin,
  openEmbeddedBroker,
} from './embedded-broker.ts'
export { type ExternalBrokerOptions, openExternalBroker } from './external-broker.ts'
export { KnownPeers } from './known-peers.ts'
export type { BrokerTls, ShownCertificate } from './tls-door.ts'
export { type MqttIdentity, maySubscribe, publishable } from './topic-access.ts'
