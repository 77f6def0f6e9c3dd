import { createHash } from 'node:crypto'
import { messageOf } from '@eyenet/shared/errors'
import type { RoleGuess } from '@eyenet/shared/roles'
import type { DeviceDetails } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { SnmpDevice, SnmpOutcome } from '../snmp/snmp.ts'
import {
  createReader,
  readRole,
  type SurveyIdentity,
  type SurveyOptions,
  type SurveyReader,
  type SurveyResult,
  surveyDevice,
} from '../survey/survey.ts'
import { detailsOf, familyOf } from './details.ts'
import { firstContact } from './first-contact.ts'
import { planReadings } from './plan-readings.ts'
import type { DeviceSeries } from './poll-samples.ts'
import { type EveryMs, Readings } from './readings.ts'
import type { SensorChoices } from './sensor-choices.ts'
import type { SurveyTurns } from './survey-turns.ts'

export type SurveyParts = {
  /** What is known of devices: profiles, MIB facts. */
  knowledge(): SurveyOptions
  readonly turns: SurveyTurns
  readonly choices: SensorChoices
  readonly logger: Logger
}

/** What becomes of a survey. */
export type SurveyTold = {
  /** The first readings are planned. */
  first(): Promise<void>
  /** The device fell silent: what was known stays. */
  failed(): void
}

const DAY_MS = 86_400_000
const SYS_UP_TIME = '1.3.6.1.2.1.1.3.0'

/** What one device is and has, found out beside its polls, and what is polled of it because of that. */
export class DeviceSurvey {
  readonly readings = new Readings()
  readonly #parts: SurveyParts
  readonly #everyMs: EveryMs
  #identity: SurveyIdentity | undefined
  #role: RoleGuess | undefined
  /** Of the first contact: it has read what a survey begins with. */
  #reader: SurveyReader | undefined
  #running: Promise<void> | undefined
  #isClosed = false
  #details: DeviceDetails | undefined
  #told = ''
  #problems = ''
  #toldAtMs = Number.NEGATIVE_INFINITY
  #scales: ReadonlyMap<string, number> = new Map()

  constructor(parts: SurveyParts, everyMs: EveryMs) {
    this.#parts = parts
    this.#everyMs = everyMs
  }

  /** Undefined before the first contact. */
  get identity(): SurveyIdentity | undefined {
    return this.#identity
  }

  /** What it is for; undefined until a survey is through. */
  get role(): RoleGuess | undefined {
    return this.#role
  }

  get family(): string | undefined {
    return this.#identity && familyOf(this.#identity)
  }

  /** Resolves when no survey is under way. */
  async settled(): Promise<void> {
    await this.#running
  }

  /** Asks a device for the first time who it is. */
  async identify(device: SnmpDevice): Promise<SnmpOutcome<void>> {
    const contact = await firstContact(device)
    if (contact.kind !== 'ok') return contact
    this.#identity = contact.value.identity
    this.#reader = contact.value.reader
    return { kind: 'ok', value: undefined }
  }

  /** Begins a survey, unless one is under way, and tells what became of it. */
  begin(device: SnmpDevice, series: DeviceSeries, told: SurveyTold): void {
    if (this.#running !== undefined) return
    this.#running = this.#parts.turns
      .run(() => this.#survey(device, series, told))
      .catch((thrown: unknown) => {
        // One device's surprise ends its survey, not the agent; the next one tries again.
        const { address } = device.target
        if (!this.#isClosed) {
          this.#parts.logger.error({ address, problem: messageOf(thrown) }, 'a survey of a device failed')
        }
      })
      .finally(() => {
        this.#running = undefined
      })
  }

  /** What is to be told of the last survey: once, when it differs, and daily. */
  takeDetails(nowMs: number): DeviceDetails | undefined {
    const details = this.#details
    this.#details = undefined
    if (details === undefined) return undefined
    const digest = digestOf(details)
    if (digest === this.#told && nowMs - this.#toldAtMs < DAY_MS) return undefined
    this.#told = digest
    this.#toldAtMs = nowMs
    return details
  }

  close(): void {
    this.#isClosed = true
  }

  async #survey(device: SnmpDevice, series: DeviceSeries, told: SurveyTold): Promise<void> {
    if (this.#isClosed) return
    const reader = this.#reader ?? createReader(device)
    this.#reader = undefined
    const result = await surveyDevice(reader, this.#parts.knowledge())
    const role = await readRole(reader, result)
    if (this.#isClosed) return
    // A device that fell silent half way has not lost its sensors; one that only hangs at a table has the rest.
    if (reader.failure !== null && (await device.get([SYS_UP_TIME])).kind !== 'ok') return told.failed()
    // What could not be read twice is not there.
    const problems = result.problems.join('\n')
    const isWhole = !reader.isSpent && (problems === '' || problems === this.#problems)
    this.#problems = problems
    const isFirst = this.readings.size === 0
    this.#identity = result.device
    this.#role = role
    const family = familyOf(result.device)
    const plan = planReadings(this.#steadied(result), (object) => this.#parts.choices.of(family, object))
    const isCut = this.readings.plan(plan.series, { series, everyMs: this.#everyMs, isWhole })
    // What was told before is more than half a survey.
    if (isWhole || this.#told === '') {
      const details = detailsOf(result, plan)
      this.#details = { ...details, truncated: details.truncated || isCut }
    }
    if (isFirst) await told.first()
  }

  /** A scale that was told from values must not change because values do. */
  #steadied(result: SurveyResult): SurveyResult {
    const before = this.#scales
    const sensors = result.sensors.map((sensor) => {
      const { recipe, evidence } = sensor
      const scale = recipe && before.get(recipe.oid)
      const isGuess = evidence.startsWith('unit') || evidence.startsWith('guess')
      if (recipe === undefined || scale === undefined || !isGuess || scale === recipe.scale) return sensor
      return { ...sensor, recipe: { ...recipe, scale } }
    })
    this.#scales = new Map(sensors.flatMap(({ recipe }) => (recipe ? [[recipe.oid, recipe.scale]] : [])))
    return { ...result, sensors }
  }
}

/** Without what moves from survey to survey. */
function digestOf(details: DeviceDetails): string {
  const { sensors, ...rest } = details
  const steady = sensors.map(({ value: _value, ...one }) => one)
  return createHash('sha1')
    .update(JSON.stringify([rest, steady]))
    .digest('base64')
}
