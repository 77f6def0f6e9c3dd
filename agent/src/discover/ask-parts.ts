import type { Pinger } from '../probe/probe.ts'
import type { Clock } from '../schedule/schedule.ts'
import type { DeviceTurns } from './device-turns.ts'
import type { DiscoveryFile } from './discovery-file.ts'
import type { EffectiveDiscovery } from './effective-discovery.ts'
import type { KnockTcp } from './knock-tcp.ts'
import type { Pace } from './pace.ts'
import type { PacedSnmp } from './paced-snmp.ts'
import type { ReverseName } from './reverse-name.ts'

/** What asking an address needs. Everything that sends takes its packets from `pace` first. */
export type AskParts = {
  readonly site: string
  readonly clock: Clock
  readonly pace: Pace
  readonly pinger: Pick<Pinger, 'ping'>
  readonly snmp: PacedSnmp
  readonly knock: KnockTcp
  readonly nameOf: ReverseName
  readonly file: DiscoveryFile
  readonly turns: DeviceTurns
  readonly settings: () => EffectiveDiscovery
  /** Whether this address may still be asked: asked again before each packet, since settings change. */
  readonly mayGoOn: (address: string) => boolean
  /** The MAC by which this machine's kernel knows it. */
  readonly macOf: (address: string) => Promise<string | undefined>
  /** A watched device is asked by its poll, not here. */
  readonly isWatched: (address: string) => boolean
}
