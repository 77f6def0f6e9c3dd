import type { Anomaly, AnomalyBudget, AnomalyDetail, AnomalyGroup, BandsAnswer, NewFeedback } from '@eyenet/shared/api'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { type AgentId, type DeviceId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import { DEFAULT_JUDGE_SETTINGS } from '@eyenet/shared/judge'
import type { AnomalyReport, Peer } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { AnomalyRow, ControlDb } from '../db/db.ts'
import type { MetricStore } from '../store/store.ts'
import { type Alarm, type AskedBudget, anomalyBudget, budgetSpan } from './anomaly-budget.ts'
import { anomalyGroups } from './anomaly-groups.ts'
import type { Anomalies, AnomalyQuery, BandsQuery, Page, StandingFeedback } from './anomaly-interface.ts'
import { AnomalyRecords } from './anomaly-records.ts'
import { anomalyResourceOf, feedbackOf } from './anomaly-resource-of.ts'
import type { ModelFile } from './bands/band-calls.ts'
import { BandDesk, type BandThread } from './bands/band-desk.ts'
import { startBandThread } from './bands/start-band-thread.ts'
import { FeedbackRecords } from './feedback-records.ts'
import { judgedHours } from './judged-hours.ts'
import { isOverdue, readStanding } from './overdue.ts'

export type AnomaliesOptions = {
  readonly db: ControlDb
  readonly store: Pick<MetricStore, 'query' | 'series' | 'select'>
  readonly now: () => EpochMs
  readonly logger: Logger
  readonly deviceName: (device: DeviceId) => string | undefined
  readonly agentName: (agent: AgentId) => string | undefined
  /** What is set for an agent; undefined: its own file rules, or nothing is set. */
  readonly askedOf: (agent: AgentId) => Promise<Partial<AskedBudget>>
  /** The model that judges at most agents, for bands; undefined: the detectors alone. */
  readonly liveModel?: () => Promise<ModelFile | undefined>
  /** Where the thread that judges history is another; for tests. */
  readonly startThread?: (onEnd: () => void) => BandThread
  /** false: the caller calls `work`; for tests. */
  readonly workByItself?: boolean
}

export type AnomalyStats = {
  readonly taken: number
  /** Reports about devices that are not known. */
  readonly strangers: number
  /** Ended by the server. */
  readonly closed: number
}

export interface AnomalyRoom extends Anomalies {
  /** On disk when it answers; idempotent. EyeNetError `invalid` or `conflict` for what can never be stored. */
  receive(peer: Peer, report: AnomalyReport): Promise<void>
  deviceRemoved(device: DeviceId): Promise<void>
  agentRemoved(agent: AgentId): Promise<void>
  /** Closes what has ended untold, and forgets what is old. */
  work(): Promise<void>
  stats(): AnomalyStats
  close(): Promise<void>
}

const WORK_EVERY_MS = 5 * 60_000
const EXPIRE_EVERY_MS = 24 * 3_600_000
/** The newest that are grouped: a page of groups is for people. */
const MAX_GROUPED = 5_000
const MAX_BESIDE = 20
const NEAR_MS = 10 * 60_000
const DEFAULT_ASKED: AskedBudget = DEFAULT_JUDGE_SETTINGS
/** Every open page asks for it; it hardly moves. */
const BUDGET_REUSE_MS = 60_000

class Verdicts implements AnomalyRoom {
  readonly #options: AnomaliesOptions
  readonly #records: AnomalyRecords
  readonly #feedback: FeedbackRecords
  readonly #bands: BandDesk
  readonly #listeners = new Set<(anomaly: Anomaly) => void>()
  readonly #timer: NodeJS.Timeout | undefined
  /** By days asked for: two at most. */
  readonly #budgets = new Map<number, { readonly at: EpochMs; readonly answer: Promise<AnomalyBudget> }>()
  #turn: Promise<void> = Promise.resolve()
  #isWorking = false
  #expiredAt = 0
  #taken = 0
  #strangers = 0
  #closed = 0

  constructor(options: AnomaliesOptions) {
    this.#options = options
    this.#records = new AnomalyRecords(options.db)
    this.#feedback = new FeedbackRecords(options.db)
    this.#bands = new BandDesk({
      startThread: (onEnd) => startBandThread(options.logger, onEnd),
      liveModel: async () => undefined,
      ...options,
    })
    if (options.workByItself === false) return
    this.#timer = setInterval(() => void this.#tick(), WORK_EVERY_MS)
    this.#timer.unref()
  }

  async receive(peer: Peer, report: AnomalyReport): Promise<void> {
    const taken = await this.#records.take(peer, report, this.#options.now())
    if (taken === undefined) {
      this.#strangers += 1
      return
    }
    this.#taken += 1
    await this.#tell(taken.changed)
  }

  async list(query: AnomalyQuery): Promise<Page<Anomaly>> {
    const { rows, ...page } = await this.#records.list(query)
    return { ...page, items: await this.#resources(rows) }
  }

  async grouped({ cursor, limit, ...filter }: AnomalyQuery): Promise<Page<AnomalyGroup>> {
    const begin = cursor === undefined ? 0 : Number(cursor)
    if (!Number.isSafeInteger(begin) || begin < 0) {
      throw new EyeNetError('invalid', 'the cursor is not one that a page of this list gave')
    }
    const { rows } = await this.#records.list({ ...filter, limit: MAX_GROUPED })
    const groups = anomalyGroups(await this.#resources(rows))
    const end = begin + limit
    const items = groups.slice(begin, end)
    return { items, total: groups.length, ...(end < groups.length && { next: String(end) }) }
  }

  async get(id: string): Promise<AnomalyDetail | undefined> {
    const row = await this.#records.get(id)
    if (row === undefined) return undefined
    const [together, before, words] = await Promise.all([
      this.#records.together(row, { nearMs: NEAR_MS, limit: MAX_BESIDE }),
      this.#records.before(row, MAX_BESIDE),
      this.#feedback.all(id),
    ])
    const said = words.map((word) => ({
      ...feedbackOf(word),
      ...(word.taken_back_at !== null && { takenBackAt: word.taken_back_at, takenBackBy: word.taken_back_by ?? '' }),
    }))
    const [own, ...beside] = await this.#resources([row, ...together, ...before])
    if (own === undefined) return undefined
    return { ...own, together: beside.slice(0, together.length), before: beside.slice(together.length), said }
  }

  async say(id: string, said: NewFeedback, by: string): Promise<Anomaly> {
    await this.#feedback.say(id, { ...said, by, at: this.#options.now() })
    return this.#announced(id)
  }

  async takeBack(id: string, by: string): Promise<Anomaly> {
    await this.#feedback.takeBack(id, { by, at: this.#options.now() })
    return this.#announced(id)
  }

  budget(days: number): Promise<AnomalyBudget> {
    const now = this.#options.now()
    const kept = this.#budgets.get(days)
    if (kept !== undefined && Math.abs(now - kept.at) < BUDGET_REUSE_MS) return kept.answer
    const answer = this.#workOutBudget(budgetSpan(days, now))
    this.#budgets.set(days, { at: now, answer })
    answer.catch(() => this.#budgets.delete(days))
    return answer
  }

  feedbackFor(range: { readonly from: EpochMs; readonly to: EpochMs }): Promise<readonly StandingFeedback[]> {
    return this.#feedback.forTraining({ ...range, now: this.#options.now() })
  }

  async bands(query: BandsQuery): Promise<BandsAnswer> {
    return this.#bands.bands(query)
  }

  onChange(listener: (anomaly: Anomaly) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async deviceRemoved(device: DeviceId): Promise<void> {
    await this.#end(await this.#records.open({ device }))
  }

  async agentRemoved(agent: AgentId): Promise<void> {
    await this.#end(await this.#records.open({ agent }))
  }

  work(): Promise<void> {
    const done = this.#turn.then(async () => {
      const now = this.#options.now()
      const open = await this.#records.open()
      if (open.length > 0) {
        const standing = await readStanding(this.#options.store, now)
        await this.#end(open.filter((row) => isOverdue(row, standing, now)))
      }
      if (now - this.#expiredAt < EXPIRE_EVERY_MS) return
      this.#expiredAt = now
      await this.#records.expire(now)
    })
    this.#turn = done.catch(() => {})
    return done
  }

  stats(): AnomalyStats {
    return { taken: this.#taken, strangers: this.#strangers, closed: this.#closed }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#turn
    await this.#bands.close()
  }

  async #tick(): Promise<void> {
    if (this.#isWorking) return
    this.#isWorking = true
    try {
      await this.work()
    } catch (thrown) {
      this.#options.logger.error({ error: messageOf(thrown) }, 'could not look after anomalies; trying again')
    } finally {
      this.#isWorking = false
    }
  }

  async #end(rows: readonly AnomalyRow[]): Promise<void> {
    for (const { id } of rows) {
      const ended = await this.#records.close(id, this.#options.now())
      if (ended === undefined) continue
      this.#closed += 1
      await this.#tell([ended])
    }
  }

  async #workOutBudget({ from, to }: { from: EpochMs; to: EpochMs }): Promise<AnomalyBudget> {
    const { db, store, agentName, askedOf } = this.#options
    const [hours, rows, real, agents] = await Promise.all([
      judgedHours(store, { from, to }),
      this.#records.alarms(from, to),
      this.#feedback.real(from, to),
      db
        .selectFrom('agents')
        .leftJoin('devices', 'devices.agent', 'agents.id')
        .select((eb) => ['agents.id', 'agents.site', eb.fn.count<number>('devices.id').as('devices')])
        .groupBy('agents.id')
        .execute(),
    ])
    const judging = agents.filter(({ id }) => hours.has(id))
    const asked = await Promise.all(judging.map(({ id }) => askedOf(id)))
    const alarms: Alarm[] = rows.map((row) => ({ ...row, real: real.has(row.id) }))
    return anomalyBudget(
      judging.map(({ id, site, devices }, at) => {
        const name = agentName(id)
        const own = { ...DEFAULT_ASKED, ...asked[at] }
        return { agent: id, site, devices, asked: own, hours: hours.get(id) ?? [], ...(name !== undefined && { name }) }
      }),
      alarms,
      { from, to: epochMs(to) },
    )
  }

  async #resources(rows: readonly AnomalyRow[]): Promise<Anomaly[]> {
    const words = await this.#feedback.standing(rows.map(({ id }) => id))
    return rows.map((row) =>
      anomalyResourceOf(row, { deviceName: this.#options.deviceName(row.device), word: words.get(row.id) }),
    )
  }

  async #announced(id: string): Promise<Anomaly> {
    const row = await this.#records.get(id)
    const [anomaly] = row === undefined ? [] : await this.#resources([row])
    if (row === undefined || anomaly === undefined) throw new EyeNetError('not_found', `there is no anomaly ${id}`)
    await this.#tell([row])
    return anomaly
  }

  async #tell(rows: readonly AnomalyRow[]): Promise<void> {
    const told = rows.filter(({ trial }) => trial === '')
    if (told.length === 0 || this.#listeners.size === 0) return
    for (const anomaly of await this.#resources(told)) for (const listener of this.#listeners) listener(anomaly)
  }
}

export function openAnomalies(options: AnomaliesOptions): AnomalyRoom {
  return new Verdicts(options)
}
