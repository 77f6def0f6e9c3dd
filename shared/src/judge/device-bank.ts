import type { JudgeSettings } from './judge-settings.ts'
import { REASON } from './reasons.ts'
import type { TickBatch } from './tick-batch.ts'

const WEEK_MS = 7 * 86_400_000
/** The summed surprise of a device is learnt over this many ticks. */
const MEMORY_TICKS = 2000
const QUIET_TICKS = 5
const HOLD_TICKS = 30
const WARM_TICKS = 48
const FIELDS = 8
const [TICKS, MEAN, EXCESS, HOLD, ACTIVE, QUIET, LAST, INTERVAL] = [0, 1, 2, 3, 4, 5, 6, 7] as const

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
  readonly total: Float64Array
  readonly times: Float64Array

  constructor(maxDevices: number) {
    this.score = new Float32Array(maxDevices)
    this.reason = new Uint8Array(maxDevices)
    this.detail = new Float64Array(maxDevices)
    this.active = new Uint8Array(maxDevices)
    this.change = new Int8Array(maxDevices)
    this.judged = new Int32Array(maxDevices)
    this.unusual = new Int32Array(maxDevices)
    this.total = new Float64Array(maxDevices)
    this.times = new Float64Array(maxDevices)
  }
}

/** The verdict on devices as a whole: the surprises of their series, folded into one score with a budget of its own. */
export class DeviceBank {
  readonly maxDevices: number
  readonly verdicts: DeviceVerdicts
  readonly #state: Float64Array

  constructor(maxDevices: number) {
    this.maxDevices = maxDevices
    this.verdicts = new DeviceVerdicts(maxDevices)
    this.#state = new Float64Array(maxDevices * FIELDS)
  }

  /** Forgets a device, so that its place can serve another. */
  reset(device: number): void {
    this.#state.fill(0, device * FIELDS, (device + 1) * FIELDS)
  }

  /** The state of one device, for disk. */
  save(device: number): Uint8Array {
    const bytes = new Uint8Array(8 * FIELDS)
    const view = new DataView(bytes.buffer)
    for (let i = 0; i < FIELDS; i++) view.setFloat64(8 * i, this.#state[device * FIELDS + i] ?? 0, true)
    return bytes
  }

  /** Takes saved state; false: it is of another version or damaged, and the device begins from nothing. */
  load(device: number, bytes: Uint8Array): boolean {
    this.reset(device)
    if (bytes.length !== 8 * FIELDS) return false
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const values = Array.from({ length: FIELDS }, (_, i) => view.getFloat64(8 * i, true))
    if (!values.every(Number.isFinite)) return false
    this.#state.set(values, device * FIELDS)
    return true
  }

  /** Folds a concluded batch. `devices[row]`: the device of each row, -1 for none. Verdicts are set for devices that have rows. */
  conclude(batch: TickBatch, devices: Int32Array, settings: JudgeSettings): void {
    const { verdicts } = this
    for (let i = 0; i < batch.count; i++) this.#begin(devices[i] ?? -1)
    for (let i = 0; i < batch.count; i++) {
      const device = devices[i] ?? -1
      if (device < 0 || device >= this.maxDevices) continue
      verdicts.judged[device] = (verdicts.judged[device] ?? 0) + 1
      verdicts.unusual[device] = (verdicts.unusual[device] ?? 0) + (batch.active[i] ?? 0)
      verdicts.times[device] = batch.times[i] ?? 0
      const score = batch.score[i] ?? 0
      verdicts.total[device] = (verdicts.total[device] ?? 0) + score * score * score
    }
    for (let i = 0; i < batch.count; i++) this.#end(devices[i] ?? -1, settings)
  }

  #begin(device: number): void {
    const { verdicts } = this
    if (device < 0 || device >= this.maxDevices) return
    verdicts.judged[device] = 0
    verdicts.unusual[device] = 0
    verdicts.total[device] = 0
  }

  #end(device: number, settings: JudgeSettings): void {
    const { verdicts } = this
    const judged = verdicts.judged[device] ?? 0
    // A device is concluded at its first row; its count is then negative until the next tick begins.
    if (device < 0 || device >= this.maxDevices || judged <= 0) return
    const at = device * FIELDS
    const state = this.#state
    const ticks = state[at + TICKS] ?? 0
    const level = (verdicts.total[device] ?? 0) / Math.sqrt(judged)
    const elapsed = (verdicts.times[device] ?? 0) - (state[at + LAST] ?? 0)
    if (ticks > 0 && elapsed > 0) {
      const former = state[at + INTERVAL] ?? 0
      state[at + INTERVAL] = former === 0 ? elapsed : former + (Math.min(elapsed, 4 * former) - former) / 16
    }
    state[at + LAST] = verdicts.times[device] ?? 0
    const interval = state[at + INTERVAL] || 60_000
    const needed = Math.max(1, Math.log(WEEK_MS / (interval * settings.deviceAlarmsPerWeek)))
    const over = Math.max(level - (state[at + MEAN] ?? 0), 0)
    const surprise = over / Math.max(state[at + EXCESS] ?? 0, 0.02)
    const rate = Math.max(1 / (ticks + 1), 1 / MEMORY_TICKS)
    state[at + MEAN] = (state[at + MEAN] ?? 0) + rate * (level - (state[at + MEAN] ?? 0))
    state[at + EXCESS] = (state[at + EXCESS] ?? 0) + rate * (over - (state[at + EXCESS] ?? 0))
    state[at + TICKS] = ticks + 1
    const raises = ticks > WARM_TICKS && surprise >= needed && (state[at + HOLD] ?? 0) <= 0
    state[at + HOLD] = raises ? HOLD_TICKS : Math.max((state[at + HOLD] ?? 0) - 1, 0)
    const score = surprise / (surprise + needed)
    verdicts.score[device] = raises ? score : ticks > WARM_TICKS ? Math.min(score, 0.49) : 0
    const was = state[at + ACTIVE] ?? 0
    state[at + QUIET] = surprise < needed / 2 ? (state[at + QUIET] ?? 0) + 1 : 0
    const is = raises || (was === 1 && (state[at + QUIET] ?? 0) < QUIET_TICKS) ? 1 : 0
    state[at + ACTIVE] = is
    verdicts.active[device] = is
    verdicts.change[device] = is - was
    verdicts.reason[device] = is === 1 || was === 1 ? REASON.together : REASON.none
    verdicts.detail[device] = verdicts.unusual[device] ?? 0
    verdicts.judged[device] = -judged
  }
}
