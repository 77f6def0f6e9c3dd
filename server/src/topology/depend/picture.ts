import type { Incident } from '@eyenet/shared/api'
import type { AgentId, DeviceId, EpochMs, SiteName } from '@eyenet/shared/identity'
import type { DeviceRole } from '@eyenet/shared/roles'
import type { Ways } from './ways.ts'

/** How one device answers. Times are the ticks of polls. */
export type Answer = {
  readonly device: DeviceId
  readonly name: string
  readonly site: SiteName
  readonly agent: AgentId
  /** Rack, room or place; empty where it is not told. */
  readonly place: string
  readonly role: DeviceRole
  /** An agent's own machine: it is asked nothing, and speaks while its agent does. */
  readonly isHost: boolean
  /** Whether it tells how its ports are: then one that is not told to be down is up. */
  readonly tellsPorts: boolean
  /** unknown: nothing was heard of it for long. SNMP that fails while ping answers is `up`. */
  readonly state: 'up' | 'down' | 'unknown'
  /** The first poll with this state. */
  readonly since: EpochMs
  readonly askedAt: EpochMs
  /** The last poll that it answered. */
  readonly answeredAt: EpochMs
  readonly intervalMs: number
}

/** A port of a device that answers: down, and wanted up. `since`: the first poll that said so; `askedAt`: the last one. */
export type DownPort = {
  readonly device: DeviceId
  readonly port: string
  /** Not wanted up: switched off by an administrator. It is no failure, but leads to nobody. */
  readonly isOff?: boolean
  readonly since: EpochMs
  readonly askedAt: EpochMs
}

export type Watcher = {
  readonly agent: AgentId
  readonly name: string
  readonly site: SiteName
  /** Without it nothing is known of what it watches. */
  readonly isConnected: boolean
  /** Its own machine, as a node of the graph. */
  readonly host?: string
}

export type Part = 'failed' | 'behind'

/** An incident that is open, as it was found before. */
export type Standing = Pick<Incident, 'id' | 'site' | 'kind' | 'cause' | 'or' | 'since' | 'evidence'> & {
  /** What it is of: the same failure has the same key. */
  readonly key: string
  /** Everything that it took with it so far. */
  readonly members: ReadonlyMap<DeviceId, Part>
  /** Since when its cause is over and only some of its members do not answer yet. */
  readonly overAt?: EpochMs
}

/** All that a decision is made of. */
export type Picture = {
  readonly ways: Ways
  readonly answers: ReadonlyMap<string, Answer>
  readonly downPorts: readonly DownPort[]
  readonly watchers: readonly Watcher[]
  readonly open: readonly Standing[]
  readonly now: EpochMs
}

/** One failure and what it explains now. */
export type Cause = Omit<Standing, 'id' | 'members'> & {
  /** The open incident that goes on; absent for a new one. */
  readonly id?: string
  readonly failed: readonly DeviceId[]
  readonly behind: readonly DeviceId[]
}

export type Explanation = {
  readonly causes: readonly Cause[]
  /** Down, and not to be told yet: what explains it may not have been asked since. */
  readonly held: ReadonlySet<DeviceId>
  /** Down, and explained by a cause, or to be held. */
  readonly quietPorts: readonly Pick<DownPort, 'device' | 'port'>[]
}
