import type { TickBatch } from '@eyenet/shared/judge'
import type { TickRows } from './tick-rows.ts'

/** Reports of one tick: a storm of thousands would push the reports of devices out of the outbox. */
export const MAX_REPORTS_PER_TICK = 200
/** Verdicts on single series that people are told of one device at a time; what is beyond is in its ratio. */
export const MAX_TOLD_PER_DEVICE = 20

/** Rows of a batch whose verdict is to be told. */
export type ToTell = { readonly began: readonly number[]; readonly ended: readonly number[] }

/** Which verdicts last, since when, and which of them were told. One book per judge. */
export class VerdictBook {
  /** By place; since: NaN while there is none. */
  readonly sinceMs: Float64Array
  readonly told: Uint8Array
  readonly peak: Float32Array
  /** By device. */
  readonly lasting: Int32Array
  readonly #toldOf: Int32Array
  /** Verdicts that began. */
  alarms = 0
  /** Verdicts that ended and nobody was told. */
  untold = 0

  constructor(maxSeries: number, maxDevices: number) {
    this.sinceMs = new Float64Array(maxSeries).fill(Number.NaN)
    this.told = new Uint8Array(maxSeries)
    this.peak = new Float32Array(maxSeries)
    this.lasting = new Int32Array(maxDevices)
    this.#toldOf = new Int32Array(maxDevices)
  }

  isLasting(place: number): boolean {
    return !Number.isNaN(this.sinceMs[place] ?? Number.NaN)
  }

  /** A verdict from before a restart goes on. */
  restore(place: number, device: number, { sinceMs, told }: { sinceMs: number; told: boolean }): void {
    this.sinceMs[place] = sinceMs
    this.told[place] = told ? 1 : 0
    this.lasting[device] = (this.lasting[device] ?? 0) + 1
    if (told) this.#toldOf[device] = (this.#toldOf[device] ?? 0) + 1
  }

  /** Takes in what was found, and says what is to be told of it: the strongest first. Call `end` for each that ended. */
  look(rows: TickRows, batch: TickBatch): ToTell {
    const began: number[] = []
    const ended: number[] = []
    for (let row = 0; row < rows.count; row++) {
      const place = rows.places[row] ?? 0
      const was = this.isLasting(place)
      const is = batch.active[row] === 1
      if (batch.change[row] === 1) this.alarms++
      if (!is && !was) continue
      if (is && !was) this.#begin(place, rows.devices[row] ?? 0, rows.times[row] ?? 0)
      this.peak[place] = Math.max(this.peak[place] ?? 0, batch.score[row] ?? 0)
      if (!is) ended.push(row)
      else if (this.told[place] === 0) began.push(row)
    }
    return { began: this.#choose(rows, began), ended }
  }

  /** The verdict on a series is over; whether its beginning was told. */
  end(place: number, device: number): boolean {
    const told = this.told[place] === 1
    this.sinceMs[place] = Number.NaN
    this.told[place] = 0
    this.peak[place] = 0
    this.lasting[device] = Math.max(0, (this.lasting[device] ?? 0) - 1)
    if (told) this.#toldOf[device] = Math.max(0, (this.#toldOf[device] ?? 0) - 1)
    else this.untold++
    return told
  }

  #begin(place: number, device: number, timeMs: number): void {
    this.sinceMs[place] = timeMs
    this.lasting[device] = (this.lasting[device] ?? 0) + 1
  }

  #choose(rows: TickRows, began: number[]): number[] {
    const strength = (row: number): number => this.peak[rows.places[row] ?? 0] ?? 0
    const chosen: number[] = []
    for (const row of began.sort((a, b) => strength(b) - strength(a))) {
      const device = rows.devices[row] ?? 0
      if (chosen.length === MAX_REPORTS_PER_TICK) break
      if ((this.#toldOf[device] ?? 0) >= MAX_TOLD_PER_DEVICE) continue
      this.#toldOf[device] = (this.#toldOf[device] ?? 0) + 1
      this.told[rows.places[row] ?? 0] = 1
      chosen.push(row)
    }
    return chosen
  }
}
