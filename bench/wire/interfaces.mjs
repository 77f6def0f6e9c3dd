// Samples of interfaces as they are polled: of 15 series eight counters that move, five that rest, two states.

export const SERIES_PER_INTERFACE = 15
const POLL_MS = 60_000
/** A device of 50 interfaces shares one tick; the next device comes so much later. */
const DEVICE_SERIES = 750
const DEVICE_MS = 1_200

/** A number of interfaces whose polls follow each other. The same every time. */
export class Interfaces {
  #values
  #state = 42
  #polls = 0
  #startMs

  constructor(interfaces, startMs) {
    this.#startMs = startMs
    this.#values = Float64Array.from({ length: interfaces * SERIES_PER_INTERFACE }, (_, id) => {
      const kind = id % SERIES_PER_INTERFACE
      return kind < 8 ? Math.floor(this.#chance() * 1e12) : kind < 13 ? Math.floor(this.#chance() * 50) : 1
    })
  }

  /** The next polls as the columns of a message: ids ascending, the times of one id ascending. */
  next(polls) {
    const count = this.#values.length * polls
    const columns = { ids: new Int32Array(count), times: new Float64Array(count), values: new Float64Array(count) }
    let at = 0
    for (let id = 0; id < this.#values.length; id++) {
      const kind = id % SERIES_PER_INTERFACE
      const perMinute = kind < 2 ? 7.5e7 : 1e5
      const tick = this.#startMs + Math.floor(id / DEVICE_SERIES) * DEVICE_MS
      for (let poll = 0; poll < polls; poll++) {
        if (kind < 8) this.#values[id] += Math.floor(perMinute * (0.5 + this.#chance()))
        columns.ids[at] = id
        columns.times[at] = tick + (this.#polls + poll) * POLL_MS
        columns.values[at++] = this.#values[id]
      }
    }
    this.#polls += polls
    return columns
  }

  #chance() {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0
    return this.#state / 2 ** 32
  }
}
