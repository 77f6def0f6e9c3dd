import { DiscoveryRule, type DiscoveryRules } from '@eyenet/shared/api'
import type { EpochMs } from '@eyenet/shared/identity'
import type { ControlDb } from '../db/db.ts'

/** Rules of the inbox in their order. */
export class RuleRecords {
  readonly #db: ControlDb

  constructor(db: ControlDb) {
    this.#db = db
  }

  async load(): Promise<DiscoveryRules> {
    const rows = await this.#db.selectFrom('discovery_rules').selectAll().orderBy('place').execute()
    const rules = rows.map(({ rule }) => DiscoveryRule.parse(JSON.parse(rule)))
    const [first] = rows
    return { rules, ...(first && { changedAt: first.changed_at, changedBy: first.changed_by }) }
  }

  /** In place of all that there are. */
  async replace(rules: readonly DiscoveryRule[], { at, by }: { readonly at: EpochMs; readonly by: string }) {
    const rows = rules.map((rule, place) => ({ place, rule: JSON.stringify(rule), changed_at: at, changed_by: by }))
    await this.#db.transaction().execute(async (trx) => {
      await trx.deleteFrom('discovery_rules').execute()
      if (rows.length > 0) await trx.insertInto('discovery_rules').values(rows).execute()
    })
  }
}
