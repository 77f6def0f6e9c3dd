import { messageOf } from '@eyenet/shared/errors'
import type { EpochMs } from '@eyenet/shared/identity'
import {
  type AlertRule,
  announcementOf,
  isOpen,
  nextAlertState,
  type ObservedAlert,
  observeAlerts,
} from '@eyenet/shared/rules'
import type { Logger } from 'pino'
import type { AlertRow, ControlDb } from '../db/db.ts'
import type { MetricStore } from '../store/store.ts'
import type { AlertRecords } from './alert-records.ts'
import type { AlertNotice, Notifier } from './notify/notify.ts'
import { type Names, type Open, rowAfter } from './open-alerts.ts'
import { ruleKey } from './rule-set.ts'

/** What the last evaluation of a rule was like. */
export type RuleHealth = { readonly at: EpochMs; readonly seconds: number; readonly error?: string }

export type EvaluationOptions = {
  readonly db: ControlDb
  readonly store: MetricStore
  readonly records: AlertRecords
  readonly notifier: Notifier
  readonly names: Names
  readonly logger: Logger
  readonly publicUrl: string
  readonly onChange: (alert: string) => void
}

/** Alerts of one rule beyond this are a wrong rule: it is stopped with an error rather than flooding people. */
const MAX_ALERTS_PER_RULE = 10_000
/** A rule that takes longer is ended. */
const TIMEOUT_MS = 30_000

/** Evaluates rules one at a time: load what is open, decide, save, announce. */
export class RuleEvaluation {
  readonly #options: EvaluationOptions
  /** By rule, then by fingerprint; bounded by MAX_ALERTS_PER_RULE for each rule. */
  readonly #open = new Map<string, Map<string, Open>>()
  readonly #health = new Map<string, RuleHealth>()

  constructor(options: EvaluationOptions, open: readonly Open[]) {
    this.#options = options
    for (const one of open) this.#of(ruleKey(one.row.rule_group, one.row.rule)).set(one.row.fingerprint, one)
  }

  openOf(group: string, rule: string): readonly Open[] {
    return [...(this.#open.get(ruleKey(group, rule))?.values() ?? [])]
  }

  allOpen(): readonly Open[] {
    return [...this.#open.values()].flatMap((alerts) => [...alerts.values()])
  }

  healthOf(group: string, rule: string): RuleHealth | undefined {
    return this.#health.get(ruleKey(group, rule))
  }

  /** One evaluation. A rule that fails leaves its alerts as they are. */
  async evaluate(rule: AlertRule, now: EpochMs): Promise<void> {
    const begun = performance.now()
    const key = ruleKey(rule.group, rule.name)
    try {
      const open = [...this.#of(key).values()]
      const signal = AbortSignal.timeout(TIMEOUT_MS)
      const observed = await observeAlerts({ rule, now, reader: this.#options.store, open, signal })
      if (observed.length > MAX_ALERTS_PER_RULE) {
        throw new Error(`it gives ${observed.length} alerts; ${MAX_ALERTS_PER_RULE} are the most`)
      }
      for (const one of observed) await this.#step(rule, one, now)
      this.#health.set(key, { at: now, seconds: secondsSince(begun) })
    } catch (thrown) {
      const error = messageOf(thrown)
      this.#health.set(key, { at: now, seconds: secondsSince(begun), error })
      this.#options.logger.warn(
        { rule: rule.name, group: rule.group, error },
        'a rule failed; its alerts stay as they are',
      )
    }
  }

  /** Ends alerts whose rule or device is gone. */
  async end(rule: AlertRule, open: Open, now: EpochMs): Promise<void> {
    const { fingerprint } = open.row
    await this.#step(rule, { key: fingerprint, series: open.series, observation: { kind: 'removed' } }, now)
  }

  async #step(rule: AlertRule, { key, series, observation }: ObservedAlert, now: EpochMs): Promise<void> {
    const { db, records, notifier, names, onChange } = this.#options
    const alerts = this.#of(ruleKey(rule.group, rule.name))
    const before = alerts.get(key)
    const was = before?.state ?? { kind: 'inactive' as const }
    const after = nextAlertState(rule, was, { observation, now })
    if (!isOpen(after) && before === undefined) return
    const { row, entries } = rowAfter({ rule, series, fingerprint: key, before, after, observation, now }, names)
    if (before !== undefined && isSame(before.row, row)) return
    const announcement = announcementOf(was, after)
    const neverFired = !isOpen(after) && row.fired_at === null
    await db.transaction().execute(async (trx) => {
      if (neverFired) return records.forget(trx, row.id)
      await records.save(trx, row, entries)
      if (announcement !== undefined) await notifier.enqueue(trx, this.#noticeOf(row, announcement))
    })
    if (isOpen(after)) alerts.set(key, { row, series, state: after })
    else alerts.delete(key)
    if (entries.length > 0 || announcement !== undefined) onChange(row.id)
  }

  #noticeOf(row: AlertRow, change: 'firing' | 'resolved'): AlertNotice {
    const name = row.device_name === null ? {} : { device_name: row.device_name }
    const externalUrl = this.#options.publicUrl.replace(/\/$/, '')
    return {
      alert: row.id,
      change,
      labels: { ...JSON.parse(row.labels), ...name },
      annotations: JSON.parse(row.annotations),
      startsAt: row.fired_at ?? row.started_at,
      ...(row.ended_at !== null && { endsAt: row.ended_at }),
      url: `${externalUrl}/alerts/${row.id}`,
      externalUrl,
    }
  }

  #of(key: string): Map<string, Open> {
    const known = this.#open.get(key)
    if (known !== undefined) return known
    const fresh = new Map<string, Open>()
    this.#open.set(key, fresh)
    return fresh
  }
}

/** Whether nothing that is kept has changed; a value that moves while the alert stands is not worth a write. */
function isSame(before: AlertRow, after: AlertRow): boolean {
  return before.state === after.state && before.machine === after.machine && before.device_name === after.device_name
}

function secondsSince(begun: number): number {
  return (performance.now() - begun) / 1000
}
