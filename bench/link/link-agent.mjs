// The agent's end of the link in this process: its outbox and uplink as they are, fed with made-up samples. It measures how long
// what is appended waits until the server's own acknowledgement is back.
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pino from 'pino'
import { openOutbox } from '../../agent/dist/buffer/buffer.js'
import { systemClock } from '../../agent/dist/schedule/schedule.js'
import { Uplink } from '../../agent/dist/uplink/uplink.js'
import { Interfaces, SERIES_PER_INTERFACE } from '../wire/interfaces.mjs'

const HOST = '127.0.0.1'
const WEEK_MS = 7 * 86_400_000
const SERIES_PER_DEVICE = 750
const LANES = ['events', 'facts', 'samples', 'backfill']
/** How closely a commit is looked for. */
const LOOK_MS = 5

/** An enrolled agent with `series` series (a multiple of 15) and an outbox in `folder`. */
export class LinkAgent {
  outbox
  uplink
  #identity
  #folder
  #ids
  #interfaces
  #columns
  #watched = []

  constructor({ identity, folder, series, startMs, synchronous = 'full' }) {
    mkdirSync(folder, { recursive: true })
    this.#identity = identity
    this.#folder = folder
    this.outbox = openOutbox({
      ...{ file: join(folder, 'outbox.db'), maxBytes: 4 * 2 ** 30, maxAgeMs: 2 * WEEK_MS, synchronous },
      ...{ clock: systemClock, logger: pino({ level: process.env.EYENET_BENCH_LOG ?? 'silent' }) },
    })
    const acknowledge = this.outbox.acknowledge.bind(this.outbox)
    this.outbox.acknowledge = (ack) => {
      this.#heard(ack)
      return acknowledge(ack)
    }
    this.#ids = seriesOf(this.outbox, identity.site, series)
    this.#interfaces = new Interfaces(series / SERIES_PER_INTERFACE, startMs)
  }

  /** Writes so many minutes of all series, as if there had been no server; yields now and then. */
  async fill(minutes, onMinute = () => {}) {
    for (let minute = 0; minute < minutes; minute++) {
      this.outbox.append({ samples: this.#polls() })
      this.outbox.flush()
      onMinute(minute)
      if (minute % 60 === 59) await new Promise((done) => setImmediate(done))
    }
  }

  /** Connects by a port on loopback; resolves once it is connected. */
  async connect(port) {
    this.uplink = new Uplink({
      identity: { ...this.#identity, mqttUrl: `mqtt://${HOST}:${port}` },
      ...{ dataDir: this.#folder, outbox: this.outbox, clock: systemClock },
      ...{ logger: pino({ level: process.env.EYENET_BENCH_LOG ?? 'silent' }), version: '0.0.0', hostname: 'bench' },
      ...{ abilities: () => ({ ping: 'none', platform: 'bench' }), onDesired: () => {} },
      onTask: async (task) => ({ kind: 'poll-now', id: task.id, ok: true, message: 'done' }),
    })
    await this.uplink.start()
    while (!this.uplink.status().connected) await pause(LOOK_MS)
  }

  /** Samples one device now. Resolves to seconds until it was acknowledged, and the lane it went in. */
  poll(device) {
    if (device === 0 || this.#columns === undefined) this.#columns = this.#interfaces.next(1)
    const from = (device * SERIES_PER_DEVICE) % this.#ids.length
    const ids = this.#ids.slice(from, from + SERIES_PER_DEVICE)
    const values = this.#columns.values.slice(from, from + SERIES_PER_DEVICE)
    return this.#timed(['samples', 'backfill'], () =>
      this.outbox.append({ samples: [{ time: systemClock.now(), ids, values }] }),
    )
  }

  /** Something that people are to be told of. Resolves as `poll` does. */
  event(message) {
    return this.#timed(['events'], () =>
      this.outbox.append({ events: [{ kind: 'notice', at: systemClock.now(), code: 'bench', message }] }),
    )
  }

  get devices() {
    return Math.ceil(this.#ids.length / SERIES_PER_DEVICE)
  }

  async close() {
    await this.uplink?.close()
    this.outbox.close()
  }

  #polls() {
    const { times, values } = this.#interfaces.next(1)
    const polls = []
    for (let from = 0; from < times.length; from += SERIES_PER_DEVICE) {
      const to = Math.min(times.length, from + SERIES_PER_DEVICE)
      polls.push({ time: times[from], ids: this.#ids.slice(from, to), values: values.slice(from, to) })
    }
    return polls
  }

  #timed(lanes, append) {
    const began = performance.now()
    const before = this.#next()
    append()
    return new Promise((done) => {
      const look = setInterval(() => {
        const now = this.#next()
        const lane = lanes.find((one) => now[one] > before[one])
        if (lane === undefined) return
        clearInterval(look)
        this.#watched.push({ lane, last: now[lane] - 1, began, done })
      }, LOOK_MS)
    })
  }

  #next() {
    const { lanes } = this.outbox.status()
    return Object.fromEntries(LANES.map((lane) => [lane, lanes[lane].next]))
  }

  #heard(ack) {
    const now = performance.now()
    this.#watched = this.#watched.filter(({ lane, last, began, done }) => {
      const said = ack.lanes[lane]
      if (said === undefined || said.upTo < last || said.holes.some(([from, to]) => from <= last && last <= to))
        return true
      done({ seconds: (now - began) / 1000, lane })
      return false
    })
  }
}

function seriesOf(outbox, site, count) {
  const names = Array.from({ length: SERIES_PER_INTERFACE }, (_, at) => `ifBenchColumn${at}`)
  let device = ''
  return Array.from({ length: count }, (_, at) => {
    if (at % SERIES_PER_DEVICE === 0) device = randomUUID()
    const number = Math.floor((at % SERIES_PER_DEVICE) / SERIES_PER_INTERFACE)
    const __name__ = names[at % SERIES_PER_INTERFACE]
    return outbox.seriesId({ __name__, site, device, interface: `GigabitEthernet0/${number}` })
  })
}

/** Middle, 99th percentile and most of some latencies, seconds. */
export function spreadOf(seconds) {
  const sorted = [...seconds].sort((left, right) => left - right)
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  return { count: sorted.length, median: at(0.5), p99: at(0.99), most: sorted.at(-1) }
}
