import type { Clock } from '../schedule/schedule.ts'
import type { DetectFile, StateRow } from './detect-file.ts'
import type { Detection } from './detection.ts'

export type StateSaverOptions = {
  readonly detection: Detection
  readonly file: DetectFile
  readonly clock: Clock
  /** Rows are being judged: state is half old, half new. */
  readonly isBusy: () => boolean
}

/** One transaction of a few milliseconds each time. */
const SLICE_EVERY_MS = 5_000
/** All series are saved within this time, or slower where that is more than the disk of a small machine should bear. */
const ROUND_MS = 300_000
const MOST_BYTES_PER_SECOND = 8_192
/** State of one series with what lies around it. */
const ROW_BYTES = 1_700

/** Saves the state of series in the background, some at a time and in turns, and all of them when it is closed. */
export class StateSaver {
  readonly #options: StateSaverOptions
  /** By place: the row with which its series was saved. */
  readonly #savedMs: Float64Array
  #next = 0
  #cancel = (): void => {}

  constructor(options: StateSaverOptions) {
    this.#options = options
    this.#savedMs = new Float64Array(options.detection.roster.maxSeries)
    this.#later()
  }

  close(): void {
    this.#cancel()
    this.#next = 0
    const { end } = this.#options.detection.roster
    while (this.#next < end) this.#save(1_000)
    this.#saveDevices()
  }

  #later(): void {
    this.#cancel = this.#options.clock.after(SLICE_EVERY_MS, () => {
      if (!this.#options.isBusy()) this.#slice()
      this.#later()
    })
  }

  #slice(): void {
    const { end } = this.#options.detection.roster
    if (this.#next >= end) {
      this.#next = 0
      this.#saveDevices()
    }
    const roundMs = Math.max(ROUND_MS, (end * ROW_BYTES * 1_000) / MOST_BYTES_PER_SECOND)
    this.#save(Math.ceil((end * SLICE_EVERY_MS) / roundMs))
  }

  #saveDevices(): void {
    const { detection, file, clock } = this.#options
    const now = clock.now()
    file.save(detection.roster.devices.flatMap((_, index) => detection.deviceStateOf(index, now) ?? []))
  }

  #save(most: number): void {
    const { detection, file } = this.#options
    const rows: StateRow[] = []
    const until = Math.min(this.#next + most, detection.roster.end)
    for (; this.#next < until; this.#next++) {
      const rowMs = detection.roster.rowMs[this.#next] ?? 0
      if (rowMs === this.#savedMs[this.#next]) continue
      const row = detection.stateOf(this.#next)
      if (row === undefined) continue
      rows.push(row)
      this.#savedMs[this.#next] = rowMs
    }
    if (rows.length > 0) file.save(rows)
  }
}
