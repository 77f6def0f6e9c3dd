import { join } from 'node:path'
import type { Outbox } from './buffer/buffer.ts'
import type { WatchedDevice } from './device/device.ts'
import {
  Discovery,
  effectiveDiscovery,
  knockTcp,
  LocalNeighbours,
  ownNetworks,
  reverseNames,
} from './discover/discover.ts'
import type { Pinger } from './probe/probe.ts'
import type { AgentOptions } from './running-agent.ts'
import type { Clock } from './schedule/schedule.ts'
import { createSnmpEngine } from './snmp/snmp.ts'

export type DiscoveryWorld = {
  readonly clock: Clock
  readonly pinger: Pinger
  readonly outbox: Outbox
  readonly devices: () => Iterable<WatchedDevice>
}

/** The search for devices of an agent, by real packets. */
export function openDiscovery(options: AgentOptions, world: DiscoveryWorld): Discovery {
  const { dataDir, identity, config } = options
  const { clock, pinger, outbox, devices } = world
  const logger = options.logger.child({ room: 'discover' })
  const neighbours = new LocalNeighbours(clock)
  return new Discovery(
    {
      ...{ site: identity.site, clock, logger, pinger, file: join(dataDir, 'discovery.db') },
      snmp: createSnmpEngine({ clock, logger }),
      knock: knockTcp,
      nameOf: reverseNames(),
      macOf: (address) => neighbours.macOf(address),
      own: () => ownNetworks(),
      watched: () => [...devices()].map(({ target }) => target.address),
      append: (report) => outbox.append({ facts: [report] }),
    },
    effectiveDiscovery(config),
  )
}
