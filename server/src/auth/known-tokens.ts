import type { ApiTokenRow, ControlDb } from '../db/db.ts'
import type { Clock } from './clock.ts'

/** Another process may have removed a token: what was read of one counts so long. In this one a removal counts at once. */
const KEPT_MS = 5_000
/** As many as there may be. */
const MAX_KEPT = 1_000

/** Tokens that were looked up lately: programs that push send theirs hundreds of times a second. */
export class KnownTokens {
  readonly #db: ControlDb
  readonly #clock: Clock
  readonly #kept = new Map<string, { readonly row: ApiTokenRow; readonly until: number }>()
  /** Counts removals, so that a look-up that was under way meanwhile is not kept. */
  #removals = 0

  constructor(db: ControlDb, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  async find(hash: string): Promise<ApiTokenRow | undefined> {
    const now = this.#clock.now()
    const known = this.#kept.get(hash)
    if (known !== undefined && now < known.until && now >= known.until - KEPT_MS) return known.row
    const removals = this.#removals
    const row = await this.#db.selectFrom('api_tokens').selectAll().where('hash', '=', hash).executeTakeFirst()
    this.#kept.delete(hash)
    if (row !== undefined && removals === this.#removals) this.#keep(row)
    return row
  }

  /** The row has changed. */
  update(row: ApiTokenRow): void {
    if (this.#kept.has(row.hash)) this.#keep(row)
  }

  /** A token was removed. */
  forget(): void {
    this.#removals += 1
    this.#kept.clear()
  }

  #keep(row: ApiTokenRow): void {
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear()
    this.#kept.set(row.hash, { row, until: this.#clock.now() + KEPT_MS })
  }
}
