import type { NewFacts } from '../buffer/buffer.ts'
import type { DeviceSeries, PollSamples } from './poll-samples.ts'

/** Info series are repeated within the look-back of PromQL, five minutes. */
const INFO_EVERY_MS = 200_000

/** The series `device_info`: on change, and often enough to be found by queries. */
export class DeviceInfo {
  #id = -1
  #key = ''
  #atMs = Number.NEGATIVE_INFINITY

  add(facts: NewFacts, into: { samples: PollSamples; series: DeviceSeries; nowMs: number }): void {
    const { samples, series, nowMs } = into
    const { vendor, os, model, version, sysName } = facts.identity
    const { address, name, role = 'unknown' } = facts
    const labels = { vendor, os, model, version, sysname: sysName, address, name, role }
    const key = JSON.stringify(labels)
    if (key === this.#key && nowMs - this.#atMs < INFO_EVERY_MS) return
    if (key !== this.#key) {
      if (this.#id >= 0) samples.stale(this.#id)
      this.#id = series.id('device_info', labels)
      this.#key = key
    }
    this.#atMs = nowMs
    samples.add(this.#id, 1)
  }
}
