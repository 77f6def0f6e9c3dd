import type { AgentId } from '@eyenet/shared/identity'

export type BrokerStats = {
  readonly connections: number
  readonly refusedLogins: number
  readonly deniedTopics: number
  readonly oversizePackets: number
  readonly refusedConnections: number
  /** Connections that were cut before they logged in: too many of one address, or too slow. */
  readonly cutStrangers: number
  /** Clients that were cut because they did not read what they subscribed to. */
  readonly cutReaders: number
}

export interface Broker {
  readonly host: string
  readonly port: number
  /** Tells subscribers. Resolves when the packet is handed to them; QoS 1 is repeated by aedes while they are connected. */
  publish(topic: string, payload: Uint8Array | string, options?: { readonly retain?: boolean }): Promise<void>
  /** Ends the connection of an agent, if there is one. */
  disconnect(agent: AgentId): void
  /** Whether new connections are taken, or the broker beside this server is there. */
  isListening(): boolean
  /** Why it is not, for people; undefined when it is. */
  problem(): string | undefined
  stats(): BrokerStats
  close(): Promise<void>
}
