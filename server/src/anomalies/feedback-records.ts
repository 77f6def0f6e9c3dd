import type { FeedbackKind, NewFeedback } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import { type Selectable, sql } from 'kysely'
import type { AnomalyFeedbackRow, ControlDb } from '../db/db.ts'
import type { StandingFeedback } from './anomaly-interface.ts'

/** Words about one anomaly that are kept, those that were taken back with them; the oldest go. */
const MAX_WORDS = 50
const IDS_PER_QUERY = 1_000
/** Words handed over for training at once. */
const MAX_FOR_TRAINING = 10_000

export type Word = Selectable<AnomalyFeedbackRow>
export type Saying = NewFeedback & { readonly by: string; readonly at: EpochMs }

/** What people said of anomalies. */
export class FeedbackRecords {
  readonly #db: ControlDb

  constructor(db: ControlDb) {
    this.#db = db
  }

  /** Replaces what was said before. EyeNetError `not_found` without such an anomaly. */
  async say(anomaly: string, { kind, comment, by, at }: Saying): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      const known = await trx.selectFrom('anomalies').select('id').where('id', '=', anomaly).executeTakeFirst()
      if (known === undefined) throw new EyeNetError('not_found', `there is no anomaly ${anomaly}`)
      await takeBack(trx, anomaly, { by, at })
      const fresh = { anomaly, kind, comment, by, at, taken_back_at: null, taken_back_by: null }
      await trx.insertInto('anomaly_feedback').values(fresh).execute()
      await sql`DELETE FROM anomaly_feedback WHERE id IN (SELECT id FROM anomaly_feedback WHERE anomaly = ${anomaly}
        ORDER BY id DESC LIMIT -1 OFFSET ${MAX_WORDS})`.execute(trx)
    })
  }

  /** EyeNetError `not_found` where nothing stands. */
  async takeBack(anomaly: string, who: { readonly by: string; readonly at: EpochMs }): Promise<void> {
    const taken = await takeBack(this.#db, anomaly, who)
    if (!taken) throw new EyeNetError('not_found', 'nobody has said anything of this anomaly that could be taken back')
  }

  /** What stands of these anomalies. */
  async standing(anomalies: readonly string[]): Promise<ReadonlyMap<string, Word>> {
    const found = new Map<string, Word>()
    for (let at = 0; at < anomalies.length; at += IDS_PER_QUERY) {
      const rows = await this.#db
        .selectFrom('anomaly_feedback')
        .selectAll()
        .where('anomaly', 'in', anomalies.slice(at, at + IDS_PER_QUERY))
        .where('taken_back_at', 'is', null)
        .execute()
      for (const row of rows) found.set(row.anomaly, row)
    }
    return found
  }

  /** All that was said of one, newest first. */
  all(anomaly: string): Promise<Word[]> {
    return this.#db
      .selectFrom('anomaly_feedback')
      .selectAll()
      .where('anomaly', '=', anomaly)
      .orderBy('id', 'desc')
      .execute()
  }

  async forTraining({ from, to, now }: { from: EpochMs; to: EpochMs; now: EpochMs }): Promise<StandingFeedback[]> {
    const rows = await this.#db
      .selectFrom('anomaly_feedback')
      .innerJoin('anomalies', 'anomalies.id', 'anomaly_feedback.anomaly')
      .select(['device', 'labels', 'since', 'ended_at', 'kind', 'reason', 'at'])
      .where('taken_back_at', 'is', null)
      .where('since', '<', to)
      .where((eb) => eb.or([eb('ended_at', 'is', null), eb('ended_at', '>=', from)]))
      .orderBy('at', 'desc')
      .orderBy('anomaly_feedback.id', 'desc')
      .limit(MAX_FOR_TRAINING)
      .execute()
    return rows.map(({ device, labels, since, ended_at, kind, reason, at }) => ({
      ...{ device, from: since, to: ended_at ?? epochMs(Math.max(since, now)), kind, reason, at },
      ...(labels !== null && { labels: JSON.parse(labels) }),
    }))
  }

  /** Of anomalies that began within the span: how many people called real, by the anomaly's id. */
  async real(from: EpochMs, to: EpochMs): Promise<ReadonlySet<string>> {
    const kind: FeedbackKind = 'real'
    const rows = await this.#db
      .selectFrom('anomaly_feedback')
      .innerJoin('anomalies', 'anomalies.id', 'anomaly_feedback.anomaly')
      .select('anomaly')
      .where('taken_back_at', 'is', null)
      .where('kind', '=', kind)
      .where('since', '>=', from)
      .where('since', '<', to)
      .execute()
    return new Set(rows.map(({ anomaly }) => anomaly))
  }
}

/** Answers whether there was something to take back. */
async function takeBack(db: ControlDb, anomaly: string, who: { by: string; at: EpochMs }): Promise<boolean> {
  const row = await db
    .updateTable('anomaly_feedback')
    .set({ taken_back_at: who.at, taken_back_by: who.by })
    .where('anomaly', '=', anomaly)
    .where('taken_back_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
