import { type DeviceId, type EpochMs, METRIC_NAME } from '@eyenet/shared/identity'
import { parseQuery } from '@eyenet/shared/promql'
import type { MetricStore } from '../store/store.ts'
import { CONTRADICTED_FOR_MS, endKey } from './history/history.ts'

export type PortState = { readonly isUp?: boolean; readonly adminUp?: boolean }

/** Devices of one question; the rest are asked for after it. */
const DEVICES_PER_QUESTION = 100
const TIMEOUT_MS = 20_000
/** A state is the latest while it is not older: devices may be polled every quarter of an hour. */
const LOOKBACK_MS = 15 * 60_000
const UP = 1
/** ifOperStatus of a port that does not know itself. */
const UNKNOWN = 4

/** How the ports of devices are, by what was stored last of ifOperStatus and ifAdminStatus. */
export class PortStates {
  readonly #store: Pick<MetricStore, 'query'>
  /** By device, and there by port. */
  readonly #states = new Map<string, ReadonlyMap<string, PortState>>()

  /** By the key of their end, the latest last. */
  readonly #cameUp = new Map<string, EpochMs>()

  constructor(store: Pick<MetricStore, 'query'>) {
    this.#store = store
  }

  /** Undefined for a node that is no device, too. */
  get(node: string, port: string): PortState | undefined {
    return this.#states.get(node)?.get(port)
  }

  /** When ports were seen to come up, by the key of their end, as long as that says anything of links. */
  cameUp(): ReadonlyMap<string, EpochMs> {
    return this.#cameUp
  }

  /** Of ports that the device has no more nothing is kept: those of containers come and go under ever new names. */
  keepOnly(device: DeviceId, ports: ReadonlySet<string>): void {
    const known = this.#states.get(device)
    if (known === undefined || [...known.keys()].every((port) => ports.has(port))) return
    this.#states.set(device, new Map([...known].filter(([port]) => ports.has(port))))
    for (const port of known.keys()) if (!ports.has(port)) this.#cameUp.delete(endKey({ node: device, port }))
  }

  forget(device: DeviceId): void {
    for (const port of this.#states.get(device)?.keys() ?? []) this.#cameUp.delete(endKey({ node: device, port }))
    this.#states.delete(device)
  }

  /**
   * Reads them as they are by the time of day; answers the devices of which a port is in another state than it was. What is
   * not told stays. A port that came up did so when the watch clock stood at `watched`.
   */
  async refresh(devices: readonly DeviceId[], now: EpochMs, watched: EpochMs): Promise<readonly DeviceId[]> {
    for (const [key, since] of this.#cameUp) {
      if (watched - since < CONTRADICTED_FOR_MS) break
      this.#cameUp.delete(key)
    }
    const changed: DeviceId[] = []
    for (let from = 0; from < devices.length; from += DEVICES_PER_QUESTION) {
      const some = devices.slice(from, from + DEVICES_PER_QUESTION)
      const found = await this.#read(some, now)
      for (const device of some) {
        const states = found.get(device)
        if (states !== undefined && this.#take(device, states, watched)) changed.push(device)
      }
    }
    return changed
  }

  #take(device: DeviceId, states: ReadonlyMap<string, PortState>, watched: EpochMs): boolean {
    const known = this.#states.get(device)
    let isOther = false
    for (const [port, { isUp, adminUp }] of states) {
      const was = known?.get(port)
      if (was?.isUp !== isUp || was?.adminUp !== adminUp) isOther = true
      if (was?.isUp !== false || isUp !== true) continue
      const key = endKey({ node: device, port })
      this.#cameUp.delete(key)
      this.#cameUp.set(key, watched)
    }
    if (isOther) this.#states.set(device, new Map([...(known ?? []), ...states]))
    return isOther
  }

  async #read(
    devices: readonly DeviceId[],
    now: EpochMs,
  ): Promise<ReadonlyMap<DeviceId, ReadonlyMap<string, PortState>>> {
    const expr = parseQuery(`{__name__=~"ifOperStatus|ifAdminStatus",device=~"${devices.join('|')}"}`)
    const ask = { expr, start: now, end: now, step: 0, lookbackMs: LOOKBACK_MS, timeoutMs: TIMEOUT_MS }
    const { result } = await this.#store.query(ask)
    const found = new Map<DeviceId, Map<string, PortState>>(devices.map((id) => [id, new Map()]))
    const byId: ReadonlyMap<string, Map<string, PortState>> = found
    if (result.kind !== 'vector') return found
    for (const { labels, value } of result.samples) {
      const ports = labels.device === undefined ? undefined : byId.get(labels.device)
      const port = labels.interface
      if (ports === undefined || port === undefined) continue
      const key = labels[METRIC_NAME] === 'ifOperStatus' ? 'isUp' : 'adminUp'
      if (value === UNKNOWN) continue
      ports.set(port, { ...ports.get(port), [key]: value === UP })
    }
    return found
  }
}
