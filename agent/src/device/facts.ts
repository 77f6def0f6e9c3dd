import { createHash } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import type { DeviceId, EpochMs } from '@eyenet/shared/identity'
import { type RoleGuess, roleOf } from '@eyenet/shared/roles'
import {
  type DeviceDetails,
  type DeviceReach,
  MAX_REPORTED_INTERFACES,
  type ReportedInterface,
} from '@eyenet/shared/wire'
import type { NewFacts } from '../buffer/buffer.ts'
import type { SurveyIdentity } from '../survey/survey.ts'
import { keptWithin } from './within-bytes.ts'

/** JSON of a report's interfaces: a frame holds 4 MiB. 20,000 interfaces with usual names have some 3 MB. */
const MAX_INTERFACES_BYTES = 3_500_000
/** The same deflated, as it travels: a packet holds 1 MiB, and the details need their part. */
const MAX_INTERFACES_DEFLATED = 550_000

export type FactsInput = {
  readonly at: EpochMs
  readonly device: DeviceId
  readonly rank: string
  /** The configured name, where there is one. */
  readonly name: string | undefined
  readonly address: string
  readonly kindOfTarget: NewFacts['kindOfTarget']
  readonly intervalMs: number
  readonly system: SurveyIdentity | undefined
  readonly reach: DeviceReach
  readonly interfaces: readonly ReportedInterface[]
  /** Of a survey that is not told yet. */
  readonly details?: DeviceDetails | undefined
  readonly role?: RoleGuess | undefined
}

/** What one device is and has, as it is told to the server. */
export function factsOf(input: FactsInput): NewFacts {
  const { at, device, rank, name, address, kindOfTarget, intervalMs, system, reach, interfaces } = input
  const text = (key: Exclude<keyof SurveyIdentity, 'uptimeSeconds'>, most = 255): string =>
    (system?.[key] ?? '').slice(0, most)
  const told = withinPacket(interfaces.slice(0, MAX_REPORTED_INTERFACES))
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
      sysDescr: text('sysDescr', 4096),
      sysObjectId: text('sysObjectId'),
      sysLocation: text('sysLocation', 1024),
      sysContact: text('sysContact', 1024),
      vendor: text('vendor'),
      os: text('os'),
      model: text('model'),
      version: text('version'),
      serial: text('serial'),
      engineId: text('engineId', 128),
    },
    reach,
    interfaces: told,
    truncated: told.length < interfaces.length,
    ...roleIn(input),
    ...(input.details === undefined ? {} : { details: input.details }),
  }
}

/** Before the first survey by the little that is known, so that it need not change then. */
function roleIn({ role, system }: FactsInput): Pick<NewFacts, 'role' | 'roleEvidence'> {
  const guess = role ?? (system && roleOf(system))
  return guess === undefined ? {} : { role: guess.role, roleEvidence: guess.evidence }
}

/** As many of the first interfaces as one message carries. */
function withinPacket(interfaces: readonly ReportedInterface[]): ReportedInterface[] {
  const [most = 0] = keptWithin([interfaces], MAX_INTERFACES_BYTES)
  let kept = interfaces.slice(0, most)
  for (;;) {
    const body = Buffer.from(JSON.stringify(kept))
    if (body.length <= MAX_INTERFACES_DEFLATED) return kept
    const bytes = deflateRawSync(body).length
    if (bytes <= MAX_INTERFACES_DEFLATED) return kept
    kept = kept.slice(0, Math.floor(kept.length * Math.min(0.9, (0.95 * MAX_INTERFACES_DEFLATED) / bytes)))
  }
}

const DAY_MS = 86_400_000

/** Decides when facts are worth telling again: first, on change, daily. How a device answers is told by events. */
export class FactsTeller {
  #told = ''
  #toldAtMs = Number.NEGATIVE_INFINITY

  /** `isSame`: nothing that facts are made of has changed since the last time. */
  isDue(facts: NewFacts, nowMs: number, isSame = false): boolean {
    if (isSame && nowMs - this.#toldAtMs < DAY_MS) return false
    const isNews = facts.details !== undefined
    const text = createHash('sha1')
      .update(JSON.stringify({ ...facts, at: 0, reach: undefined, details: undefined }))
      .digest('base64')
    if (!isNews && text === this.#told && nowMs - this.#toldAtMs < DAY_MS) return false
    this.#told = text
    this.#toldAtMs = nowMs
    return true
  }
}
