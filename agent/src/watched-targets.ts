import type { AgentConfig } from '@eyenet/shared/config'
import type { Target } from '@eyenet/shared/wire'
import type { WatchedTarget } from './device/device.ts'

export type Neighbours = { readonly gateway: string | undefined; readonly resolvers: readonly string[] }

/**
 * Everything the agent watches beside its own machine: what the YAML file names, what the server wants, gateway and
 * resolvers. One target per address and port; the file comes before the server, since whoever writes it sits nearer.
 */
export function watchedTargets(
  config: AgentConfig,
  desired: readonly Target[],
  neighbours: Neighbours,
): readonly WatchedTarget[] {
  const found = new Map<string, WatchedTarget>()
  const addresses = new Set<string>()
  const add = (target: Target, unasked = false): void => {
    const key = `${target.address}#${target.snmp?.port ?? 'ping'}`
    if (found.has(key)) return
    const { address, name, device, snmp, ping } = target
    const intervalMs = (target.intervalSeconds ?? config.intervalSeconds) * 1000
    found.set(key, {
      key,
      address,
      ...(name === undefined ? {} : { name }),
      ...(device === undefined ? {} : { device }),
      ...(snmp === undefined ? {} : { snmp }),
      ping,
      ...(unasked ? { unasked } : {}),
      intervalMs,
    })
    addresses.add(address)
  }
  for (const target of config.targets) add(resolved(target, config))
  for (const target of desired) add(target)
  const addNeighbour = (address: string, name: string): void => {
    // A resolver on this machine itself is no neighbour.
    if (!addresses.has(address) && !address.startsWith('127.') && address !== '::1')
      add({ address, name, ping: true }, true)
  }
  if (config.neighbours.gateway && neighbours.gateway) addNeighbour(neighbours.gateway, `gateway ${neighbours.gateway}`)
  if (config.neighbours.resolver) for (const one of neighbours.resolvers) addNeighbour(one, `resolver ${one}`)
  return [...found.values()]
}

/** A target of the YAML file with its credential in place of the credential's name. */
function resolved({ snmp, ...target }: AgentConfig['targets'][number], config: AgentConfig): Target {
  const credential = snmp && config.credentials[snmp.credential]
  const { name, intervalSeconds, ...rest } = target
  return {
    ...rest,
    ...(name === undefined ? {} : { name }),
    ...(intervalSeconds === undefined ? {} : { intervalSeconds }),
    ...(snmp && credential
      ? { snmp: { port: snmp.port, timeoutMs: snmp.timeoutMs, retries: snmp.retries, credential } }
      : {}),
  }
}
