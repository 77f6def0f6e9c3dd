import type { SensorChoice } from '@eyenet/shared/wire'

/** What people have chosen about sensors, by family and object. */
export class SensorChoices {
  #chosen: ReadonlyMap<string, boolean> = new Map()

  /** Takes the choices from now on; answers the families for which something changed. */
  set(choices: readonly SensorChoice[]): ReadonlySet<string> {
    const before = this.#chosen
    this.#chosen = new Map(choices.map(({ family, object, enabled }) => [keyOf(family, object), enabled]))
    const changed = new Set<string>()
    for (const key of new Set([...before.keys(), ...this.#chosen.keys()])) {
      if (before.get(key) !== this.#chosen.get(key)) changed.add(key.slice(0, key.indexOf('\u0000')))
    }
    return changed
  }

  /** Undefined where nobody has chosen: the survey decides. */
  of(family: string, object: string): boolean | undefined {
    return this.#chosen.get(keyOf(family, object))
  }
}

function keyOf(family: string, object: string): string {
  return `${family}\u0000${object}`
}
