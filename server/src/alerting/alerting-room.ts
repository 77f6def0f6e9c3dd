import type { AlertResource } from '@eyenet/shared/api'
import type { ServerConfig } from '@eyenet/shared/config'
import { messageOf } from '@eyenet/shared/errors'
import type { AgentId, DeviceId, EpochMs, Labels } from '@eyenet/shared/identity'
import { hasFired } from '@eyenet/shared/rules'
import type { Logger } from 'pino'
import type { ControlDb } from '../db/db.ts'
import type { MetricStore } from '../store/store.ts'
import { AlertRecords, resourceOf } from './alert-records.ts'
import type { AlertHistoryQuery, Alerting, RuleGroupStatus } from './alerting-interface.ts'
import { LateAlerts, type LateData } from './late-alerts.ts'
import { type Channel, createNotifier, emailChannel, type Notifier, webhookChannel } from './notify/notify.ts'
import { type Names, type Open, openOfRow } from './open-alerts.ts'
import { RuleEvaluation } from './rule-evaluation.ts'
import { type LoadedGroup, loadRules, ruleKey } from './rule-set.ts'
import { groupStatus } from './rule-status.ts'

export type DeviceAlerts = { critical: number; warning: number; info: number }

export type AlertingOptions = {
  readonly db: ControlDb
  readonly store: MetricStore
  readonly now: () => EpochMs
  readonly logger: Logger
  readonly settings: ServerConfig['alerting']
  readonly shippedRules: string
  readonly publicUrl: string
  readonly deviceName: (device: DeviceId) => string | undefined
  readonly agentName: (agent: string) => string | undefined
  /** The open incident that an alert with these labels tells of. */
  readonly incidentOf?: Names['incidentOf']
  /** Firing alerts by device, at each change. */
  readonly onCounts: (counts: ReadonlyMap<DeviceId, DeviceAlerts>) => void
  /** false: the caller evaluates; for tests. */
  readonly evaluateByItself?: boolean
}

export interface AlertingRoom extends Alerting {
  /** Evaluates every group that is due. Resolves when all is saved and due notifications were tried. */
  evaluateDue(now: EpochMs): Promise<void>
  /** Looks for alerts in data that came late: what is over goes into the history, and nobody is told. */
  lateArrived(data: LateData): Promise<void>
  /** Ends the alerts of a device that was removed. */
  deviceRemoved(device: DeviceId): Promise<void>
  agentRemoved(agent: AgentId): Promise<void>
  /** Loads rules and channels anew. EyeNetError `invalid`: nothing has changed. */
  reload(settings: ServerConfig['alerting']): Promise<void>
  stats(): { readonly sent: number; readonly retried: number; readonly failed: number }
  close(): Promise<void>
}

const TICK_MS = 1_000
const EXPIRE_EVERY_MS = 24 * 3_600_000
/** Queries look back five minutes: that long a removed device or agent still has its last values. */
const GONE_MS = 6 * 60_000

class Rules implements AlertingRoom {
  readonly #options: AlertingOptions
  readonly #records: AlertRecords
  readonly #listeners = new Set<(alert: AlertResource) => void>()
  readonly #timer: NodeJS.Timeout | undefined
  readonly #lastTick = new Map<string, number>()
  #groups: readonly LoadedGroup[]
  #notifier: Notifier
  #evaluation: RuleEvaluation
  readonly #late: LateAlerts
  #turn: Promise<void> = Promise.resolve()
  #waiting = 0
  #expiredAt = 0
  /** Devices and agents that were removed lately, and when. */
  readonly #gone = new Map<string, EpochMs>()
  /** Alerts of which listeners are to be told; their counts are then worked out anew. */
  readonly #changedAlerts = new Set<string>()
  #isCountDue = false
  #telling: Promise<void> | undefined

  constructor(options: AlertingOptions, records: AlertRecords, groups: readonly LoadedGroup[]) {
    this.#options = options
    this.#records = records
    this.#groups = groups
    const { deviceName, agentName } = options
    this.#late = new LateAlerts({ ...options, records, names: { deviceName, agentName } })
    this.#notifier = this.#notifierFor(options.settings)
    this.#evaluation = this.#evaluationWith(this.#notifier, [])
    if (options.evaluateByItself !== false) {
      this.#timer = setInterval(() => void this.#tick(), TICK_MS)
      this.#timer.unref()
    }
  }

  async load(): Promise<void> {
    const rows = await this.#records.openRows()
    const open: Open[] = []
    for (const row of rows) {
      const one = openOfRow(row)
      if (one === undefined) await this.#records.abandon(row.id, this.#options.now())
      else open.push(one)
    }
    this.#evaluation = this.#evaluationWith(this.#notifier, open)
    await this.#endOrphans()
    this.#count()
  }

  open(): Promise<readonly AlertResource[]> {
    return this.#records.open()
  }

  history(query: AlertHistoryQuery) {
    return this.#records.history(query)
  }

  get(id: string): Promise<AlertResource | undefined> {
    return this.#records.get(id)
  }

  async acknowledge(id: string, by: string, comment: string): Promise<AlertResource> {
    await this.#records.acknowledge(id, { by, comment, at: this.#options.now() })
    return this.#announced(id)
  }

  async unacknowledge(id: string, by: string): Promise<AlertResource> {
    await this.#records.unacknowledge(id, { by, at: this.#options.now() })
    return this.#announced(id)
  }

  rules(): readonly RuleGroupStatus[] {
    return this.#groups.map((group) => groupStatus(group, this.#evaluation))
  }

  onChange(listener: (alert: AlertResource) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async evaluateDue(now: EpochMs): Promise<void> {
    await this.#evaluate(now)
    await this.#notifier.sendDue()
  }

  #evaluate(now: EpochMs): Promise<void> {
    return this.#inTurn(async () => {
      for (const [id, at] of this.#gone) if (Math.abs(now - at) > GONE_MS) this.#gone.delete(id)
      for (const group of this.#groups) {
        const tick = Math.floor(now / group.intervalMs)
        if (this.#lastTick.get(group.name) === tick) continue
        this.#lastTick.set(group.name, tick)
        for (const rule of group.rules) await this.#evaluation.evaluate(rule, now)
      }
      if (now - this.#expiredAt > EXPIRE_EVERY_MS) {
        this.#expiredAt = now
        await this.#records.expire(now)
      }
    })
  }

  async lateArrived(data: LateData): Promise<void> {
    // Beside the rules' turn: what is over must not hold up what is.
    const found = await this.#late.evaluate(this.#groups, data)
    if (found > 0) this.#options.logger.info({ agent: data.agent, found }, 'alerts were found in data that came late')
  }

  deviceRemoved(device: DeviceId): Promise<void> {
    return this.#removed(device, ({ row }) => row.device === device)
  }

  agentRemoved(agent: AgentId): Promise<void> {
    return this.#removed(agent, ({ series }) => series.agent === agent)
  }

  #removed(id: string, isOf: (open: Open) => boolean): Promise<void> {
    return this.#inTurn(async () => {
      const now = this.#options.now()
      this.#gone.set(id, now)
      await this.#evaluation.end(this.#evaluation.allOpen().filter(isOf), now)
    })
  }

  #isGone({ device = '', agent = '' }: Labels): boolean {
    return this.#gone.has(device) || this.#gone.has(agent)
  }

  async reload(settings: ServerConfig['alerting']): Promise<void> {
    const groups = loadRules(settings, this.#options.shippedRules)
    await this.#inTurn(async () => {
      // Two at once would send the same change twice.
      await this.#notifier.close()
      this.#groups = groups
      this.#notifier = this.#notifierFor(settings)
      this.#evaluation = this.#evaluationWith(this.#notifier, this.#evaluation.allOpen())
      await this.#endOrphans()
    })
  }

  stats() {
    return this.#notifier.stats()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#turn.catch(() => {})
    await this.#notifier.close()
    await this.#telling
  }

  /** Alerts whose rule is no longer there end, and people are told. */
  async #endOrphans(): Promise<void> {
    const rules = new Set(this.#groups.flatMap(({ name, rules }) => rules.map((rule) => ruleKey(name, rule.name))))
    const orphans = this.#evaluation.allOpen().filter(({ row }) => !rules.has(ruleKey(row.rule_group, row.rule)))
    await this.#evaluation.end(orphans, this.#options.now())
  }

  #notifierFor(settings: ServerConfig['alerting']): Notifier {
    const { db, now, logger } = this.#options
    const channels: Channel[] = settings.webhooks.map(webhookChannel)
    if (settings.email !== undefined) channels.push(emailChannel(settings.email))
    return createNotifier({ db, now, logger, channels, onProgress: (alert) => this.#changed(alert) })
  }

  #evaluationWith(notifier: Notifier, open: ConstructorParameters<typeof RuleEvaluation>[1]): RuleEvaluation {
    const { db, store, logger, publicUrl, deviceName, agentName, incidentOf } = this.#options
    const names = { deviceName, agentName, incidentOf }
    return new RuleEvaluation(
      {
        ...{ db, store, logger, publicUrl, names, notifier, records: this.#records },
        isGone: (series) => this.#isGone(series),
        onChange: (row, kept) => {
          this.#isCountDue = true
          if (kept === 'forgotten') this.#tell(resourceOf(row))
          this.#changed(row.id)
        },
      },
      open,
    )
  }

  /** Work on alerts is done one after the other. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#waiting += 1
    const done = this.#turn.then(work).finally(() => {
      this.#waiting -= 1
    })
    this.#turn = done.catch(() => {})
    return done
  }

  async #tick(): Promise<void> {
    // A slow evaluation skips ticks; it is not queued up behind itself.
    if (this.#waiting > 0) return
    try {
      // What is due to be told goes out by the notifier's own clock: a slow receiver must not hold up the rules.
      await this.#evaluate(this.#options.now())
    } catch (thrown) {
      this.#options.logger.error({ error: messageOf(thrown) }, 'could not evaluate the rules; trying again')
    }
  }

  #count(): void {
    this.#isCountDue = false
    const counts = new Map<DeviceId, DeviceAlerts>()
    for (const { row, state } of this.#evaluation.allOpen()) {
      if (row.device === null || !hasFired(state)) continue
      const count = counts.get(row.device) ?? { critical: 0, warning: 0, info: 0 }
      count[row.severity] += 1
      counts.set(row.device, count)
    }
    this.#options.onCounts(counts)
  }

  async #announced(id: string): Promise<AlertResource> {
    const alert = await this.#records.get(id)
    if (alert === undefined) throw new Error(`alert ${id} is gone right after it was changed`)
    this.#tell(alert)
    return alert
  }

  #tell(alert: AlertResource): void {
    for (const listener of this.#listeners) listener(alert)
  }

  /** Listeners are told soon, of all that changed at once with a few queries. */
  #changed(id: string): void {
    this.#changedAlerts.add(id)
    this.#telling ??= this.#tellChanged().finally(() => {
      this.#telling = undefined
    })
  }

  async #tellChanged(): Promise<void> {
    while (this.#changedAlerts.size > 0) {
      // What changes in the same turn goes with it.
      await new Promise((resolve) => setImmediate(resolve))
      const ids = [...this.#changedAlerts]
      this.#changedAlerts.clear()
      if (this.#isCountDue) this.#count()
      try {
        for (const alert of await this.#records.named(ids)) this.#tell(alert)
      } catch (thrown) {
        this.#options.logger.error({ error: messageOf(thrown) }, 'could not announce alerts')
      }
    }
  }
}

/** EyeNetError `invalid` when a rule file has mistakes, `not_found` when it is not there. */
export async function openAlerting(options: AlertingOptions): Promise<AlertingRoom> {
  const room = new Rules(options, new AlertRecords(options.db), loadRules(options.settings, options.shippedRules))
  await room.load()
  return room
}
