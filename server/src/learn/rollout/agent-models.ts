import type { AgentId } from '@eyenet/shared/identity'
import { ModelReport } from '@eyenet/shared/wire'
import { z } from 'zod'
import type { ControlDb } from '../../db/db.ts'
import type { CanaryAgent } from '../../fleet/fleet.ts'
import type { AgentStand } from './next-models.ts'

/** What an agent says of its models when it connects, and whenever that changes. */
export type ToldModels = { readonly contracts: readonly string[]; readonly reports: readonly ModelReport[] }

export type KnownAgent = AgentStand & {
  readonly row: CanaryAgent
  /** What its desired state holds. */
  readonly assigned: string
}

const Contracts = z.array(z.string())
const Reports = z.array(ModelReport)

/** What agents say of models, in the database. */
export class AgentModels {
  readonly #db: ControlDb
  /** Told and not written yet; at most one entry per agent. */
  readonly #told = new Map<AgentId, ToldModels>()

  constructor(db: ControlDb) {
    this.#db = db
  }

  /** Written a little later: a thousand agents that return are one transaction. */
  heard(agent: AgentId, told: ToldModels): void {
    this.#told.set(agent, told)
  }

  async flush(): Promise<void> {
    const told = [...this.#told]
    if (told.length === 0) return
    await this.#db.transaction().execute(async (trx) => {
      const known = new Set((await trx.selectFrom('agents').select('id').execute()).map(({ id }) => id))
      for (const [agent, { contracts, reports }] of told) {
        if (!known.has(agent)) continue
        const said = { contracts: JSON.stringify(contracts), reports: JSON.stringify(reports) }
        await trx
          .insertInto('agent_models')
          .values({ agent, ...said, assigned: '' })
          .onConflict((one) => one.column('agent').doUpdateSet(said))
          .execute()
      }
    })
    for (const [agent, one] of told) if (this.#told.get(agent) === one) this.#told.delete(agent)
  }

  list(db: ControlDb = this.#db): Promise<readonly KnownAgent[]> {
    return this.#known(db)
  }

  async one(agent: AgentId): Promise<KnownAgent | undefined> {
    return (await this.#known(this.#db, agent))[0]
  }

  async #known(db: ControlDb, agent?: AgentId): Promise<readonly KnownAgent[]> {
    const rows = await db
      .selectFrom('agent_models')
      .innerJoin('agents', 'agents.id', 'agent_models.agent')
      .select(['id', 'name', 'site', 'group_name', 'state', 'contracts', 'reports', 'assigned'])
      .$if(agent !== undefined, (some) => some.where('id', '=', agent ?? null))
      .orderBy('id')
      .execute()
    return rows.map(({ contracts, reports, assigned, name, ...row }) => ({
      ...{ agent: row.id, row, name, assigned, connected: row.state === 'connected' },
      contracts: Contracts.parse(JSON.parse(contracts)),
      reports: Reports.parse(JSON.parse(reports)),
    }))
  }
}
