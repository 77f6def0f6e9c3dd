import { Row } from './row.ts'
import { ALARM_TIME, DOUBLES, FLOATS, LAST_TIME, STATE_BYTES, WEEK, WEEK_HOURS } from './state-layout.ts'
import { TailPrior } from './tail-prior.ts'
import { SHIPPED_TUNING, type Tuning } from './tuning.ts'

/** Changes with every change of the layout or of its meaning; state of another version is not read. */
const STATE_VERSION = 2
const HEADER_BYTES = 8
const FIRST_SLOTS = 64

/** State of many series in typed arrays. It grows by doubling up to `maxSeries`; slots of closed series are used again. */
export class SeriesBank {
  readonly maxSeries: number
  readonly tuning: Tuning
  /** Learnt state, `FLOATS` a slot. Replaced when the bank grows: read it anew for each batch. */
  floats: Float32Array
  /** Exact state, `DOUBLES` a slot. Replaced when the bank grows. */
  doubles: Float64Array
  readonly #row: Row
  #opened = 0
  readonly #free: number[] = []

  constructor(maxSeries: number, tuning: Tuning = SHIPPED_TUNING) {
    this.maxSeries = maxSeries
    this.tuning = tuning
    this.#row = new Row(tuning, new TailPrior(tuning))
    const slots = Math.min(maxSeries, FIRST_SLOTS)
    this.floats = new Float32Array(slots * FLOATS)
    this.doubles = new Float64Array(slots * DOUBLES)
  }

  /** Series that are open. */
  get size(): number {
    return this.#opened - this.#free.length
  }

  /** The one row that all judging uses, on the bank's present arrays. */
  row(): Row {
    this.#row.floats = this.floats
    this.#row.doubles = this.doubles
    return this.#row
  }

  /** A fresh slot; undefined when `maxSeries` are open. */
  open(): number | undefined {
    const slot = this.#free.pop() ?? (this.#opened < this.maxSeries ? this.#opened++ : undefined)
    if (slot === undefined) return undefined
    if ((slot + 1) * FLOATS > this.floats.length) this.#grow()
    this.#clear(slot)
    return slot
  }

  close(slot: number): void {
    if (slot >= 0 && slot < this.#opened && !this.#free.includes(slot)) this.#free.push(slot)
  }

  /** Forgets what an open series has taught. */
  restart(slot: number): void {
    this.#clear(slot)
  }

  /** The state of one series, for disk: version, length, numbers in little-endian order. */
  save(slot: number): Uint8Array {
    const bytes = new Uint8Array(HEADER_BYTES + STATE_BYTES)
    const view = new DataView(bytes.buffer)
    view.setUint32(0, STATE_VERSION, true)
    view.setUint32(4, FLOATS, true)
    let at = HEADER_BYTES
    for (let i = 0; i < DOUBLES; i++, at += 8) view.setFloat64(at, this.doubles[slot * DOUBLES + i] ?? 0, true)
    for (let i = 0; i < FLOATS; i++, at += 4) view.setFloat32(at, this.floats[slot * FLOATS + i] ?? 0, true)
    return bytes
  }

  /** Takes saved state; false: it is of another version or damaged, and the slot is fresh. */
  load(slot: number, bytes: Uint8Array): boolean {
    this.#clear(slot)
    if (bytes.length !== HEADER_BYTES + STATE_BYTES) return false
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (view.getUint32(0, true) !== STATE_VERSION || view.getUint32(4, true) !== FLOATS) return false
    let at = HEADER_BYTES
    for (let i = 0; i < DOUBLES; i++, at += 8) this.doubles[slot * DOUBLES + i] = view.getFloat64(at, true)
    for (let i = 0; i < FLOATS; i++, at += 4) {
      const value = view.getFloat32(at, true)
      const isUnseenHour = Number.isNaN(value) && i >= WEEK && i < WEEK + WEEK_HOURS
      if (!Number.isFinite(value) && !isUnseenHour) {
        this.#clear(slot)
        return false
      }
      this.floats[slot * FLOATS + i] = value
    }
    return true
  }

  #clear(slot: number): void {
    const at = slot * FLOATS
    this.floats.fill(0, at, at + FLOATS)
    this.floats.fill(Number.NaN, at + WEEK, at + WEEK + WEEK_HOURS)
    this.doubles.fill(0, slot * DOUBLES, (slot + 1) * DOUBLES)
    this.doubles[slot * DOUBLES + LAST_TIME] = Number.NaN
    this.doubles[slot * DOUBLES + ALARM_TIME] = Number.NaN
  }

  #grow(): void {
    const slots = Math.min(this.maxSeries, (2 * this.floats.length) / FLOATS)
    const [floats, doubles] = [new Float32Array(slots * FLOATS), new Float64Array(slots * DOUBLES)]
    floats.set(this.floats)
    doubles.set(this.doubles)
    this.floats = floats
    this.doubles = doubles
  }
}
