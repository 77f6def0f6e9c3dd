import type { AgentConfig } from '@eyenet/shared/config'
import type { SnmpAccess, Target } from '@eyenet/shared/wire'
import type { WatchedIntervals, WatchedTarget } from './device/device.ts'

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
  const add = (target: Target, { unasked = false, own = false } = {}): void => {
    const key = keyOf(target, found, own)
    if (found.has(key)) return
    const { address, name, device, snmp, ping } = target
    const metrics = [...config.metrics, ...(target.metrics ?? [])]
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
      intervals: intervalsOf(target, config, intervalMs),
      ...(metrics.length === 0 ? {} : { metrics }),
    })
    addresses.add(address)
  }
  for (const target of config.targets) add(resolved(target, config), { own: true })
  for (const target of desired) add(target)
  const addNeighbour = (address: string, name: string): void => {
    // A resolver on this machine itself is no neighbour.
    if (!addresses.has(address) && !address.startsWith('127.') && address !== '::1')
      add({ address, name, ping: true }, { unasked: true })
  }
  if (config.neighbours.gateway && neighbours.gateway) addNeighbour(neighbours.gateway, `gateway ${neighbours.gateway}`)
  if (config.neighbours.resolver) for (const one of neighbours.resolvers) addNeighbour(one, `resolver ${one}`)
  return [...found.values()]
}

/** In the file two devices may stand behind one address and port, told apart by credential or context: their names do it. */
function keyOf({ address, name, snmp }: Target, found: ReadonlyMap<string, WatchedTarget>, own: boolean): string {
  const key = `${address}#${snmp?.port ?? 'ping'}`
  return own && found.has(key) && name !== undefined ? `${key}#${name}` : key
}

/** A device that is polled more often has its sensors read as often, unless told otherwise. */
function intervalsOf(
  { intervals = {} }: Target,
  { intervals: own }: AgentConfig,
  intervalMs: number,
): WatchedIntervals {
  const seconds = { ...own.metrics, ...intervals.metrics }
  return {
    sensorsMs: Math.max(intervalMs, (intervals.sensorsSeconds ?? own.sensorsSeconds) * 1000),
    inventoryMs: (intervals.inventorySeconds ?? own.inventorySeconds) * 1000,
    linksMs: (intervals.linksSeconds ?? own.linksSeconds) * 1000,
    metricsMs: Object.fromEntries(Object.entries(seconds).map(([metric, every]) => [metric, every * 1000])),
  }
}

/** A target of the YAML file with its credential in place of the credential's name. */
function resolved({ snmp, ...target }: AgentConfig['targets'][number], config: AgentConfig): Target {
  const credential = snmp && config.credentials[snmp.credential]
  const { name, intervalSeconds, intervals, metrics, ...rest } = target
  return {
    ...rest,
    ...(name === undefined ? {} : { name }),
    ...(intervalSeconds === undefined ? {} : { intervalSeconds }),
    ...(intervals === undefined ? {} : { intervals }),
    ...(metrics === undefined ? {} : { metrics }),
    ...(snmp && credential ? { snmp: accessOf(snmp, credential) } : {}),
  }
}

type ConfiguredSnmp = NonNullable<AgentConfig['targets'][number]['snmp']>

function accessOf(snmp: ConfiguredSnmp, credential: SnmpAccess['credential']): SnmpAccess {
  const { port, timeoutMs, retries, transport, maxRequestsPerSecond } = snmp
  return {
    ...{ port, timeoutMs, retries, credential },
    ...(transport === undefined ? {} : { transport }),
    ...(maxRequestsPerSecond === undefined ? {} : { maxRequestsPerSecond }),
  }
}
