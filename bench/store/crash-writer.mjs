// One sender of the crash test: it knows of each step whether it was acknowledged, and what each sample must be.

const SERIES = 50
const STEP_MS = 10
const MOST_STEPS = 160
/** Steps that are read at a time: some 40 MB of text. */
const READ_STEPS = 20_000

export class CrashWriter {
  counts = { acknowledged: 0, unanswered: 0, again: 0, refused: 0 }
  /** The next step at each kill. */
  stepsAtKill = []
  #name
  #baseMs
  #chance
  #next = 0
  /** A byte per step: 0 was not answered, 1 was acknowledged. */
  #acknowledged = new Uint8Array(1 << 20)
  /** Steps of a request without an answer that is sent again, as Telegraf does. */
  #again

  constructor(number, { baseMs, chance }) {
    this.#name = `w${number}`
    this.#baseMs = baseMs
    this.#chance = chance
  }

  /** Pushes bodies of random size one after the other until the connection breaks; tells each acknowledgement. */
  async writeUntilItFails(server, acknowledged) {
    const connection = server.connect()
    for (;;) {
      const steps = this.#again ?? { from: this.#next, to: this.#next + 1 + Math.floor(this.#chance() * MOST_STEPS) }
      if (this.#again !== undefined) this.counts.again += this.#samples(steps)
      this.#again = undefined
      this.#next = Math.max(this.#next, steps.to)
      const answer = await connection.ask('POST', '/write', { body: this.#bodyOf(steps) }).catch(() => undefined)
      if (answer?.status === 204) {
        this.#acknowledge(steps)
        acknowledged()
        continue
      }
      if (answer !== undefined) this.counts.refused += 1
      else this.counts.unanswered += this.#samples(steps)
      // Half of them are given up, so that both ways are seen.
      if (this.#chance() < 0.5) this.#again = steps
      if (answer === undefined) break
    }
    connection.close()
    this.stepsAtKill.push(this.#next)
  }

  /**
   * Reads the steps from `from` on: acknowledged ones must be there, once, and none may be there that was never sent.
   * Resolves to the samples that are there without having been acknowledged.
   */
  async check(server, { from, kill }) {
    const connection = server.connect()
    let kept = 0
    for (let at = from; at < this.#next; at += READ_STEPS) {
      kept += await this.#checkSpan(connection, { from: at, to: Math.min(at + READ_STEPS, this.#next), kill })
    }
    connection.close()
    return kept
  }

  async #checkSpan(connection, { from, to, kill }) {
    const match = encodeURIComponent(`crash_v{writer="${this.#name}"}`)
    // Beyond the last sent step there must be nothing; what lies between two spans is of no step.
    const end = to === this.#next ? this.#timeOf(to + MOST_STEPS) : this.#timeOf(to) - 1
    const span = `start=${this.#timeOf(from) / 1000}&end=${end / 1000}`
    const body = await connection.good('GET', `/api/v1/export?match[]=${match}&${span}`)
    const seen = Array.from({ length: SERIES }, () => new Uint8Array(to - from))
    for (const line of body.toString().split('\n')) if (line !== '') this.#note(JSON.parse(line), { seen, from, kill })
    let kept = 0
    for (let step = from; step < to; step++) {
      for (let series = 0; series < SERIES; series++) {
        const isThere = seen[series][step - from] === 1
        const isOwed = this.#acknowledged[step] === 1
        if (isOwed && !isThere) throw new Error(`after kill ${kill}: ${this.#name} s${series} step ${step} is lost`)
        if (isThere && !isOwed) kept += 1
      }
    }
    return kept
  }

  #note({ metric, values, timestamps }, { seen, from, kill }) {
    const series = Number(metric.series.slice(1))
    for (const [at, time] of timestamps.entries()) {
      const step = (time - this.#baseMs) / STEP_MS
      const where = `after kill ${kill}: ${this.#name} s${series} step ${step}`
      if (!Number.isInteger(step) || step >= this.#next) throw new Error(`${where} was never sent`)
      if (seen[series][step - from] === 1) throw new Error(`${where} is there twice`)
      if (values[at] !== sampleValue(series, step)) throw new Error(`${where} is ${values[at]}`)
      seen[series][step - from] = 1
    }
  }

  #acknowledge({ from, to }) {
    if (to > this.#acknowledged.length) {
      const longer = new Uint8Array(this.#acknowledged.length * 2)
      longer.set(this.#acknowledged)
      this.#acknowledged = longer
    }
    this.#acknowledged.fill(1, from, to)
    this.counts.acknowledged += this.#samples({ from, to })
  }

  #bodyOf({ from, to }) {
    let text = ''
    for (let step = from; step < to; step++) {
      const time = `${this.#timeOf(step)}000000`
      for (let series = 0; series < SERIES; series++) {
        text += `crash,series=s${series},writer=${this.#name} v=${sampleValue(series, step)} ${time}\n`
      }
    }
    return Buffer.from(text)
  }

  #samples = ({ from, to }) => (to - from) * SERIES
  #timeOf = (step) => this.#baseMs + step * STEP_MS
}

/** Counters, decimals, and floats that scale to no integer. */
function sampleValue(series, step) {
  if (series % 3 === 0) return step * 31 + series
  return series % 3 === 1 ? (((step * 7) % 1_000) + series) / 100 : Math.sqrt(step + series / 7)
}
