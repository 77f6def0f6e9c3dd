// Polls of devices as an agent makes them: gauges and counters with a day, a week's end and noise; the same for one seed.
const SERIES_PER_DEVICE = 50
export const INTERVAL_MS = 60_000
/** A Monday, 00:00 UTC. */
export const MONDAY = 1_700_438_400_000
const DAY_MS = 86_400_000

/** An outbox that keeps nothing: ids of series, their labels, and how much was appended. */
export class CountingOutbox {
  samples = 0
  events = 0
  #ids = new Map()
  #labels = []

  seriesId(labels) {
    const text = JSON.stringify(Object.entries(labels).sort())
    const id = this.#ids.get(text) ?? this.#labels.push(labels) - 1
    this.#ids.set(text, id)
    return id
  }

  labelsOf(id) {
    return this.#labels[id]
  }

  append({ samples = [], events = [] }) {
    for (const poll of samples) this.samples += poll.ids.length
    this.events += events.length
  }

  notice() {}
}

/** Makes the polls of a tick for so many series; every tenth is a gauge. */
export class SyntheticSite {
  #devices = []
  #polls = []
  #random = mulberry(1)

  constructor(outbox, series) {
    for (let first = 0; first < series; first += SERIES_PER_DEVICE) {
      const device = `00000000-0000-4000-8000-${String(first).padStart(12, '0')}`
      const count = Math.min(SERIES_PER_DEVICE, series - first)
      const sign = outbox.seriesId({ __name__: 'device_up', site: 'bench', device })
      const ids = Array.from({ length: count }, (_, at) => {
        const isGauge = at % 10 === 0
        const name = isGauge ? 'device_cpu_ratio' : 'ifHCInOctets'
        return outbox.seriesId({
          __name__: name,
          site: 'bench',
          device,
          ...(isGauge ? { cpu: at } : { interface: `if${at}` }),
        })
      })
      const poll = { time: MONDAY, ids: [...ids, sign], values: new Float64Array(count + 1).fill(1) }
      this.#devices.push({ poll, counters: new Float64Array(count), phase: this.#random() * 6 })
    }
    this.#polls = this.#devices.map(({ poll }) => poll)
  }

  /** The polls of one tick, one per device; the same objects at each tick. */
  polls(tick) {
    const time = MONDAY + tick * INTERVAL_MS
    for (const { poll, counters, phase } of this.#devices) {
      const usual = 1 + 0.5 * Math.sin((time * 2 * Math.PI) / DAY_MS + phase)
      poll.time = time
      for (let at = 0; at < counters.length; at++) {
        const now = usual * (0.9 + 0.2 * this.#random())
        counters[at] += Math.round(now * 1e7)
        poll.values[at] = at % 10 === 0 ? now / 3 : counters[at]
      }
    }
    return this.#polls
  }
}

/** Numbers from 0 to 1, the same for one seed (mulberry32). */
export function mulberry(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
