import type { TopologyGraph } from '@eyenet/shared/api'
import type { LinkParts } from './device-view.ts'
import { compareText } from './directory.ts'

type Vlans = TopologyGraph['vlans']

/** Each VLAN under the name that most devices give it; counted as devices come, change and go. */
export class VlanNames {
  readonly #counts = new Map<number, Map<string, number>>()
  #all: Vlans | undefined

  /** What one device told before, and what it tells now; undefined: nothing. */
  change(before: LinkParts['vlans'], now: LinkParts['vlans']): void {
    if (before === now) return
    for (const { id, name } of before ?? []) this.#count(id, name, -1)
    for (const { id, name } of now ?? []) this.#count(id, name, 1)
    this.#all = undefined
  }

  all(): Vlans {
    this.#all ??= [...this.#counts]
      .map(([id, counts]) => {
        const [most] = [...counts].sort(([a, x], [b, y]) => y - x || compareText(a, b))
        return { id, name: most?.[0] ?? '' }
      })
      .sort((a, b) => a.id - b.id)
    return this.#all
  }

  #count(id: number, name: string, by: 1 | -1): void {
    const counts = this.#counts.get(id) ?? new Map<string, number>()
    const count = (counts.get(name) ?? 0) + by
    if (count > 0) this.#counts.set(id, counts.set(name, count))
    else counts.delete(name)
    if (counts.size === 0) this.#counts.delete(id)
  }
}
