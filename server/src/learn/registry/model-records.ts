import { createHash } from 'node:crypto'
import type { ModelEvaluation, ModelName, ModelSource, ModelStep } from '@eyenet/shared/api'
import { ModelStage } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import type { EpochMs } from '@eyenet/shared/identity'
import { MAX_MODEL_BYTES, ModelId, ModelManifest } from '@eyenet/shared/wire'
import type { ControlDb, ModelRow } from '../../db/db.ts'
import { SEALED, type Vault } from '../../vault/vault.ts'
import type { Change } from '../rollout/change-models.ts'
import { isWatched, ModelState, type Standing } from '../rollout/model-state.ts'

/** Kept; of those that are over, the oldest go beyond it. */
export const MAX_MODELS = 200
/** Steps that are shown of one model. */
const MAX_STEPS = 200

export type NewModelFile = {
  /** Left out: NAME-VERSION. */
  readonly id?: ModelId
  readonly name: ModelName
  readonly source: ModelSource
  readonly contract: string
  readonly onnx: Uint8Array
  readonly by: string
  readonly data?: { readonly from: EpochMs; readonly to: EpochMs; readonly series: number; readonly rows: number }
  readonly settings: Readonly<Record<string, string | number | boolean>>
  readonly evaluation?: ModelEvaluation
  readonly state: ModelState
}

export type ModelRecordsOptions = {
  readonly db: ControlDb
  readonly vault: Vault
  readonly now: () => EpochMs
  /** Named in each manifest. */
  readonly server: string
}

/** A model as agents get it: the file is what the manifest says. */
export type VouchedModel = { readonly manifest: ModelManifest; readonly onnx: Uint8Array }

/** Models, their files and where they are, in the database. Another process may change them at any time. */
export class ModelRecords {
  readonly #options: ModelRecordsOptions
  readonly #db: ControlDb

  constructor(options: ModelRecordsOptions) {
    this.#options = options
    this.#db = options.db
  }

  /** Newest first. */
  list(): Promise<readonly ModelRow[]> {
    return this.#db.selectFrom('models').selectAll().orderBy('created_at', 'desc').orderBy('id').execute()
  }

  /** EyeNetError `not_found`. */
  async get(id: string): Promise<ModelRow> {
    const row = await this.#db.selectFrom('models').selectAll().where('id', '=', ModelId.parse(id)).executeTakeFirst()
    if (row === undefined) throw unknownModel(id)
    return row
  }

  async withSha(sha256: string): Promise<ModelRow | undefined> {
    return this.#db.selectFrom('models').selectAll().where('sha256', '=', sha256).executeTakeFirst()
  }

  /** Makes the next version of its name. EyeNetError `conflict` when the same file is there already, `too_large`. */
  async add(model: NewModelFile): Promise<ModelId> {
    const { onnx, name, source, contract, by, data, settings, evaluation, state } = model
    if (onnx.length > MAX_MODEL_BYTES) {
      throw new EyeNetError('too_large', `the model has ${onnx.length} bytes; ${MAX_MODEL_BYTES} are the most`)
    }
    const [now, sha256] = [this.#options.now(), sha256Of(onnx)]
    return this.#db.transaction().execute(async (trx) => {
      const known = await trx.selectFrom('models').select('id').where('sha256', '=', sha256).executeTakeFirst()
      if (known !== undefined) throw new EyeNetError('conflict', `this very file is here already, as ${known.id}`)
      const newest = await trx
        .selectFrom('models')
        .select((eb) => eb.fn.max('version').as('version'))
        .where('name', '=', name)
        .executeTakeFirst()
      const version = Number(newest?.version ?? 0) + 1
      const id = model.id ?? ModelId.parse(`${name}-${version}`)
      const manifest: ModelManifest = {
        ...{ id, name, version, contract, sha256, bytes: onnx.length, createdAt: now },
        server: this.#options.server,
      }
      const sealed = this.#options.vault.seal(JSON.stringify(manifest), SEALED.models.about(id))
      await trx
        .insertInto('models')
        .values({
          ...{ id, name, version, source, contract, sha256, bytes: onnx.length, sealed },
          ...{ created_at: now, created_by: by, settings: JSON.stringify(settings), state: JSON.stringify(state) },
          data: data === undefined ? null : JSON.stringify(data),
          evaluation: evaluation === undefined ? null : JSON.stringify(evaluation),
        })
        .execute()
      await trx.insertInto('model_files').values({ model: id, onnx }).execute()
      await addStep(trx, { id, state, by }, now)
      await removeOldest(trx)
      return id
    })
  }

  /** The file and its manifest. EyeNetError `unavailable` when either is not what was put in. */
  async vouched(id: string): Promise<VouchedModel> {
    const row = await this.get(id)
    const manifest = this.#manifestOf(row)
    const file = await this.#db.selectFrom('model_files').select('onnx').where('model', '=', row.id).executeTakeFirst()
    if (
      file === undefined ||
      manifest === undefined ||
      manifest.id !== row.id ||
      sha256Of(file.onnx) !== manifest.sha256
    ) {
      throw new EyeNetError('unavailable', `the model ${id} in the database is not what was put in: withdraw it`)
    }
    return { manifest, onnx: file.onnx }
  }

  async standings(db: ControlDb = this.#db): Promise<readonly Standing[]> {
    const rows = await db
      .selectFrom('models')
      .select(['id', 'contract', 'source', 'state'])
      .orderBy('created_at')
      .orderBy('id')
      .execute()
    return rows.map(({ state, ...row }) => ({ ...row, state: ModelState.parse(JSON.parse(state)) }))
  }

  /** Writes what is decided of the models as they are then: all of it at once. Answers it. */
  async change(decide: (models: readonly Standing[]) => readonly Change[]): Promise<readonly Change[]> {
    return this.#db.transaction().execute(async (trx) => {
      const models = await this.standings(trx)
      const changes = decide(models)
      for (const change of changes) {
        const { id, state } = change
        const before = models.find((one) => one.id === id)?.state
        await trx
          .updateTable('models')
          .set({ state: JSON.stringify(state) })
          .where('id', '=', id)
          .execute()
        if (before?.kind !== state.kind || before.since !== state.since) await addStep(trx, change, this.#options.now())
      }
      return changes
    })
  }

  /** Newest first. */
  async history(id: string): Promise<readonly ModelStep[]> {
    const rows = await this.#db
      .selectFrom('model_rollouts')
      .select(['at', 'stage', 'by', 'reason'])
      .where('model', '=', ModelId.parse(id))
      .orderBy('seq', 'desc')
      .limit(MAX_STEPS)
      .execute()
    return rows.map((row) => ({ ...row, stage: ModelStage.parse(row.stage) }))
  }

  #manifestOf({ id, sealed }: ModelRow): ModelManifest | undefined {
    try {
      return ModelManifest.parse(JSON.parse(this.#options.vault.open(sealed, SEALED.models.about(id))))
    } catch {
      return undefined
    }
  }
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

export const unknownModel = (id: string): EyeNetError =>
  new EyeNetError('not_found', `there is no model ${id.slice(0, 80)}; eyenet-server models list names them`)

async function addStep(trx: ControlDb, { id, state, by }: Change, now: EpochMs): Promise<void> {
  const step = { model: id, at: now, stage: state.kind, by, reason: state.reason }
  await trx.insertInto('model_rollouts').values(step).execute()
}

/** The newest version of a name stays, so that its number is not given again; so does what runs or may come back. */
async function removeOldest(trx: ControlDb): Promise<void> {
  const rows = await trx.selectFrom('models').select(['id', 'name', 'version', 'state']).orderBy('created_at').execute()
  const states = rows.map((row) => ({ ...row, parsed: ModelState.parse(JSON.parse(row.state)) }))
  const needed = new Set(states.flatMap(({ parsed }) => (parsed.kind === 'all' ? [parsed.former] : [])))
  const over = states.filter(
    ({ id, name, version, parsed }) =>
      !isWatched(parsed) && !needed.has(id) && rows.some((one) => one.name === name && one.version > version),
  )
  for (const { id } of over.slice(0, Math.max(0, rows.length - MAX_MODELS))) {
    await trx.deleteFrom('models').where('id', '=', id).execute()
  }
}
