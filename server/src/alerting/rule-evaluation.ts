import { messageOf } from '@eyenet/shared/errors'
import type { EpochMs, Labels } from '@eyenet/shared/identity'
import {
  type AlertMachine,
  type AlertRule,
  announcementOf,
  INACTIVE,
  isOpen,
  nextAlertState,
  type ObservedAlert,
  type ObserveOptions,
  observeAlerts,
} from '@eyenet/shared/rules'
import type { Logger } from 'pino'
import type { AlertRow, ControlDb } from '../db/db.ts'
import type { MetricStore } from '../store/store.ts'
import type { AlertRecords, TimelineEntry } from './alert-records.ts'
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
  /** Series of devices and agents that were removed and that the store still remembers. */
  readonly isGone: (series: Labels) => boolean
  /** `forgotten`: it never fired, and no row of it is left. */
  readonly onChange: (alert: AlertRow, kept: 'kept' | 'forgotten') => void
}

/** Alerts of one rule beyond this are a wrong rule: it is stopped with an error rather than flooding people. */
const MAX_ALERTS_PER_RULE = 10_000
/** A rule that takes longer is ended. */
const TIMEOUT_MS = 30_000

/** Bounds how long one transaction keeps other writers waiting. */
const CHANGES_PER_TRANSACTION = 500
const NO_WAITS = { forMs: 0, keepFiringForMs: 0 }

type Change = {
  readonly row: AlertRow
  readonly series: Labels
  readonly was: AlertMachine
  readonly after: AlertMachine
  readonly entries: readonly TimelineEntry[]
}

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
    const { isGone, store } = this.#options
    const key = ruleKey(rule.group, rule.name)
    try {
      const open = [...this.#of(key).values()]
      const ask: ObserveOptions['ask'] = (expr, extra) =>
        store.query({ expr, start: now, end: now, step: 0, timeoutMs: TIMEOUT_MS, extra })
      const observed = await observeAlerts({ rule, now, ask, open })
      if (observed.length > MAX_ALERTS_PER_RULE) {
        throw new Error(`it gives ${observed.length} alerts; ${MAX_ALERTS_PER_RULE} are the most`)
      }
      const changes = observed.flatMap((one) => (isGone(one.series) ? [] : (this.#decide(rule, one, now) ?? [])))
      await this.#save(changes)
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

  /** Ends alerts whose rule, device or agent is gone. */
  async end(alerts: readonly Open[], now: EpochMs): Promise<void> {
    const what = 'ended: what it watched was removed'
    await this.#save(
      alerts.map(({ row, series, state }) => {
        const after = nextAlertState(NO_WAITS, state, { observation: { kind: 'removed' }, now })
        const machine = JSON.stringify({ state: after, series })
        const ended: AlertRow = { ...row, state: 'resolved', machine, ended_at: now, since: now }
        return { row: ended, series, was: state, after, entries: [{ at: now, what }] }
      }),
    )
  }

  /** What one observation changes; undefined when nothing that is kept changes. */
  #decide(rule: AlertRule, { key, series, observation }: ObservedAlert, now: EpochMs): Change | undefined {
    const before = this.#of(ruleKey(rule.group, rule.name)).get(key)
    const was = before?.state ?? INACTIVE
    const after = nextAlertState(rule, was, { observation, now })
    if (!isOpen(after) && before === undefined) return undefined
    const step = { rule, series, fingerprint: key, before, after, observation, now }
    const { row, entries } = rowAfter(step, this.#options.names)
    return before !== undefined && isSame(before.row, row) ? undefined : { row, series, was, after, entries }
  }

  /** Writes the changes, many in one transaction: when a site goes dark, all its alerts come at once. */
  async #save(changes: readonly Change[]): Promise<void> {
    const { db, records, notifier, onChange } = this.#options
    for (let at = 0; at < changes.length; at += CHANGES_PER_TRANSACTION) {
      const chunk = changes.slice(at, at + CHANGES_PER_TRANSACTION)
      await db.transaction().execute(async (trx) => {
        for (const change of chunk) {
          if (neverFired(change)) {
            await records.forget(trx, change.row.id)
            continue
          }
          await records.save(trx, change.row, change.entries)
          const announcement = announcementOf(change.was, change.after)
          if (announcement !== undefined && isSent(change.row)) {
            await notifier.enqueue(trx, this.#noticeOf(change.row, announcement))
          }
        }
      })
      for (const change of chunk) {
        const { row, series, after } = change
        const alerts = this.#of(ruleKey(row.rule_group, row.rule))
        if (isOpen(after)) alerts.set(row.fingerprint, { row, series, state: after })
        else alerts.delete(row.fingerprint)
        if (change.entries.length > 0 || announcementOf(change.was, after) !== undefined) {
          onChange(row, neverFired(change) ? 'forgotten' : 'kept')
        }
      }
    }
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
  return (
    before.state === after.state &&
    before.machine === after.machine &&
    before.device_name === after.device_name &&
    before.incident === after.incident &&
    before.affected === after.affected
  )
}

/** Whether people are sent word of it; with notify="none" it is shown alone. */
function isSent({ labels }: AlertRow): boolean {
  return JSON.parse(labels).notify !== 'none'
}

function neverFired({ row, after }: Change): boolean {
  return !isOpen(after) && row.fired_at === null
}

function secondsSince(begun: number): number {
  return (performance.now() - begun) / 1000
}
