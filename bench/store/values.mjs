// The values of a site as they are pushed: half of the series counters of five shapes, a fifth gauges of a day with 1 to 3
// decimals, a fifth nearly constant, a tenth latencies with 3 decimals. The same seed gives the same values.

/** Series of one host: 10 counters, 4 gauges, 4 states, 2 latencies. */
export const SERIES_PER_HOST = 20
const STEPS_PER_DAY = 2_880
const COUNTERS = ['rx_bytes', 'rx_packets', 'rx_errors', 'rx_drops', 'ticks']

/** What the series at `slot` of a host is: `{ measurement, field, tags, kind }`, tags sorted by name. */
export function slotOf(slot) {
  if (slot < 10) {
    const tags = { counter: COUNTERS[slot % 5], interface: `eth${slot < 5 ? 0 : 1}` }
    return { kind: 'counter', measurement: 'net', field: 'total', tags }
  }
  if (slot < 14) return { kind: 'gauge', measurement: 'sensor', field: 'reading', tags: { sensor: `t${slot - 10}` } }
  if (slot < 18) return { kind: 'state', measurement: 'unit', field: 'state', tags: { unit: `u${slot - 14}` } }
  return { kind: 'latency', measurement: 'probe', field: 'latency', tags: { target: `p${slot - 18}` } }
}

export function hostOf(series) {
  return `h${String(Math.floor(series / SERIES_PER_HOST)).padStart(4, '0')}`
}

/** Asked for one series after the other, and all of them at each step. */
export class Values {
  #state
  #counts
  #levels

  constructor(series, seed = 42) {
    this.#state = seed
    this.#counts = Float64Array.from({ length: series }, () => Math.floor(this.#chance() * 1e9))
    this.#levels = Float64Array.from({ length: series }, () => this.#chance())
  }

  next(series, step) {
    const slot = series % SERIES_PER_HOST
    if (slot < 10) {
      this.#counts[series] += this.#growth(slot % 5, this.#levels[series], step)
      return this.#counts[series]
    }
    if (slot < 14) return this.#gauge(series, { step, decimals: 1 + (slot % 3) })
    if (slot < 18) return this.#held(series)
    const spike = this.#chance() < 0.02 ? 40 : 0
    return Math.round((0.4 + this.#levels[series] * 20 + this.#chance() ** 3 * 15 + spike) * 1000) / 1000
  }

  #growth(shape, level, step) {
    const day = 0.6 + 0.4 * Math.sin((2 * Math.PI * step) / STEPS_PER_DAY + level * 6)
    switch (shape) {
      case 0:
        return Math.floor(3e8 * level * day * (0.8 + 0.4 * this.#chance()))
      case 1:
        return Math.floor(3e5 * level * day * (0.8 + 0.4 * this.#chance()))
      case 2:
        return this.#chance() < 0.03 ? Math.floor(this.#chance() * 20) : 0
      case 3:
        return this.#chance() < 0.05 ? Math.floor(this.#chance() * 1e6) : Math.floor(this.#chance() * 50)
      default:
        return 3_000
    }
  }

  #gauge(series, { step, decimals }) {
    const level = this.#levels[series]
    const day = Math.sin((2 * Math.PI * step) / STEPS_PER_DAY + level * 6)
    const scale = 10 ** decimals
    return Math.round((20 + 30 * level + 8 * day + this.#chance() * 0.6) * scale) / scale
  }

  #held(series) {
    if (this.#chance() < 0.002) this.#counts[series] += 1
    return this.#counts[series] % 16
  }

  /** 0 to 1, the numbers of a linear congruence: the same on every machine. */
  #chance() {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0
    return this.#state / 2 ** 32
  }
}
