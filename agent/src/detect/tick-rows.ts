/** Rows that are judged together, before they are any judge's; used again from tick to tick. */
export class TickRows {
  readonly maxRows: number
  count = 0
  readonly places: Int32Array
  readonly devices: Int32Array
  readonly times: Float64Array
  /** A rate per second where the series counts; NaN: what was due did not come. */
  readonly values: Float64Array
  /** By place, in which filling of the rows it has one: one row of a series at most. */
  readonly #taken: Int32Array
  #filling = 0

  constructor(maxRows: number, maxSeries: number) {
    this.maxRows = maxRows
    this.places = new Int32Array(maxRows)
    this.devices = new Int32Array(maxRows)
    this.times = new Float64Array(maxRows)
    this.values = new Float64Array(maxRows)
    this.#taken = new Int32Array(maxSeries)
  }

  get isFull(): boolean {
    return this.count === this.maxRows
  }

  clear(): void {
    this.count = 0
    this.#filling++
  }

  has(place: number): boolean {
    return this.#taken[place] === this.#filling
  }

  /** Adds a row of a series; there must be room. */
  add(place: number, timeMs: number, value: number): void {
    const at = this.count++
    this.places[at] = place
    this.times[at] = timeMs
    this.values[at] = value
    this.#taken[place] = this.#filling
  }
}
