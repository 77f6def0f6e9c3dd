import type { DeviceId, EpochMs, Labels } from '@eyenet/shared/identity'
import type { SamplePoll } from '../buffer/buffer.ts'

/** Gives ids to series. The outbox does. */
export type SeriesIds = { seriesId(labels: Labels): number }

/** The series of one device: asks for each id once. */
export class DeviceSeries {
  readonly #ids: SeriesIds
  readonly #site: string
  readonly #device: DeviceId
  readonly #plain = new Map<string, number>()

  constructor(ids: SeriesIds, place: { readonly site: string; readonly device: DeviceId }) {
    this.#ids = ids
    this.#site = place.site
    this.#device = place.device
  }

  /** A series with labels beside site and device. Keep the id. */
  id(metric: string, labels: Labels): number {
    return this.#ids.seriesId({ __name__: metric, site: this.#site, device: this.#device, ...labels })
  }

  /** A series of the device as a whole. */
  plain(metric: string): number {
    let id = this.#plain.get(metric)
    if (id === undefined) {
      id = this.id(metric, {})
      this.#plain.set(metric, id)
    }
    return id
  }
}

/** The samples of one poll as they are read. */
export class PollSamples {
  readonly #ids: number[] = []
  readonly #values: number[] = []

  /** A value; what the device does not have (undefined, NaN, infinite) is left out. */
  add(id: number, value: number | undefined): void {
    if (value === undefined || !Number.isFinite(value)) return
    this.#ids.push(id)
    this.#values.push(value)
  }

  /** A value, or NaN for the end of the series. */
  put(id: number, value: number): void {
    this.#ids.push(id)
    this.#values.push(value)
  }

  /** The series ends here: Prometheus' staleness marker. */
  stale(id: number): void {
    this.#ids.push(id)
    this.#values.push(Number.NaN)
  }

  at(time: EpochMs): SamplePoll {
    return { time, ids: this.#ids, values: this.#values }
  }
}

/** Rounds what is no integer, so that it travels in few bytes. */
export function rounded(value: number, decimals: number): number {
  const power = 10 ** decimals
  return Math.round(value * power) / power
}
