import type { EpochMs } from '@eyenet/shared/identity'
import {
  type Birth,
  FIRST_SETTING_PATHS,
  MAX_MODEL_REPORTS,
  type Presence,
  type SettingPath,
  statusTopic,
} from '@eyenet/shared/wire'
import type { MqttClient } from 'mqtt'
import { type ProcessMark, processMark } from './process-mark.ts'
import type { UplinkOptions } from './uplink-options.ts'

/** How often the birth is told again, so that the server knows how far the clocks are apart. */
const BIRTH_EVERY_MS = 300_000

/** What the birth says of the commands that were obeyed. */
type Obeyed = Pick<Birth, 'revision' | 'signingKeys' | 'applied' | 'rejected'>

/** How this agent says that it is there, and that it is not. */
export class OwnPresence {
  readonly #options: UplinkOptions
  readonly #obeyed: () => Obeyed
  readonly #mark: ProcessMark
  readonly #startedAt: EpochMs
  #epoch = ''
  #announcedAt = 0

  constructor(options: UplinkOptions, obeyed: () => Obeyed) {
    this.#options = options
    this.#obeyed = obeyed
    this.#mark = processMark(options.dataDir)
    this.#startedAt = options.clock.now()
  }

  /** Whether what was announced is of another outbox, or was said long ago. */
  get isOutdated(): boolean {
    const { outbox, clock } = this.#options
    return this.#epoch !== outbox.epoch || clock.monotonicMs() - this.#announcedAt > BIRTH_EVERY_MS
  }

  /** Publishes the retained birth. */
  async announce(client: MqttClient): Promise<void> {
    const { identity, outbox, clock, version, hostname, abilities, fileRules, models, time } = this.#options
    const birth: Presence = {
      kind: 'birth',
      agent: identity.agent,
      epoch: outbox.epoch,
      version,
      hostname,
      startedAt: this.#startedAt,
      at: time?.machineNow() ?? clock.now(),
      abilities: abilities(),
      ...this.#mark,
      ...this.#obeyed(),
      ...(fileRules && fileRulesTold(fileRules())),
      ...(models && { models: models().slice(0, MAX_MODEL_REPORTS) }),
    }
    this.#epoch = outbox.epoch
    this.#announcedAt = clock.monotonicMs()
    await client.publishAsync(statusTopic(identity), JSON.stringify(birth), { qos: 1, retain: true })
  }

  death(reason: 'lost' | 'stopped'): string {
    const { identity, outbox } = this.#options
    const death: Presence = { kind: 'death', agent: identity.agent, epoch: outbox.epoch, reason }
    return JSON.stringify(death)
  }
}

/** A server from before the later ones would not read a birth that names them among the first. */
function fileRulesTold(paths: readonly SettingPath[]): Pick<Birth, 'fileRules' | 'laterFileRules'> {
  const later = paths.filter((path) => !FIRST_SETTING_PATHS.includes(path))
  return {
    fileRules: paths.filter((path) => FIRST_SETTING_PATHS.includes(path)),
    ...(later.length > 0 && { laterFileRules: later }),
  }
}
