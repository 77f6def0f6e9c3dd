import { RateMeter } from '@eyenet/shared/judge'
import type { SamplePoll } from '../buffer/buffer.ts'
import type { SeriesRoster } from './series-roster.ts'
import type { TickRows } from './tick-rows.ts'

/** Samples that wait to be judged; what is more is not judged, and counted. */
export const MAX_WAITING_SAMPLES = 50_000
/** A sample is overdue at the first poll this many of its intervals after the one before. */
const OVERDUE_INTERVALS = 1.6
/** It is missed again at the first poll so many intervals later. */
const AGAIN_INTERVALS = 0.9
/** How fast the usual interval follows, and the longest step that it follows: a gap says nothing of it. */
const FOLLOW = 1 / 8
const LONGEST_STEP = 4
/** A time that is older than the last is a repetition, unless it is so much older: then the clock was set. */
const CLOCK_WAS_SET_MS = 600_000

/** Turns polls that wait into rows: values of gauges, rates of counters, and what was due and did not come. */
export class RowGatherer {
  /** Samples that were not judged because too many waited. */
  leftOutSamples = 0
  readonly #roster: SeriesRoster
  readonly #rates: RateMeter
  readonly #rows: TickRows
  readonly #waiting: SamplePoll[] = []
  #waitingSamples = 0
  /** How far the first poll that waits has been read, and the devices that it is of. */
  #at = 0
  readonly #polled = new Set<number>()
  readonly #down = new Set<number>()
  /** Places that are looked through for what is overdue, and how far. */
  #due: readonly number[] = []
  #dueAt = 0

  constructor(roster: SeriesRoster, rows: TickRows) {
    this.#roster = roster
    this.#rows = rows
    this.#rates = new RateMeter(roster.maxSeries)
  }

  get waitingSamples(): number {
    return this.#waitingSamples
  }

  add(poll: SamplePoll): void {
    if (this.#waitingSamples + poll.ids.length > MAX_WAITING_SAMPLES) {
      this.leftOutSamples += poll.ids.length
      return
    }
    this.#waiting.push(poll)
    this.#waitingSamples += poll.ids.length
  }

  /** A place has another series now. */
  opened(place: number): void {
    this.#rates.reset(place)
  }

  /** Fills rows from what waits. One series' second sample and what finds no room stay for the next time. */
  fill(): TickRows {
    const rows = this.#rows
    rows.clear()
    for (;;) {
      const poll = this.#waiting[0]
      if (poll === undefined || !this.#readSamples(poll) || !this.#readOverdue(poll.time)) return rows
      this.#waiting.shift()
      this.#waitingSamples -= poll.ids.length
      this.#at = 0
      this.#polled.clear()
      this.#down.clear()
    }
  }

  /** False: the rows are full, or have a sample of the same series. */
  #readSamples({ ids, values, time }: SamplePoll): boolean {
    const roster = this.#roster
    const rows = this.#rows
    for (; this.#at < ids.length; this.#at++) {
      const place = roster.find(ids[this.#at] ?? 0)
      if (place < -1) this.#readSign(roster.deviceOfSign(place), values[this.#at] ?? 0)
      if (place < 0) continue
      if (rows.isFull || rows.has(place)) return false
      this.#readSample(place, time, values[this.#at] ?? Number.NaN)
    }
    return true
  }

  #readSign(device: number, value: number): void {
    this.#polled.add(device)
    if (value === 0) this.#down.add(device)
  }

  #readSample(place: number, time: number, reading: number): void {
    const roster = this.#roster
    const elapsed = time - (roster.lastMs[place] ?? 0)
    if (elapsed <= 0 && elapsed > -CLOCK_WAS_SET_MS) return
    if (!Number.isNaN(reading)) {
      const usual = roster.intervalMs[place] ?? 0
      if (elapsed > 0 && (roster.lastMs[place] ?? 0) > 0) roster.intervalMs[place] = followed(usual, elapsed)
      roster.lastMs[place] = time
    }
    const isRate = roster.counters[place] === 1 && !Number.isNaN(reading)
    const value = isRate ? this.#rates.rate(place, time, reading) : reading
    // The first reading of a counter, and the first after its reset, say nothing.
    if (isRate && Number.isNaN(value)) return
    roster.rowMs[place] = time
    if (roster.isLearning[place] === 0) this.#rows.add(place, time, value)
  }

  /** What the devices of a poll should have brought with it. A device that is down is an alert of its own: it is excused. */
  #readOverdue(time: number): boolean {
    const rows = this.#rows
    if (this.#due.length === 0) this.#due = this.#placesDue()
    for (; this.#dueAt < this.#due.length; this.#dueAt++) {
      const place = this.#due[this.#dueAt] ?? 0
      if (!this.#isOverdue(place, time)) continue
      if (rows.isFull || rows.has(place)) return false
      this.#roster.rowMs[place] = time
      rows.add(place, time, Number.NaN)
    }
    this.#due = []
    this.#dueAt = 0
    return true
  }

  #placesDue(): readonly number[] {
    const devices = [...this.#polled].filter((device) => !this.#down.has(device))
    const places = devices.map((device) => this.#roster.devices[device]?.places ?? [])
    return places.length === 1 ? (places[0] ?? []) : places.flat()
  }

  #isOverdue(place: number, time: number): boolean {
    const { intervalMs, isLearning, lastMs, rowMs } = this.#roster
    const usual = intervalMs[place] ?? 0
    if (usual <= 0 || isLearning[place] === 1) return false
    if (time - (lastMs[place] ?? 0) < OVERDUE_INTERVALS * usual) return false
    return time - (rowMs[place] ?? 0) >= AGAIN_INTERVALS * usual
  }
}

function followed(usual: number, elapsed: number): number {
  // What ends now may have begun when the interval was another one.
  if (usual < 0) return 0
  return usual === 0 ? elapsed : usual + (Math.min(elapsed, LONGEST_STEP * usual) - usual) * FOLLOW
}
