import { FEATURES } from './features.ts'
import { OUTPUTS } from './model-contract.ts'
import { MEMBER_COUNT } from './state-layout.ts'

/** The samples of one tick, and after judging what was found of each. Rows 0 to count - 1; used again from tick to tick. */
export class TickBatch {
  readonly maxRows: number
  count = 0
  readonly slots: Int32Array
  readonly times: Float64Array
  readonly values: Float64Array
  /** The model's input, `FEATURES` a row. */
  readonly features: Float32Array
  /** The model's answer, `OUTPUTS` a row. */
  readonly outputs: Float32Array
  /** 0 to 1; 0.5 and more raises a new anomaly. It rests below 0.5 after that until something worse comes. */
  readonly score: Float32Array
  /** The usual range of the series now, in its unit; NaN: not known yet. */
  readonly low: Float64Array
  readonly high: Float64Array
  /** Index into REASONS. */
  readonly reason: Uint8Array
  /** The number of the sentence, or NaN. */
  readonly detail: Float64Array
  /** 1 while the verdict lasts. */
  readonly active: Uint8Array
  /** 1: the verdict begins with this row; -1: it ends. */
  readonly change: Int8Array
  /** Surprise of all members together as a share of what an alarm needs; what the device's own verdict is made of. */
  readonly surprise: Float32Array
  /** 1: the sample is above what was expected, -1: below. */
  readonly side: Int8Array
  /** Between prepare and conclude: what the model's quantiles are relative to, in the series' unit, and the members' scores. */
  readonly centre: Float64Array
  readonly scale: Float64Array
  readonly expected: Float64Array
  readonly raw: Float32Array
  /** The most that the sample can be worth, in nats; Infinity for most series. */
  readonly most: Float32Array

  constructor(maxRows: number) {
    this.maxRows = maxRows
    this.slots = new Int32Array(maxRows)
    this.times = new Float64Array(maxRows)
    this.values = new Float64Array(maxRows)
    this.features = new Float32Array(maxRows * FEATURES)
    this.outputs = new Float32Array(maxRows * OUTPUTS)
    this.score = new Float32Array(maxRows)
    this.low = new Float64Array(maxRows)
    this.high = new Float64Array(maxRows)
    this.reason = new Uint8Array(maxRows)
    this.detail = new Float64Array(maxRows)
    this.active = new Uint8Array(maxRows)
    this.change = new Int8Array(maxRows)
    this.surprise = new Float32Array(maxRows)
    this.side = new Int8Array(maxRows)
    this.centre = new Float64Array(maxRows)
    this.scale = new Float64Array(maxRows)
    this.expected = new Float64Array(maxRows)
    this.most = new Float32Array(maxRows)
    this.raw = new Float32Array(maxRows * MEMBER_COUNT)
  }

  clear(): void {
    this.count = 0
  }

  /** Adds one sample; NaN: the sample that was due did not come. One row per slot and batch. Throws a RangeError when full. */
  add(slot: number, timeMs: number, value: number): void {
    if (this.count >= this.maxRows) throw new RangeError(`a batch of ${this.maxRows} rows is full`)
    this.slots[this.count] = slot
    this.times[this.count] = timeMs
    this.values[this.count] = value
    this.count++
  }
}
