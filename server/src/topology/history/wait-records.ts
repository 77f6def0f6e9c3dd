import type { ControlDb, TopologyWaitRow } from '../../db/db.ts'
import type { Remembered } from './remembered.ts'

type Waits = Pick<Remembered, 'held' | 'shrunk' | 'young' | 'cameUp'>
type Change = { readonly put: readonly TopologyWaitRow[]; readonly gone: readonly TopologyWaitRow[] }

/** Rows of one statement of four variables each; SQLite takes 32,766. */
const ROWS_PER_STATEMENT = 2_000
/** Of each kind that are kept, as many as a network of 10,000 devices has links; what is beyond waits anew after a restart. */
const MAX_KEPT = 20_000

/** Rows of what waits, as they are on disk: only what changed is written. */
export class WaitRecords {
  #written: ReadonlyMap<string, TopologyWaitRow> = new Map()

  async load(db: ControlDb): Promise<Waits> {
    const rows = await db.selectFrom('topology_waits').selectAll().execute()
    this.#written = new Map(rows.map((row) => [keyOf(row), row]))
    const of = (kind: TopologyWaitRow['kind']) => rows.filter((row) => row.kind === kind)
    return {
      held: new Map(of('held').map(({ id, since }) => [id, since])),
      shrunk: new Map(of('shrunk').map(({ id, since, what }) => [id, { as: what, since }])),
      young: new Map(of('young').map(({ id, since }) => [id, since])),
      cameUp: new Map(of('came-up').map(({ id, since }) => [id, since])),
    }
  }

  /** What of this is to be written; undefined where it is on disk as it is. Once it is, `written` says so. */
  changed(waits: Waits): { readonly change: Change; readonly written: () => void } | undefined {
    const rows = rowsOf(waits)
    const put = [...rows.values()].filter((row) => !isSame(row, this.#written.get(keyOf(row))))
    const gone = [...this.#written].flatMap(([key, row]) => (rows.has(key) ? [] : [row]))
    if (put.length + gone.length === 0) return undefined
    return {
      change: { put, gone },
      written: () => {
        this.#written = rows
      },
    }
  }
}

/** In somebody's transaction. */
export async function writeWaits(trx: ControlDb, { put, gone }: Change): Promise<void> {
  for (const kind of ['held', 'shrunk', 'young', 'came-up'] as const) {
    const ids = gone.flatMap((row) => (row.kind === kind ? [row.id] : []))
    for (let from = 0; from < ids.length; from += ROWS_PER_STATEMENT) {
      await trx
        .deleteFrom('topology_waits')
        .where('kind', '=', kind)
        .where('id', 'in', ids.slice(from, from + ROWS_PER_STATEMENT))
        .execute()
    }
  }
  for (let from = 0; from < put.length; from += ROWS_PER_STATEMENT) {
    await trx
      .insertInto('topology_waits')
      .values(put.slice(from, from + ROWS_PER_STATEMENT))
      .onConflict((one) =>
        one.columns(['kind', 'id']).doUpdateSet((eb) => ({
          since: eb.ref('excluded.since'),
          what: eb.ref('excluded.what'),
        })),
      )
      .execute()
  }
}

function rowsOf({ held, shrunk, young, cameUp }: Waits): ReadonlyMap<string, TopologyWaitRow> {
  const rows: TopologyWaitRow[] = []
  for (const [id, since] of first(held)) rows.push({ kind: 'held', id, since, what: '' })
  for (const [id, { as, since }] of first(shrunk)) rows.push({ kind: 'shrunk', id, since, what: as })
  for (const [id, since] of first(young)) rows.push({ kind: 'young', id, since, what: '' })
  for (const [id, since] of first(cameUp)) rows.push({ kind: 'came-up', id, since, what: '' })
  return new Map(rows.map((row) => [keyOf(row), row]))
}

function first<T>(waits: ReadonlyMap<string, T>): Iterable<readonly [string, T]> {
  return waits.size <= MAX_KEPT ? waits : [...waits].slice(0, MAX_KEPT)
}

const keyOf = ({ kind, id }: TopologyWaitRow): string => `${kind} ${id}`

const isSame = (a: TopologyWaitRow, b: TopologyWaitRow | undefined): boolean =>
  a.since === b?.since && a.what === b.what
