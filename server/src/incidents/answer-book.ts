import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { DeviceRole } from '@eyenet/shared/roles'
import type { DeviceAnswer } from '../inventory/inventory.ts'
import type { Answer } from '../topology/topology.ts'

export type Told = DeviceAnswer & { readonly role: DeviceRole }

export type Moment = {
  readonly now: EpochMs
  /** Whether the agent of a device is connected: without it nothing is known of the device. */
  readonly isConnected: (agent: string) => boolean
}

/** A device of which nothing was heard for that long is unknown: five polls, and five minutes at least. */
const SILENT_POLLS = 5
const SILENT_MS = 5 * 60_000

/** Remembers of each device since when it answers or does not, and when it did last. One entry for each that is there. */
export class AnswerBook {
  readonly #startedAt: EpochMs
  #answers: ReadonlyMap<string, Answer> = new Map()

  constructor(startedAt: EpochMs) {
    this.#startedAt = startedAt
  }

  get answers(): ReadonlyMap<string, Answer> {
    return this.#answers
  }

  update(devices: readonly Told[], moment: Moment): void {
    const next = new Map<string, Answer>()
    for (const told of devices) {
      const answer = this.#next(told, moment)
      if (answer !== undefined) next.set(told.device, answer)
    }
    this.#answers = next
  }

  #next(told: Told, { now, isConnected }: Moment): Answer | undefined {
    const isHost = told.kind === 'host'
    if (told.answers === undefined && !isHost) return undefined
    const before = this.#answers.get(told.device)
    const here = isConnected(told.agent)
    // After a start nobody has been heard of: as if all had been asked then.
    const askedAt = latest(told.toldAt, told.seenAt ?? this.#startedAt)
    const isSilent = now - askedAt > Math.max(SILENT_MS, SILENT_POLLS * told.intervalMs)
    const state = !here || isSilent ? 'unknown' : isHost || told.answers === true ? 'up' : 'down'
    const since = before?.state === state ? before.since : state === 'unknown' ? now : told.toldAt
    const unheard = epochMs(since - 2 * told.intervalMs)
    return {
      ...{
        device: told.device,
        name: told.name,
        site: told.site,
        agent: told.agent,
        place: told.place,
        role: told.role,
      },
      ...{ isHost, tellsPorts: told.kind === 'snmp', state, since, askedAt, intervalMs: told.intervalMs },
      answeredAt: state === 'up' ? askedAt : (before?.answeredAt ?? unheard),
    }
  }
}

function latest(a: EpochMs, b: EpochMs): EpochMs {
  return a > b ? a : b
}
