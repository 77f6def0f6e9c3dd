import { createHash } from 'node:crypto'
import type { DeviceId, EpochMs } from '@eyenet/shared/identity'
import { type DeviceReach, MAX_REPORTED_INTERFACES, type ReportedInterface } from '@eyenet/shared/wire'
import type { NewFacts } from '../buffer/buffer.ts'
import type { SystemFacts } from './system.ts'

export type FactsInput = {
  readonly at: EpochMs
  readonly device: DeviceId
  readonly rank: string
  /** The configured name, where there is one. */
  readonly name: string | undefined
  readonly address: string
  readonly kindOfTarget: NewFacts['kindOfTarget']
  readonly intervalMs: number
  readonly system: SystemFacts | undefined
  readonly reach: DeviceReach
  readonly interfaces: readonly ReportedInterface[]
}

/** What one device is and has, as it is told to the server. */
export function factsOf(input: FactsInput): NewFacts {
  const { at, device, rank, name, address, kindOfTarget, intervalMs, system, reach, interfaces } = input
  const text = (key: keyof SystemFacts): string => system?.[key] ?? ''
  return {
    at,
    device,
    identityRank: rank,
    name: (name || text('sysName') || address).slice(0, 255),
    address,
    kindOfTarget,
    intervalSeconds: intervalMs / 1000,
    identity: {
      sysName: text('sysName'),
      sysDescr: text('sysDescr'),
      sysObjectId: text('sysObjectId'),
      sysLocation: text('sysLocation'),
      sysContact: text('sysContact'),
      vendor: text('vendor'),
      os: text('os'),
      model: text('model'),
      version: text('version'),
      serial: text('serial'),
      engineId: text('engineId'),
    },
    reach,
    interfaces: interfaces.slice(0, MAX_REPORTED_INTERFACES),
    truncated: interfaces.length > MAX_REPORTED_INTERFACES,
  }
}

const DAY_MS = 86_400_000

/** Decides when facts are worth telling again: first, on change, daily. How a device answers is told by events. */
export class FactsTeller {
  #told = ''
  #toldAtMs = Number.NEGATIVE_INFINITY

  isDue(facts: NewFacts, nowMs: number): boolean {
    const text = createHash('sha1')
      .update(JSON.stringify({ ...facts, at: 0, reach: undefined }))
      .digest('base64')
    if (text === this.#told && nowMs - this.#toldAtMs < DAY_MS) return false
    this.#told = text
    this.#toldAtMs = nowMs
    return true
  }
}
