import type { CounterTrack } from './counter-step.ts'

/** Series ids and counters of all interfaces of a device, in arrays shared by them: an interface has a slot. */
export class CounterColumns {
  readonly #counters: number
  readonly #gauges: number
  #capacity = 0
  #ids = new Int32Array(0)
  #raw = new Float64Array(0)
  #base = new Float64Array(0)
  #gaugeIds = new Int32Array(0)
  #next = 0
  readonly #free: number[] = []

  constructor(counters: number, gauges: number) {
    this.#counters = counters
    this.#gauges = gauges
  }

  /** A slot with nothing in it. */
  claim(): number {
    const slot = this.#free.pop() ?? this.#next++
    if (slot >= this.#capacity) this.#grow(Math.max(8, slot + 1, Math.ceil(this.#capacity * 1.5)))
    this.#ids.fill(-1, slot * this.#counters, (slot + 1) * this.#counters)
    this.#raw.fill(Number.NaN, slot * this.#counters, (slot + 1) * this.#counters)
    this.#base.fill(0, slot * this.#counters, (slot + 1) * this.#counters)
    this.#gaugeIds.fill(-1, slot * this.#gauges, (slot + 1) * this.#gauges)
    return slot
  }

  release(slot: number): void {
    this.#free.push(slot)
  }

  /** The id of a counter's series; made at its first value. */
  id(slot: number, counter: number, make: () => number): number {
    return made(this.#ids, slot * this.#counters + counter, make)
  }

  gaugeId(slot: number, gauge: number, make: () => number): number {
    return made(this.#gaugeIds, slot * this.#gauges + gauge, make)
  }

  /** All ids that a slot has. */
  ids(slot: number): number[] {
    const counters = this.#ids.subarray(slot * this.#counters, (slot + 1) * this.#counters)
    const gauges = this.#gaugeIds.subarray(slot * this.#gauges, (slot + 1) * this.#gauges)
    return [...counters, ...gauges].filter((id) => id >= 0)
  }

  track(slot: number, counter: number): CounterTrack {
    const at = slot * this.#counters + counter
    return { raw: this.#raw[at] ?? Number.NaN, base: this.#base[at] ?? 0 }
  }

  keep(slot: number, counter: number, { raw, base }: CounterTrack): void {
    const at = slot * this.#counters + counter
    this.#raw[at] = raw
    this.#base[at] = base
  }

  #grow(capacity: number): void {
    this.#capacity = capacity
    this.#ids = copied(this.#ids, new Int32Array(capacity * this.#counters))
    this.#raw = copied(this.#raw, new Float64Array(capacity * this.#counters))
    this.#base = copied(this.#base, new Float64Array(capacity * this.#counters))
    this.#gaugeIds = copied(this.#gaugeIds, new Int32Array(capacity * this.#gauges))
  }
}

function made(ids: Int32Array, at: number, make: () => number): number {
  const known = ids[at] ?? -1
  if (known >= 0) return known
  const id = make()
  ids[at] = id
  return id
}

function copied<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from)
  return to
}
