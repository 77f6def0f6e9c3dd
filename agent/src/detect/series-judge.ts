import { conclude, DeviceBank, type JudgeSettings, prepare, SeriesBank, TickBatch } from '@eyenet/shared/judge'
import type { RunningModel } from './running-model.ts'
import type { TickRows } from './tick-rows.ts'

export type SeriesJudgeOptions = {
  readonly maxSeries: number
  readonly maxDevices: number
  readonly maxRows: number
  readonly model?: RunningModel | undefined
}

/** State and calibration of all series as one model sees them, or the detectors alone; and of their devices. */
export class SeriesJudge {
  readonly bank: SeriesBank
  readonly devices: DeviceBank
  readonly batch: TickBatch
  model: RunningModel | undefined
  /** Time that judging took, without the model's, in milliseconds of the thread. */
  spentMs = 0
  /** By place: the slot in the bank, -1 for none. */
  readonly #slots: Int32Array

  constructor({ maxSeries, maxDevices, maxRows, model }: SeriesJudgeOptions) {
    this.bank = new SeriesBank(maxSeries)
    this.devices = new DeviceBank(maxDevices)
    this.batch = new TickBatch(maxRows)
    this.model = model
    this.#slots = new Int32Array(maxSeries).fill(-1)
  }

  /** Begins with a series. False: its kept state is of another version or damaged, and it begins from nothing. */
  open(place: number, state?: Uint8Array): boolean {
    const slot = this.bank.open()
    if (slot === undefined) return false
    this.#slots[place] = slot
    return state === undefined || this.bank.load(slot, state)
  }

  close(place: number): void {
    const slot = this.#slots[place] ?? -1
    if (slot >= 0) this.bank.close(slot)
    this.#slots[place] = -1
  }

  has(place: number): boolean {
    return (this.#slots[place] ?? -1) >= 0
  }

  save(place: number): Uint8Array | undefined {
    const slot = this.#slots[place] ?? -1
    return slot < 0 ? undefined : this.bank.save(slot)
  }

  /** Judges the rows; row for row, `batch` then has what was found, and `devices.verdicts` what of each device. */
  async judge(rows: TickRows, settings: JudgeSettings): Promise<void> {
    const { bank, batch, model } = this
    let began = performance.now()
    batch.clear()
    for (let row = 0; row < rows.count; row++) {
      const slot = this.#slots[rows.places[row] ?? 0] ?? -1
      batch.add(slot, rows.times[row] ?? 0, rows.values[row] ?? Number.NaN)
    }
    prepare(bank, batch)
    this.spentMs += performance.now() - began
    const hasModel = model !== undefined && (await model.answer(batch))
    began = performance.now()
    conclude(bank, batch, { settings, hasModel })
    this.devices.conclude(batch, rows.devices, settings)
    this.spentMs += performance.now() - began
  }
}
