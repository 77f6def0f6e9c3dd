import { DeviceId, type Labels, METRIC_NAME } from '@eyenet/shared/identity'
import { judgedAs } from '@eyenet/shared/judge'

/** One device whose series are judged. */
export type RosterDevice = {
  readonly device: DeviceId
  readonly site: string
  /** Places of its series. */
  readonly places: number[]
}

export type RosterOptions = {
  readonly maxSeries: number
  readonly maxDevices: number
  /** Metrics whose bands are published. */
  readonly bands: ReadonlySet<string>
  /** Undefined while the outbox has not written the series down. */
  readonly labelsOf: (id: number) => Labels | undefined
  /** A series has got a place. */
  readonly onOpened: (place: number, labels: Labels) => void
  /** A device has got its index; it is closed when its last series is. */
  readonly onDeviceOpened: (index: number, device: DeviceId) => void
}

/** What a device that is down says of itself with a 0. */
const UP_METRICS: ReadonlySet<string> = new Set(['device_up', 'snmp_up'])

/** What is known of an id, as a number, so that a sample costs one look: 0 is not known yet. */
const NOT_JUDGED = 1
const LEFT_OUT = 2
const FIRST_PLACE = 3

/** Which series are judged, each at a place of its own; places are numbers from 0, and used again. */
export class SeriesRoster {
  readonly maxSeries: number
  /** By place. */
  readonly ids: Int32Array
  readonly deviceAt: Int32Array
  readonly counters: Uint8Array
  readonly bands: Uint8Array
  /** 1: the judge learns its past; until then it is not judged. */
  readonly isLearning: Uint8Array
  /** When the last sample came, when the last row was judged, and what lies between two samples; 0, -1: not known. */
  readonly lastMs: Float64Array
  readonly rowMs: Float64Array
  readonly intervalMs: Float64Array
  /** By device; undefined where none is now. */
  readonly devices: (RosterDevice | undefined)[] = []
  /** Series that found no place. */
  leftOut = 0
  readonly #options: RosterOptions
  readonly #deviceIndex = new Map<string, number>()
  readonly #free: number[] = []
  readonly #freeDevices: number[] = []
  #known = new Int32Array(1_024)
  #opened = 0

  constructor(options: RosterOptions) {
    const { maxSeries } = options
    this.#options = options
    this.maxSeries = maxSeries
    this.ids = new Int32Array(maxSeries).fill(-1)
    this.deviceAt = new Int32Array(maxSeries).fill(-1)
    this.counters = new Uint8Array(maxSeries)
    this.bands = new Uint8Array(maxSeries)
    this.isLearning = new Uint8Array(maxSeries)
    this.lastMs = new Float64Array(maxSeries)
    this.rowMs = new Float64Array(maxSeries)
    this.intervalMs = new Float64Array(maxSeries)
  }

  /** Series that are judged. */
  get size(): number {
    return this.#opened - this.#free.length
  }

  /** The place of a series, or -1; -2 and less says that a device tells by it whether it is up: `deviceOfSign`. */
  find(id: number): number {
    const known = this.#known[id] ?? 0
    if (known >= FIRST_PLACE) return known - FIRST_PLACE
    if (known < 0) return known - 1
    return known === 0 ? this.#learn(id) : -1
  }

  /** The device that says by a series whether it is up. */
  deviceOfSign(found: number): number {
    return -2 - found
  }

  /** Ends the judging of a series; its place is free. */
  close(place: number): void {
    const id = this.ids[place] ?? -1
    const index = this.deviceAt[place] ?? -1
    if (id < 0) return
    this.#known[id] = 0
    this.ids[place] = -1
    this.deviceAt[place] = -1
    this.#free.push(place)
    const places = this.devices[index]?.places ?? []
    places.splice(places.indexOf(place), 1)
    if (places.length === 0) this.#closeDevice(index)
    if (this.leftOut > 0) this.#lookAgain()
  }

  /** Places whose series brought nothing since. */
  silentSince(ms: number): number[] {
    const silent: number[] = []
    for (let place = 0; place < this.#opened; place++) {
      if ((this.ids[place] ?? -1) >= 0 && (this.lastMs[place] ?? 0) < ms) silent.push(place)
    }
    return silent
  }

  /** Intervals have changed: what was learnt of them says nothing any more. */
  forgetIntervals(): void {
    this.intervalMs.fill(-1)
  }

  /** Places from 0 up to here may be taken. */
  get end(): number {
    return this.#opened
  }

  #learn(id: number): number {
    const labels = this.#options.labelsOf(id)
    if (labels === undefined) return -1
    if (id >= this.#known.length) {
      const grown = new Int32Array(Math.max(id + 1, this.#known.length * 2))
      grown.set(this.#known)
      this.#known = grown
    }
    const name = labels[METRIC_NAME] ?? ''
    const kind = judgedAs(name)
    const isSign = UP_METRICS.has(name)
    this.#known[id] = NOT_JUDGED
    if (!isSign && kind === 'none') return -1
    const index = this.#deviceOf(labels)
    if (index === undefined) return -1
    if (isSign) {
      this.#known[id] = -1 - index
      return -2 - index
    }
    const place = this.#place()
    if (place === undefined) {
      this.leftOut++
      this.#known[id] = LEFT_OUT
      return -1
    }
    this.#known[id] = FIRST_PLACE + place
    this.#open(place, { id, index, isCounter: kind === 'counter', isBand: this.#options.bands.has(name) })
    this.#options.onOpened(place, labels)
    return place
  }

  #open(place: number, series: { id: number; index: number; isCounter: boolean; isBand: boolean }): void {
    this.ids[place] = series.id
    this.deviceAt[place] = series.index
    this.counters[place] = series.isCounter ? 1 : 0
    this.bands[place] = series.isBand ? 1 : 0
    this.lastMs[place] = 0
    this.rowMs[place] = 0
    this.isLearning[place] = 0
    this.intervalMs[place] = 0
    this.devices[series.index]?.places.push(place)
  }

  #place(): number | undefined {
    return this.#free.pop() ?? (this.#opened < this.#options.maxSeries ? this.#opened++ : undefined)
  }

  /** What is of no device, such as the agent's word about itself, is not judged. */
  #deviceOf(labels: Labels): number | undefined {
    const device = DeviceId.safeParse(labels.device).data
    if (device === undefined) return undefined
    const known = this.#deviceIndex.get(device)
    if (known !== undefined) return known
    const index = this.#freeDevices.pop() ?? this.devices.length
    if (index >= this.#options.maxDevices) return undefined
    this.devices[index] = { device, site: labels.site ?? '', places: [] }
    this.#deviceIndex.set(device, index)
    this.#options.onDeviceOpened(index, device)
    return index
  }

  #closeDevice(index: number): void {
    const device = this.devices[index]
    if (device === undefined) return
    this.#deviceIndex.delete(device.device)
    this.devices[index] = undefined
    this.#freeDevices.push(index)
    for (let id = 0; id < this.#known.length; id++) if (this.#known[id] === -1 - index) this.#known[id] = 0
  }

  #lookAgain(): void {
    this.leftOut = 0
    for (let id = 0; id < this.#known.length; id++) if (this.#known[id] === LEFT_OUT) this.#known[id] = 0
  }
}
