import type { BridgeView } from './bridge-view.ts'
import { type DraftLink, takenPorts } from './draft-link.ts'
import type { KnownDevice } from './known-device.ts'
import type { Sight, Sights, Station } from './sights.ts'

/** Below that, what is announced may be stale or about somebody else. */
const TRUSTED = 0.85

type Directions = ReadonlyMap<KnownDevice, ReadonlyMap<Station, number>>

type Shown = {
  readonly learnt: Sight
  readonly more: ReadonlyMap<Station, number> | undefined
  readonly spare: readonly string[]
}

/** Gives the view what bridges have learnt, and the directions that neighbours announce. */
export class Lookout {
  readonly #sights: Sights
  readonly #view: BridgeView
  readonly #shown = new Map<KnownDevice, Shown>()

  constructor(sights: Sights, view: BridgeView) {
    this.#sights = sights
    this.#view = view
  }

  /** Shows what changed since the last time. */
  look(devices: readonly KnownDevice[], heard: readonly DraftLink[]): void {
    const taken = takenPorts(heard)
    const announced = directionsOf(heard, this.#sights)
    for (const device of devices) {
      const learnt = this.#sights.of(device)
      const before = this.#shown.get(device)
      if (learnt === undefined) {
        if (before !== undefined) this.#view.set(before.learnt.of, undefined)
        this.#shown.delete(device)
        continue
      }
      const more = announced.get(device)
      const spare = device.quiet.filter((port) => !taken.has(`${device.view.device}|${port}`))
      const isSame = before?.learnt === learnt && isEqual(before.more, more)
      if (isSame && spare.join('\n') === before.spare.join('\n')) continue
      this.#shown.set(device, { learnt, more, spare })
      const portOf = more === undefined ? learnt.portOf : new Map([...learnt.portOf, ...more])
      this.#view.set(learnt.of, { of: learnt.of, portOf, spare })
    }
  }
}

function directionsOf(heard: readonly DraftLink[], sights: Sights): Directions {
  const found = new Map<KnownDevice, Map<Station, number>>()
  for (const { a, b, confidence } of heard) {
    if (confidence < TRUSTED || a.device?.table === undefined || b.device?.table === undefined) continue
    for (const [near, far] of [
      [a, b],
      [b, a],
    ] as const) {
      if (near.device?.table === undefined || far.device === undefined || near.port === undefined) continue
      const port = near.device.table.ports.indexOf(near.device.ports.outer(near.port))
      if (port < 0) continue
      const all = found.get(near.device) ?? new Map<Station, number>()
      found.set(near.device, all.set(sights.bridge(far.device), port))
    }
  }
  return found
}

function isEqual(
  one: ReadonlyMap<Station, number> | undefined,
  other: ReadonlyMap<Station, number> | undefined,
): boolean {
  if (one === undefined || other === undefined) return one === other
  return one.size === other.size && [...one].every(([station, port]) => other.get(station) === port)
}
