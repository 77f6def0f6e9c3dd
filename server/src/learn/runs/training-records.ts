import { randomUUID } from 'node:crypto'
import { NewTraining, TrainingRun } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import type { EpochMs } from '@eyenet/shared/identity'
import type { ModelId } from '@eyenet/shared/wire'
import type { ControlDb, TrainingRunRow } from '../../db/db.ts'

/** Kept and shown; older ones that are over are deleted. */
const MAX_RUNS = 200
/** Waiting at a time: somebody who asks again and again gets no more. */
const MAX_QUEUED = 4

export type RunEnd =
  | { readonly state: 'done'; readonly model: ModelId; readonly reasons: readonly string[] }
  | { readonly state: 'failed' | 'cancelled'; readonly reasons: readonly string[] }

/** Runs of training in the database; the command line asks for one there, beside a running server. */
export class TrainingRecords {
  readonly #db: ControlDb
  readonly #now: () => EpochMs

  constructor(db: ControlDb, now: () => EpochMs) {
    this.#db = db
    this.#now = now
  }

  /** Newest first. */
  async list(): Promise<readonly TrainingRun[]> {
    const rows = await this.#db
      .selectFrom('training_runs')
      .selectAll()
      .orderBy('queued_at', 'desc')
      .orderBy('id')
      .limit(MAX_RUNS)
      .execute()
    return rows.map(runOf)
  }

  /** EyeNetError `not_found`. */
  async get(id: string): Promise<TrainingRun> {
    const row = await this.#db.selectFrom('training_runs').selectAll().where('id', '=', id).executeTakeFirst()
    if (row === undefined)
      throw new EyeNetError('not_found', 'there is no such training; see eyenet-server models train')
    return runOf(row)
  }

  /** EyeNetError `conflict` when enough wait already. */
  async queue(wanted: NewTraining, { trigger, by }: Pick<TrainingRunRow, 'trigger' | 'by'>): Promise<TrainingRun> {
    const row: TrainingRunRow = {
      ...{ id: randomUUID(), state: 'queued', trigger, by, wanted: JSON.stringify(wanted), progress: 0, step: 'waits' },
      ...{ queued_at: this.#now(), started_at: null, ended_at: null, model: null, reasons: '[]' },
    }
    await this.#db.transaction().execute(async (trx) => {
      const waiting = await trx.selectFrom('training_runs').select('id').where('state', '=', 'queued').execute()
      if (waiting.length >= MAX_QUEUED) {
        throw new EyeNetError('conflict', `${waiting.length} trainings wait already; they are done one after the other`)
      }
      await trx.insertInto('training_runs').values(row).execute()
      await removeOldest(trx)
    })
    return runOf(row)
  }

  /** The run that waits longest begins; undefined while none waits. */
  async begin(): Promise<{ readonly run: TrainingRun; readonly wanted: NewTraining } | undefined> {
    return this.#db.transaction().execute(async (trx) => {
      const row = await trx
        .selectFrom('training_runs')
        .selectAll()
        .where('state', '=', 'queued')
        .orderBy('queued_at')
        .orderBy('id')
        .limit(1)
        .executeTakeFirst()
      if (row === undefined) return undefined
      const begun = { state: 'running', started_at: this.#now(), step: 'begins' } as const
      await trx.updateTable('training_runs').set(begun).where('id', '=', row.id).execute()
      return { run: runOf({ ...row, ...begun }), wanted: NewTraining.parse(JSON.parse(row.wanted)) }
    })
  }

  /** False when it is not running any more: somebody cancelled it. */
  async progress(id: string, share: number, step: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('training_runs')
      .set({ progress: Math.min(1, Math.max(0, share)), step })
      .where('id', '=', id)
      .where('state', '=', 'running')
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  /** What is over already stays as it is. */
  async end(id: string, end: RunEnd): Promise<void> {
    await this.#db
      .updateTable('training_runs')
      .set({
        ...{ state: end.state, ended_at: this.#now(), reasons: JSON.stringify(end.reasons) },
        ...(end.state === 'done' && { model: end.model, progress: 1, step: 'done' }),
      })
      .where('id', '=', id)
      .where('state', 'in', ['queued', 'running'])
      .execute()
  }

  /** EyeNetError `not_found`, `conflict` when it is over. */
  async cancel(id: string, by: string): Promise<TrainingRun> {
    const run = await this.get(id)
    if (run.state !== 'queued' && run.state !== 'running') {
      throw new EyeNetError('conflict', `the training is over already: ${run.state}`)
    }
    await this.end(id, { state: 'cancelled', reasons: [`${by} cancelled it`] })
    return this.get(id)
  }

  /** At a start of the server nothing runs: what did was killed with it. */
  async endKilled(): Promise<void> {
    const rows = await this.#db.selectFrom('training_runs').select('id').where('state', '=', 'running').execute()
    for (const { id } of rows) await this.end(id, { state: 'failed', reasons: ['the server ended while it ran'] })
  }

  /** When the last one that began by itself was queued. */
  async lastNightly(): Promise<EpochMs | undefined> {
    const row = await this.#db
      .selectFrom('training_runs')
      .select('queued_at')
      .where('trigger', '=', 'nightly')
      .orderBy('queued_at', 'desc')
      .limit(1)
      .executeTakeFirst()
    return row?.queued_at
  }
}

function runOf(row: TrainingRunRow): TrainingRun {
  const { id, state, trigger, by, progress, step } = row
  return {
    ...{ id, state, trigger, by, progress, step, queuedAt: row.queued_at },
    ...(row.started_at !== null && { startedAt: row.started_at }),
    ...(row.ended_at !== null && { endedAt: row.ended_at }),
    ...(row.model !== null && { model: row.model }),
    reasons: TrainingRun.shape.reasons.parse(JSON.parse(row.reasons)),
  }
}

async function removeOldest(trx: ControlDb): Promise<void> {
  const newest = trx.selectFrom('training_runs').select('id').orderBy('queued_at', 'desc').limit(MAX_RUNS)
  await trx
    .deleteFrom('training_runs')
    .where('state', 'not in', ['queued', 'running'])
    .where('id', 'not in', newest)
    .execute()
}
