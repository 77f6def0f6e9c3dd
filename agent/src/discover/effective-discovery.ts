import type { AgentConfig } from '@eyenet/shared/config'
import { type IpNetwork, ipNetwork, NetworkSet } from '@eyenet/shared/network'
import {
  DISCOVERY_DEFAULTS,
  DISCOVERY_LIMITS,
  DISCOVERY_PORTS,
  type DiscoverySettings,
  type SnmpCredential,
} from '@eyenet/shared/wire'

/** A credential that may be tried; reports name its id. */
export type NamedCredential = { readonly id: string; readonly credential: SnmpCredential; readonly port: number }

/** Where and how this agent looks for devices: what its file and the server say together. */
export type EffectiveDiscovery = {
  /** Networks as they were named, for their edges: `permitted` says what may be asked. */
  readonly networks: readonly IpNetwork[]
  readonly permitted: NetworkSet
  readonly credentials: readonly NamedCredential[]
  readonly packetsPerSecond: number
  /** 0: only on demand. */
  readonly everyMs: number
  readonly ports: readonly number[]
  readonly crawl: boolean
  readonly passive: boolean
  readonly silentHosts: boolean
  readonly names: boolean
}

const SNMP_PORT = 161

/**
 * Networks that the file names are the bound of what the server may permit: who takes over a server commands no sweep
 * beyond them. Exclusions of both hold, the slower pace of both holds; else what the file names stands.
 */
export function effectiveDiscovery(
  { discovery: own, credentials }: AgentConfig,
  server?: DiscoverySettings,
): EffectiveDiscovery {
  const named = own.networks === undefined ? undefined : networksOf(own.networks)
  const told = server === undefined ? undefined : networksOf(server.networks)
  const within = named ?? told ?? []
  const excluded = NetworkSet.of(networksOf([...own.exclude, ...(server?.exclude ?? [])]))
  const everySeconds = own.everySeconds ?? server?.everySeconds ?? DISCOVERY_DEFAULTS.everySeconds
  return {
    networks: [...(named ?? []), ...(told ?? [])],
    permitted: NetworkSet.of(within)
      .and(NetworkSet.of(told ?? within))
      .minus(excluded),
    credentials: [
      ...own.credentials.flatMap((id) => credentialNamed(id, credentials)),
      ...(server?.credentials ?? []).map(({ id, credential, port = SNMP_PORT }) => ({ id, credential, port })),
    ].slice(0, DISCOVERY_LIMITS.credentials),
    packetsPerSecond: Math.min(
      own.packetsPerSecond ?? DISCOVERY_LIMITS.packetsPerSecond,
      server?.packetsPerSecond ?? own.packetsPerSecond ?? DISCOVERY_DEFAULTS.packetsPerSecond,
    ),
    everyMs: everySeconds * 1000,
    ports: own.ports ?? server?.ports ?? DISCOVERY_PORTS,
    crawl: own.crawl ?? server?.crawl ?? true,
    passive: own.passive ?? server?.passive ?? false,
    silentHosts: own.silentHosts ?? server?.silentHosts ?? false,
    names: own.names,
  }
}

/** Networks of texts; what is none is passed over, since the schemas have refused it before. */
export function networksOf(texts: readonly string[]): readonly IpNetwork[] {
  return texts.map(ipNetwork).filter((one) => one !== undefined)
}

/** A credential of the file may have any name; `file:` keeps it apart from the ids of the server. */
function credentialNamed(name: string, credentials: AgentConfig['credentials']): NamedCredential[] {
  const credential = Object.hasOwn(credentials, name) ? credentials[name] : undefined
  return credential === undefined ? [] : [{ id: `file:${name}`.slice(0, 64), credential, port: SNMP_PORT }]
}
