import type { AgentId, DeviceId, EpochMs, SiteName } from '@eyenet/shared/identity'
import type { Peer, Presence, Target, TaskReply } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { ControlDb } from '../db/db.ts'
import type { MetricStore } from '../store/store.ts'
import type { Vault } from '../vault/vault.ts'
import type { TaskBody } from './agent-tasks.ts'
import type { AgentTrust, TrustSettings } from './agent-trust.ts'
import type { Configurations } from './configuration/configuration.ts'
import type { WatchOutcome } from './desired-targets.ts'
import type { DiscoverySupply } from './discovery-delivery.ts'
import type { Fleet } from './fleet-interface.ts'
import type { KeyDelivery } from './key-delivery.ts'
import type { ModelSupply } from './model-delivery.ts'
import type { NewNotice } from './notices.ts'

export type FleetOptions = {
  readonly db: ControlDb
  readonly vault: Vault
  readonly store: MetricStore
  readonly now: () => EpochMs
  readonly logger: Logger
  /** Hands a message to the broker. */
  readonly send: (topic: string, payload: string, options: { readonly retain: boolean }) => Promise<void>
  readonly disconnect: (agent: AgentId) => void
  /** mqtt://HOST:PORT for agents; an empty host means the host of the URL they enrol with. */
  readonly mqttUrl: string
  readonly trust: TrustSettings
  /** How other machines reach the page, for the line to paste. */
  readonly serverUrl: string
  /** A birth or death, as the agent told it. */
  readonly onPresence?: (peer: Peer, presence: Presence) => Promise<void>
  /** Which anomaly models agents run. */
  readonly models?: ModelSupply
  /** Where agents look for devices. */
  readonly discovery?: DiscoverySupply
  /** Called when an agent's rows are gone. */
  readonly onRemoved: (agent: AgentId) => void
}

/** The fleet, with what the broker and ingest need of it beside the API. */
export type AgentConnection = {
  readonly agent: AgentId
  readonly name: string
  readonly site: SiteName
  readonly isConnected: boolean
}

export interface FleetRoom extends Fleet {
  readonly signingKeys: KeyDelivery
  readonly trust: AgentTrust
  /** It judges open roll-outs by itself. */
  readonly configuration: Configurations
  /** By password, where agents do not need a certificate. */
  login(username: string, password: string): Promise<{ agent: AgentId; site: SiteName } | undefined>
  /** Whether there is such an agent, at that site. */
  knows(peer: Peer): Promise<boolean>
  connected(agent: AgentId, address?: string): Promise<void>
  disconnected(agent: AgentId): Promise<void>
  /** A message on the status topic. */
  receivePresence(peer: Peer, payload: Uint8Array): Promise<void>
  /** A message on the reply topic. */
  receiveReply(peer: Peer, payload: Uint8Array): void
  /** Samples of the agent were stored, the newest of that time. */
  heard(agent: AgentId, newest: EpochMs): void
  /** On disk when it answers. */
  note(notice: NewNotice): Promise<void>
  /** A notice that may be asked for as often as an attacker likes: gathered, bounded, written a little later. */
  remark(notice: NewNotice): void
  stats(): { readonly droppedNotices: number }
  /** The name of an agent for people, without a wait; undefined when it is unknown. */
  nameOf(agent: string): string | undefined
  /** As `watch`, many at once: each is added or not, in their order, and the agent is told once. */
  watchAll(agent: AgentId, targets: readonly Target[]): Promise<readonly WatchOutcome[]>
  unwatchAll(devices: readonly DeviceId[]): Promise<void>
  /** Its reply, within 20 s; EyeNetError `unavailable` where it is away. */
  ask(agent: AgentId, task: TaskBody): Promise<TaskReply>
  connections(): Promise<readonly AgentConnection[]>
  /** These agents have something else to run now: they are told soon. */
  desiredChanged(agents: readonly AgentId[]): void
  /** How often this device is polled, where the server decides it; undefined for a device it does not hold. */
  watched(device: DeviceId): Promise<{ readonly intervalSeconds?: number } | undefined>
  close(): Promise<void>
}
