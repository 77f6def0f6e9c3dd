import { type AlertResource, momentCursor, parseMomentCursor } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { Selectable } from 'kysely'
import type { AlertRow, AlertTimelineRow, ControlDb, NotificationRow } from '../db/db.ts'
import type { AlertHistoryQuery } from './alerting-interface.ts'

/** Resolved alerts are kept that long. */
const KEEP_MS = 400 * 24 * 3_600_000
/** Rows looked up with one statement; SQLite takes 32,766 variables. */
const IDS_PER_QUERY = 1_000

export type TimelineEntry = { readonly at: EpochMs; readonly what: string; readonly by?: string }

export type Acknowledging = { readonly by: string; readonly at: EpochMs; readonly comment: string }

/** Rows of alerts with their timelines and notifications, as the API shows them. */
export class AlertRecords {
  readonly #db: ControlDb

  constructor(db: ControlDb) {
    this.#db = db
  }

  openRows(): Promise<AlertRow[]> {
    return this.#db.selectFrom('alerts').selectAll().where('ended_at', 'is', null).execute()
  }

  async open(): Promise<readonly AlertResource[]> {
    return this.#resources(await this.openRows())
  }

  async get(id: string): Promise<AlertResource | undefined> {
    const [resource] = await this.named([id])
    return resource
  }

  /** Those of these alerts that are there. */
  async named(ids: readonly string[]): Promise<readonly AlertResource[]> {
    const rows: AlertRow[] = []
    for (let at = 0; at < ids.length; at += IDS_PER_QUERY) {
      const some = ids.slice(at, at + IDS_PER_QUERY)
      rows.push(...(await this.#db.selectFrom('alerts').selectAll().where('id', 'in', some).execute()))
    }
    return this.#resources(rows)
  }

  /** Ends an alert whose row cannot be read any more: open, it would stand in the way of the next of its kind. */
  async abandon(id: string, now: EpochMs): Promise<void> {
    await this.#db
      .updateTable('alerts')
      .set({ state: 'resolved', ended_at: now, since: now })
      .where('id', '=', id)
      .execute()
  }

  /** Newest first; alerts that only were pending are not history. */
  async history(query: AlertHistoryQuery) {
    let found = this.#db.selectFrom('alerts').where('fired_at', 'is not', null)
    if (query.state === 'open') found = found.where('ended_at', 'is', null)
    if (query.state === 'resolved') found = found.where('ended_at', 'is not', null)
    if (query.device !== undefined) found = found.where('device', '=', query.device)
    const { total } = await found.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
    const after = parseMomentCursor(query.cursor)
    if (after !== undefined) {
      found = found.where((eb) =>
        eb.or([eb('started_at', '<', after.at), eb.and([eb('started_at', '=', after.at), eb('id', '<', after.id)])]),
      )
    }
    const rows = await found
      .selectAll()
      .orderBy('started_at', 'desc')
      .orderBy('id', 'desc')
      .limit(query.limit + 1)
      .execute()
    const shown = rows.slice(0, query.limit)
    const last = shown.at(-1)
    const next =
      rows.length > shown.length && last !== undefined
        ? { next: momentCursor({ at: last.started_at, id: last.id }) }
        : {}
    return { items: await this.#resources(shown), total, ...next }
  }

  /** Saves a row as it is now, with what happened. */
  async save(trx: ControlDb, row: AlertRow, entries: readonly TimelineEntry[]): Promise<void> {
    const { id: _id, ack_by: _by, ack_at: _at, ack_comment: _comment, ...changed } = row
    await trx
      .insertInto('alerts')
      .values(row)
      .onConflict((one) => one.column('id').doUpdateSet(changed))
      .execute()
    const rows = entries.map(({ at, what, by }) => ({ alert: row.id, at, what, by: by ?? null }))
    if (rows.length > 0) await trx.insertInto('alert_timeline').values(rows).execute()
  }

  /** An alert that never fired leaves nothing. */
  async forget(trx: ControlDb, id: string): Promise<void> {
    await trx.deleteFrom('alerts').where('id', '=', id).execute()
  }

  /** EyeNetError `not_found`, or `conflict` for an alert that is over. */
  async acknowledge(id: string, { by, at, comment }: Acknowledging): Promise<void> {
    const what = comment === '' ? 'acknowledged' : `acknowledged: ${comment}`
    await this.#setAcknowledgement(id, { ack_by: by, ack_at: at, ack_comment: comment }, { at, what, by })
  }

  async unacknowledge(id: string, { by, at }: Omit<Acknowledging, 'comment'>): Promise<void> {
    const none = { ack_by: null, ack_at: null, ack_comment: null }
    await this.#setAcknowledgement(id, none, { at, what: 'acknowledgement taken back', by })
  }

  async #setAcknowledgement(
    id: string,
    ack: Pick<AlertRow, 'ack_by' | 'ack_at' | 'ack_comment'>,
    entry: TimelineEntry & { readonly by: string },
  ): Promise<void> {
    const row = await this.#db
      .updateTable('alerts')
      .set(ack)
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .returning('id')
      .executeTakeFirst()
    if (row === undefined) {
      const known = await this.get(id)
      if (known === undefined) throw new EyeNetError('not_found', `there is no alert ${id}`)
      throw new EyeNetError('conflict', 'this alert is resolved; there is nothing to acknowledge any more')
    }
    await this.#db
      .insertInto('alert_timeline')
      .values({ alert: id, ...entry })
      .execute()
  }

  async expire(now: EpochMs): Promise<void> {
    await this.#db
      .deleteFrom('alerts')
      .where('ended_at', '<', epochMs(now - KEEP_MS))
      .execute()
  }

  async #resources(rows: readonly AlertRow[]): Promise<readonly AlertResource[]> {
    const timelines = new Map<string, Selectable<AlertTimelineRow>[]>()
    const notifications = new Map<string, NotificationRow[]>()
    for (let at = 0; at < rows.length; at += IDS_PER_QUERY) {
      const ids = rows.slice(at, at + IDS_PER_QUERY).map(({ id }) => id)
      const [times, told] = await Promise.all([
        this.#db.selectFrom('alert_timeline').selectAll().where('alert', 'in', ids).orderBy('id').execute(),
        this.#db.selectFrom('notifications').selectAll().where('alert', 'in', ids).orderBy('created_at').execute(),
      ])
      for (const entry of times) append(timelines, entry.alert, entry)
      for (const entry of told) append(notifications, entry.alert, entry)
    }
    return rows.map((row) => resourceOf(row, timelines.get(row.id) ?? [], notifications.get(row.id) ?? []))
  }
}

function append<T>(lists: Map<string, T[]>, key: string, entry: T): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [entry])
  else list.push(entry)
}

export function resourceOf(
  row: AlertRow,
  timeline: readonly Selectable<AlertTimelineRow>[] = [],
  notifications: readonly NotificationRow[] = [],
): AlertResource {
  return {
    id: row.id,
    rule: row.rule,
    group: row.rule_group,
    severity: row.severity,
    state: row.state,
    startedAt: row.started_at,
    since: row.since,
    labels: JSON.parse(row.labels),
    annotations: JSON.parse(row.annotations),
    value: row.value,
    expr: row.expr,
    notifications: notifications.map(({ channel, change, state, attempts, at, error }) => ({
      ...{ channel, change, state, attempts, at },
      ...(error !== null && { error }),
    })),
    timeline: timeline.map(({ at, what, by }) => ({ at, what, ...(by !== null && { by }) })),
    ...(row.fired_at !== null && { firedAt: row.fired_at }),
    ...(row.ended_at !== null && { endedAt: row.ended_at }),
    ...(row.found_late_at !== null && { foundLateAt: row.found_late_at }),
    ...(row.incident !== null && { incident: row.incident }),
    ...(row.affected !== null && { affected: row.affected }),
    ...(row.device !== null && { device: row.device }),
    ...(row.device_name !== null && { deviceName: row.device_name }),
    ...(row.interface !== null && { interface: row.interface }),
    ...(row.ack_by !== null &&
      row.ack_at !== null && {
        acknowledgement: { by: row.ack_by, at: row.ack_at, comment: row.ack_comment ?? '' },
      }),
  }
}
