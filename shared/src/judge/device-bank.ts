import type { JudgeSettings } from './judge-settings.ts'
import { learnSurprise, neededSurprise } from './needed.ts'
import { REASON } from './reasons.ts'
import { SeriesBank } from './series-bank.ts'
import { LAST_TIME, ROWS } from './state-layout.ts'
import { TickBatch } from './tick-batch.ts'
import { SHIPPED_TUNING, type Tuning } from './tuning.ts'
import { decide } from './verdict.ts'

const WEEKS_PER_MONTH = 30 / 7
/** A series counts with what its surprise exceeds this share of what its own alarm needs, and with twice that at most. */
const COUNTS_FROM = 0.4
const COUNTS_TO = 1.2
/** What a series that is as surprised as its own alarm needs adds, in nats. */
const FULL_NATS = 6
/** A verdict on a device is about several series; one alone has its own verdict. */
const LEAST_SERIES = 2
/** Series count as unusual together from this share of what their alarms need. */
const UNUSUAL_FROM = 0.7

/** The device's verdict is calibrated as a series' is, with a prior that a few days correct. */
const DEVICE_TUNING: Tuning = {
  ...SHIPPED_TUNING,
  baseShare: 2e-5,
  needWeight: 60,
  youngNeed: 4,
  youngDays: 3,
  warmRows: 48,
}

/** What was found of each device in one tick; the fields mean what they mean in TickBatch. */
export class DeviceVerdicts {
  readonly score: Float32Array
  readonly reason: Uint8Array
  /** Series of the device that are unusual now. */
  readonly detail: Float64Array
  readonly active: Uint8Array
  readonly change: Int8Array
  /** Series judged and series with a verdict, for `anomaly_ratio`. */
  readonly judged: Int32Array
  readonly unusual: Int32Array
  readonly times: Float64Array

  constructor(maxDevices: number) {
    this.score = new Float32Array(maxDevices)
    this.reason = new Uint8Array(maxDevices)
    this.detail = new Float64Array(maxDevices)
    this.active = new Uint8Array(maxDevices)
    this.change = new Int8Array(maxDevices)
    this.judged = new Int32Array(maxDevices)
    this.unusual = new Int32Array(maxDevices)
    this.times = new Float64Array(maxDevices)
  }
}

/**
 * The verdict on devices as a whole: the calibrated surprises of a device's series in one tick, folded into one number that
 * is calibrated by the device's own past, so that series that always move together are no news, with a budget of its own.
 */
export class DeviceBank {
  readonly maxDevices: number
  readonly verdicts: DeviceVerdicts
  readonly #bank: SeriesBank
  /** One row: a device is judged when all its series were counted. */
  readonly #batch = new TickBatch(1)
  /** By device: its slot in the bank, -1 for none; summed surprise and series above `UNUSUAL_FROM` of the tick. */
  readonly #slots: Int32Array
  readonly #totals: Float64Array
  readonly #together: Int32Array
  /** Devices of the tick, each once. */
  readonly #touched: Int32Array
  #touchedCount = 0

  constructor(maxDevices: number) {
    this.maxDevices = maxDevices
    this.verdicts = new DeviceVerdicts(maxDevices)
    this.#bank = new SeriesBank(maxDevices, DEVICE_TUNING)
    this.#slots = new Int32Array(maxDevices).fill(-1)
    this.#totals = new Float64Array(maxDevices)
    this.#together = new Int32Array(maxDevices)
    this.#touched = new Int32Array(maxDevices)
  }

  /** Forgets a device, so that its place can serve another. */
  reset(device: number): void {
    const slot = this.#slots[device] ?? -1
    if (slot >= 0) this.#bank.close(slot)
    this.#slots[device] = -1
    this.verdicts.active[device] = 0
    this.verdicts.score[device] = 0
  }

  /** The state of one device, for disk. */
  save(device: number): Uint8Array {
    return this.#bank.save(this.#slotOf(device))
  }

  /** Takes saved state; false: it is of another version or damaged, and the device begins from nothing. */
  load(device: number, bytes: Uint8Array): boolean {
    this.reset(device)
    return this.#bank.load(this.#slotOf(device), bytes)
  }

  /** Folds a concluded batch. `devices[row]`: the device of each row, -1 for none. Verdicts are set for devices that have rows. */
  conclude(batch: TickBatch, devices: Int32Array, settings: JudgeSettings): void {
    this.#touchedCount = 0
    const { verdicts } = this
    for (let row = 0; row < batch.count; row++) {
      const device = devices[row] ?? -1
      if (device >= 0) verdicts.judged[device] = 0
    }
    for (let row = 0; row < batch.count; row++) {
      const device = devices[row] ?? -1
      if (device >= 0 && device < this.maxDevices) this.#count(batch, row, device)
    }
    for (let at = 0; at < this.#touchedCount; at++) this.#judge(this.#touched[at] ?? 0, settings)
  }

  #count(batch: TickBatch, row: number, device: number): void {
    const { verdicts } = this
    if ((verdicts.judged[device] ?? 0) === 0) {
      this.#touched[this.#touchedCount++] = device
      verdicts.unusual[device] = 0
      this.#totals[device] = 0
      this.#together[device] = 0
    }
    verdicts.judged[device] = (verdicts.judged[device] ?? 0) + 1
    verdicts.unusual[device] = (verdicts.unusual[device] ?? 0) + (batch.active[row] ?? 0)
    verdicts.times[device] = batch.times[row] ?? 0
    const share = Math.min(batch.surprise[row] ?? 0, COUNTS_TO)
    if (share > UNUSUAL_FROM) this.#together[device] = (this.#together[device] ?? 0) + 1
    if (share <= COUNTS_FROM) return
    this.#totals[device] = (this.#totals[device] ?? 0) + (FULL_NATS * (share - COUNTS_FROM)) / (1 - COUNTS_FROM)
  }

  #judge(device: number, settings: JudgeSettings): void {
    const { verdicts } = this
    const slot = this.#slotOf(device)
    const batch = this.#batch
    const row = this.#bank.row()
    const together = this.#together[device] ?? 0
    const total = together >= LEAST_SERIES ? (this.#totals[device] ?? 0) : 0
    row.enter(slot, verdicts.times[device] ?? 0, total)
    row.floats[row.base + ROWS] = Math.min(row.rows + 1, 1 << 24)
    row.doubles[row.exact + LAST_TIME] = row.time
    row.surprise = total
    row.needed = neededSurprise(row, settings.deviceAlarmsPerWeek * WEEKS_PER_MONTH)
    batch.values[0] = total
    decide(row, batch, 0)
    learnSurprise(row, total)
    verdicts.score[device] = batch.score[0] ?? 0
    verdicts.active[device] = batch.active[0] ?? 0
    verdicts.change[device] = batch.change[0] ?? 0
    verdicts.reason[device] = batch.reason[0] === REASON.none ? REASON.none : REASON.together
    verdicts.detail[device] = together
  }

  #slotOf(device: number): number {
    const slot = this.#slots[device] ?? -1
    if (slot >= 0) return slot
    const opened = this.#bank.open() ?? 0
    this.#slots[device] = opened
    return opened
  }
}
