import { type Labels, seriesKey } from '@eyenet/shared/identity'
import type { Additions, NewDiscovered, NewEvent, NewFacts, NewLinks } from '../buffer/buffer.ts'

/** An outbox in memory. */
export class Collector {
  readonly labels: Labels[] = []
  readonly events: NewEvent[] = []
  readonly facts: NewFacts[] = []
  /** Links and what was discovered. */
  readonly findings: (NewLinks | NewDiscovered)[] = []
  last = new Map<number, number>()
  readonly #ids = new Map<string, number>()

  seriesId(labels: Labels): number {
    const key = seriesKey(labels)
    const id = this.#ids.get(key) ?? this.labels.push(labels) - 1
    this.#ids.set(key, id)
    return id
  }

  append({ samples = [], events = [], facts = [] }: Additions): void {
    this.last = new Map()
    for (const { ids, values } of samples) {
      for (let at = 0; at < ids.length; at++) this.last.set(ids[at] ?? -1, values[at] ?? Number.NaN)
    }
    this.events.push(...events)
    for (const one of facts) {
      if ('kind' in one) this.findings.push(one)
      else this.facts.push(one)
    }
  }

  /** Value in the last poll of the only series with these labels; undefined when it was not there. */
  value(metric: string, labels: Labels = {}): number | undefined {
    const found = this.labels.flatMap((one, id) =>
      one.__name__ === metric &&
      Object.entries(labels).every(([name, value]) => one[name] === value) &&
      this.last.has(id)
        ? [this.last.get(id)]
        : [],
    )
    if (found.length > 1) throw new Error(`${found.length} series of ${metric}`)
    return found[0]
  }
}
