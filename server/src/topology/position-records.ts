import { MAX_POSITIONS, type NewTopologyPositions, type TopologyPositions } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import type { ControlDb } from '../db/db.ts'

/** Not the name of a view: its revision is the last that was given. */
const ALL_VIEWS = ''
/** Named views with places of their own. */
const MAX_VIEWS = 100
/** Rows of one INSERT of four variables each; SQLite takes 32,766. */
const ROWS_PER_INSERT = 2_000

/** Where people put nodes. */
export class PositionRecords {
  readonly #db: ControlDb

  constructor(db: ControlDb) {
    this.#db = db
  }

  async get(view: string): Promise<TopologyPositions> {
    return this.#db.transaction().execute(async (trx) => {
      const rows = await trx.selectFrom('topology_positions').selectAll().where('view', '=', view).execute()
      const positions = Object.fromEntries(rows.map(({ node, x, y }) => [node, { x, y }]))
      return { positions, revision: await revisionOf(trx, view) }
    })
  }

  /**
   * Replaces all places of the view: one without places is gone. Each save has a revision of its own. EyeNetError `conflict` where
   * somebody has saved since `base`.
   */
  async save(view: string, { positions, base }: NewTopologyPositions): Promise<void> {
    const rows = Object.entries(positions).map(([node, { x, y }]) => ({ view, node, x, y }))
    if (rows.length > MAX_POSITIONS) {
      throw new EyeNetError('limit_exceeded', `a view keeps the places of ${MAX_POSITIONS} nodes at most`)
    }
    await this.#db.transaction().execute(async (trx) => {
      const known = await revisionOf(trx, view)
      if (base !== undefined && base !== known) {
        const message = `somebody has saved the places of the view ${view} meanwhile (revision ${known}, not ${base}): look at theirs, and save again`
        throw new EyeNetError('conflict', message)
      }
      const revision = rows.length === 0 ? 0 : (await revisionOf(trx, ALL_VIEWS)) + 1
      const views = await trx.selectFrom('topology_positions').select('view').distinct().execute()
      if (views.length >= MAX_VIEWS && !views.some((one) => one.view === view)) {
        throw new EyeNetError('limit_exceeded', `there are ${MAX_VIEWS} views with places: empty one first`)
      }
      await trx.deleteFrom('topology_positions').where('view', '=', view).execute()
      for (let from = 0; from < rows.length; from += ROWS_PER_INSERT) {
        await trx
          .insertInto('topology_positions')
          .values(rows.slice(from, from + ROWS_PER_INSERT))
          .execute()
      }
      await trx.deleteFrom('topology_views').where('view', '=', view).execute()
      if (revision > 0) await putRevision(trx, view, revision)
      if (revision > 0) await putRevision(trx, ALL_VIEWS, revision)
    })
  }

  /** A node with another id stays where it is; one that has a place under the new id keeps that. */
  async renamed(from: string, into: string): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      const placed = trx.selectFrom('topology_positions').select('view').where('node', '=', into)
      await trx
        .updateTable('topology_positions')
        .set({ node: into })
        .where('node', '=', from)
        .where('view', 'not in', placed)
        .execute()
      await trx.deleteFrom('topology_positions').where('node', '=', from).execute()
    })
  }
}

async function revisionOf(trx: ControlDb, view: string): Promise<number> {
  const row = await trx.selectFrom('topology_views').select('revision').where('view', '=', view).executeTakeFirst()
  return row?.revision ?? 0
}

async function putRevision(trx: ControlDb, view: string, revision: number): Promise<void> {
  await trx
    .insertInto('topology_views')
    .values({ view, revision })
    .onConflict((one) => one.column('view').doUpdateSet({ revision }))
    .execute()
}
