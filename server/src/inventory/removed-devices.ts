import { type DeviceId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { ControlDb } from '../db/db.ts'

/** What an agent tells may be on its way this long, or of a poll that was under way when the device was removed. */
const ON_ITS_WAY_MS = 10_000
/** Removals that are remembered; of older ones nothing is on its way any more. */
const MAX_REMOVED = 1_000

/** Devices that were removed: what was on its way meanwhile does not bring them back. */
export class RemovedDevices {
  readonly #db: ControlDb
  readonly #removed = new Map<DeviceId, EpochMs>()

  constructor(db: ControlDb) {
    this.#db = db
  }

  removed(device: DeviceId, at: EpochMs): void {
    this.#removed.delete(device)
    this.#removed.set(device, epochMs(at + ON_ITS_WAY_MS))
    const [oldest] = this.#removed.keys()
    if (this.#removed.size > MAX_REMOVED && oldest !== undefined) this.#removed.delete(oldest)
  }

  /** Whether facts of a device that is not in the inventory are from before; never of one that was added again. */
  async isLeftOver(device: DeviceId, factsAt: EpochMs): Promise<boolean> {
    const until = this.#removed.get(device)
    if (until === undefined || factsAt > until) return false
    const wanted = this.#db.selectFrom('targets').select('device').where('device', '=', device)
    return (await wanted.executeTakeFirst()) === undefined
  }
}
