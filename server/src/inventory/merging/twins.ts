import type { DeviceId } from '@eyenet/shared/identity'
import type { DeviceTraits } from './same-device.ts'

/** Of one trait at most so many devices are looked at: what more of them share tells nothing. */
const MAX_SHARING = 8

/** Finds the devices that have something in common with another one, without comparing all with all. */
export class Twins {
  readonly #traits = new Map<DeviceId, DeviceTraits>()
  readonly #byKey = new Map<string, Set<DeviceId>>()

  set(traits: DeviceTraits): void {
    this.remove(traits.id)
    this.#traits.set(traits.id, traits)
    for (const key of keysOf(traits)) {
      const ids = this.#byKey.get(key) ?? new Set()
      ids.add(traits.id)
      this.#byKey.set(key, ids)
    }
  }

  get(id: DeviceId): DeviceTraits | undefined {
    return this.#traits.get(id)
  }

  remove(id: DeviceId): void {
    const before = this.#traits.get(id)
    if (before === undefined) return
    this.#traits.delete(id)
    for (const key of keysOf(before)) {
      const ids = this.#byKey.get(key)
      ids?.delete(id)
      if (ids?.size === 0) this.#byKey.delete(key)
    }
  }

  /** Others that share a trait with it. */
  of(id: DeviceId): readonly DeviceTraits[] {
    const traits = this.#traits.get(id)
    if (traits === undefined) return []
    const found = new Set<DeviceId>()
    for (const key of keysOf(traits)) {
      const ids = this.#byKey.get(key)
      if (ids === undefined || ids.size > MAX_SHARING) continue
      for (const other of ids) if (other !== id) found.add(other)
    }
    return [...found].flatMap((other) => this.#traits.get(other) ?? [])
  }

  ids(): Iterable<DeviceId> {
    return this.#traits.keys()
  }
}

function keysOf({ site, address, sysName, sysObjectId, engineId, serial, ...traits }: DeviceTraits): Set<string> {
  const keys = new Set([`address ${site} ${address}`])
  for (const one of traits.addresses) keys.add(`address ${site} ${one}`)
  for (const one of [serial, ...traits.memberSerials]) if (one !== '') keys.add(`serial ${one}`)
  if (engineId !== '') keys.add(`engine ${engineId}`)
  if (sysName !== '') keys.add(`name ${sysName.toLowerCase()} ${sysObjectId}`)
  for (const mac of traits.macs) keys.add(`mac ${mac}`)
  return keys
}
