import { join } from 'node:path'
import type { AgentConfig } from '@eyenet/shared/config'
import type { DiscoverySettings } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { Outbox } from './buffer/buffer.ts'
import {
  Discovery,
  effectiveDiscovery,
  knockTcp,
  LocalNeighbours,
  ownNetworks,
  reverseNames,
} from './discover/discover.ts'
import type { Pinger } from './probe/probe.ts'
import type { Clock } from './schedule/schedule.ts'
import { createSnmpEngine } from './snmp/snmp.ts'

export type DiscoveryWorld = {
  readonly site: string
  readonly dataDir: string
  readonly clock: Clock
  readonly logger: Logger
  readonly pinger: Pinger
  readonly outbox: Outbox
  readonly watched: () => Iterable<string>
}

/** The search for devices of this agent, by real packets. */
export function openDiscovery(world: DiscoveryWorld, config: AgentConfig, server?: DiscoverySettings): Discovery {
  const { site, dataDir, clock, logger, pinger, outbox, watched } = world
  const neighbours = new LocalNeighbours(clock)
  return new Discovery(
    {
      ...{ site, clock, logger, pinger, watched, file: join(dataDir, 'discovery.db') },
      snmp: createSnmpEngine({ clock, logger }),
      knock: knockTcp,
      nameOf: reverseNames(),
      macOf: (address) => neighbours.macOf(address),
      own: () => ownNetworks(),
      append: (report) => outbox.append({ facts: [report] }),
    },
    effectiveDiscovery(config, server),
  )
}
