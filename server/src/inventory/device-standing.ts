import type { DeviceLifecycle, DeviceSummary } from '@eyenet/shared/api'
import { type DeviceId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { DeviceReach } from '@eyenet/shared/wire'
import type { DeviceRow } from '../db/db.ts'
import { answerOf } from './answer-of.ts'
import type { Asked } from './device-lifecycles.ts'
import { type AlertCounts, deviceState, isHeard, NO_ALERTS } from './device-state.ts'
import type { BehindFailure, DeviceAnswer } from './inventory-interface.ts'
import { identityOf, rowRole } from './row-identity.ts'

/** What is known of devices beside their rows, and what follows from both. At most one entry for each device. */
export class DeviceStanding {
  alerts: ReadonlyMap<DeviceId, AlertCounts> = new Map()
  behind: ReadonlyMap<DeviceId, BehindFailure> = new Map()
  /** Newest sample: a device that is down has some too. */
  readonly #seen = new Map<DeviceId, EpochMs>()
  /** Newest sample of a time when it answered. */
  readonly #answered = new Map<DeviceId, EpochMs>()
  readonly #now: () => EpochMs
  readonly #startedAt: EpochMs
  readonly #lifecycleOf: (device: DeviceId) => DeviceLifecycle

  constructor({ now, lifecycleOf }: { now: () => EpochMs; lifecycleOf: (device: DeviceId) => DeviceLifecycle }) {
    this.#now = now
    this.#lifecycleOf = lifecycleOf
    this.#startedAt = now()
  }

  /** Answers false for samples older than the newest that were heard of. */
  heard(row: DeviceRow, newest: EpochMs): boolean {
    if ((this.#seen.get(row.id) ?? 0) >= newest) return false
    this.#seen.set(row.id, newest)
    if (hasAnswered(row)) this.#answered.set(row.id, newest)
    return true
  }

  forget(device: DeviceId): void {
    this.#seen.delete(device)
    this.#answered.delete(device)
  }

  answerOf(row: DeviceRow): DeviceAnswer {
    return { ...answerOf(row), seenAt: this.#seen.get(row.id) }
  }

  askedOf(row: DeviceRow): Asked {
    const heard = { seenAt: this.#seen.get(row.id), intervalSeconds: row.interval_seconds }
    return {
      isHeard: isHeard(heard, this.#now()),
      hasAnswered: hasAnswered(row),
      answeredAt: this.#answered.get(row.id),
    }
  }

  stateOf(row: DeviceRow): Pick<DeviceRow, 'state' | 'state_since'> {
    const now = this.#now()
    const state = deviceState({
      reach: reachOf(row),
      alerts: this.alerts.get(row.id) ?? NO_ALERTS,
      isBehind: this.behind.has(row.id),
      // After a start nothing has been heard of anybody: the silence counts from then.
      seenAt: this.#seen.get(row.id) ?? epochMs(Math.max(this.#startedAt, row.facts_at)),
      intervalSeconds: row.interval_seconds,
      now,
    })
    return state === row.state ? { state, state_since: row.state_since } : { state, state_since: now }
  }

  summaryOf(row: DeviceRow, interfaces: number): DeviceSummary {
    const identity = identityOf(row)
    const { os, model, version, macVendor = '' } = identity
    const alerts = this.alerts.get(row.id) ?? NO_ALERTS
    const answeredAt = this.#answered.get(row.id)
    const behind = row.state === 'behind-failure' ? this.behind.get(row.id) : undefined
    return {
      id: row.id,
      name: row.name,
      address: row.address,
      site: row.site,
      agent: row.agent,
      kind: row.kind,
      intervalSeconds: row.interval_seconds,
      state: row.state,
      lifecycle: this.#lifecycleOf(row.id),
      since: row.state_since,
      reach: reachOf(row),
      vendor: identity.vendor || macVendor,
      ...{ os, model, version, interfaces, role: rowRole(identity).role },
      openAlerts: alerts.critical + alerts.warning + alerts.info,
      ...(behind !== undefined && { behind }),
      ...(answeredAt !== undefined && { lastSeenAt: answeredAt }),
    }
  }
}

function reachOf(row: DeviceRow): DeviceReach {
  return JSON.parse(row.reach)
}

/** Whether it answers by what was last said of it; an agent's own machine is asked nothing, and it speaks. */
function hasAnswered(row: DeviceRow): boolean {
  const { snmp, icmp } = reachOf(row)
  return row.kind === 'host' || snmp === 'up' || icmp === 'up'
}
