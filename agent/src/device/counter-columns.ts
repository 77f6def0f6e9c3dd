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

  /** The id of a counter's series; -1 before its first value. */
  id(slot: number, counter: number): number {
    return this.#ids[slot * this.#counters + counter] ?? -1
  }

  setId(slot: number, counter: number, id: number): void {
    this.#ids[slot * this.#counters + counter] = id
  }

  gaugeId(slot: number, gauge: number): number {
    return this.#gaugeIds[slot * this.#gauges + gauge] ?? -1
  }

  setGaugeId(slot: number, gauge: number, id: number): void {
    this.#gaugeIds[slot * this.#gauges + gauge] = id
  }

  /** All ids that a slot has. */
  ids(slot: number): number[] {
    const counters = this.#ids.subarray(slot * this.#counters, (slot + 1) * this.#counters)
    const gauges = this.#gaugeIds.subarray(slot * this.#gauges, (slot + 1) * this.#gauges)
    return [...counters, ...gauges].filter((id) => id >= 0)
  }

  base(slot: number, counter: number): number {
    return this.#base[slot * this.#counters + counter] ?? 0
  }

  /** Puts what is known of a counter into `track`. */
  load(slot: number, counter: number, track: CounterTrack): void {
    const at = slot * this.#counters + counter
    track.raw = this.#raw[at] ?? Number.NaN
    track.base = this.#base[at] ?? 0
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

function copied<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from)
  return to
}
