import { MAX_POSITIONS, type TopologyPositions } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import type { ControlDb } from '../db/db.ts'

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
    const rows = await this.#db.selectFrom('topology_positions').selectAll().where('view', '=', view).execute()
    return { positions: Object.fromEntries(rows.map(({ node, x, y }) => [node, { x, y }])) }
  }

  /** Replaces all places of the view: one without places is gone. */
  async save(view: string, { positions }: TopologyPositions): Promise<void> {
    const rows = Object.entries(positions).map(([node, { x, y }]) => ({ view, node, x, y }))
    if (rows.length > MAX_POSITIONS) {
      throw new EyeNetError('limit_exceeded', `a view keeps the places of ${MAX_POSITIONS} nodes at most`)
    }
    await this.#db.transaction().execute(async (trx) => {
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
