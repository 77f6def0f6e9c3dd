import type { TopologyEvent } from '@eyenet/shared/api'
import type { DeviceId } from '@eyenet/shared/identity'

/** An event of a station: its number is that of when it is written. */
export type StationEvent = Omit<TopologyEvent, 'seq'>
export type Settled = {
  readonly causes: ReadonlyMap<DeviceId, string>
  readonly mergedInto: ReadonlyMap<string, string>
}

/** Events of stations that wait, as where a disk is full; the oldest go first. */
const MAX_STATIONS = 20_000

/** What is said once, and must not be forgotten before it is on disk: links are seen again, these are not. */
export class Unwritten {
  /** Why which device may look different. */
  readonly causes = new Map<DeviceId, string>()
  /** Devices that turned out to be another one: the old id's new one. */
  readonly mergedInto = new Map<string, string>()
  #stations: readonly StationEvent[] = []

  get stations(): readonly StationEvent[] {
    return this.#stations
  }

  settled({ causes, mergedInto }: Settled): void {
    for (const [device, cause] of causes) this.causes.set(device, cause)
    for (const [from, into] of mergedInto) this.mergedInto.set(from, into)
  }

  told(events: readonly StationEvent[]): void {
    this.#stations = [...this.#stations, ...events].slice(-MAX_STATIONS)
  }

  clear(): void {
    this.causes.clear()
    this.mergedInto.clear()
    this.#stations = []
  }
}

/** Why these devices may look different; where none of them told anything, what else happened. */
export function causeOf(causes: ReadonlyMap<DeviceId, string>, devices: readonly DeviceId[]): string {
  const own = devices.flatMap((device) => causes.get(device) ?? [])
  const [cause] = own.length > 0 ? own : [...causes.values()]
  return cause ?? 'time'
}
