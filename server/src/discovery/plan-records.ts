import { DiscoveryPlan } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import type { AgentId, EpochMs } from '@eyenet/shared/identity'
import { ipNetwork, NetworkSet } from '@eyenet/shared/network'
import { type Birth, DISCOVERY_LIMITS } from '@eyenet/shared/wire'
import { z } from 'zod'
import type { ControlDb, DiscoveryAgentRow } from '../db/db.ts'
import { bumpRevision } from '../fleet/fleet.ts'

/** What an agent can do and what is planned for it. */
export type PlannedAgent = {
  readonly agent: AgentId
  readonly able: boolean
  /** Its own networks. */
  readonly offered: readonly string[]
  /** Its file confines it to these. */
  readonly within: readonly string[] | undefined
  readonly plan: DiscoveryPlan | undefined
  readonly planned: { readonly at: EpochMs; readonly by: string } | undefined
}

const Texts = z.array(z.string())

/** Where agents look for devices, in the database. */
export class PlanRecords {
  readonly #db: ControlDb

  constructor(db: ControlDb) {
    this.#db = db
  }

  async all(): Promise<readonly PlannedAgent[]> {
    return (await this.#db.selectFrom('discovery_agents').selectAll().execute()).map(plannedOf)
  }

  async of(agent: AgentId): Promise<PlannedAgent | undefined> {
    const row = await this.#db.selectFrom('discovery_agents').selectAll().where('agent', '=', agent).executeTakeFirst()
    return row && plannedOf(row)
  }

  /** Answers whether the agent has to be told its plan anew: what it takes of it has changed. */
  async heard(agent: AgentId, { abilities }: Pick<Birth, 'abilities'>): Promise<boolean> {
    const said = {
      able: abilities.discovery === true ? 1 : 0,
      offered: JSON.stringify(abilities.networks ?? []),
      within: abilities.discoveryWithin === undefined ? null : JSON.stringify(abilities.discoveryWithin),
    } as const
    return this.#db.transaction().execute(async (trx) => {
      const known = await trx.selectFrom('discovery_agents').selectAll().where('agent', '=', agent).executeTakeFirst()
      const isSame = known?.able === said.able && known.offered === said.offered && known.within === said.within
      if (isSame || (known === undefined && said.able === 0)) return false
      // Between its birth and now it may have been removed.
      const isThere = await trx.selectFrom('agents').select('id').where('id', '=', agent).executeTakeFirst()
      if (isThere === undefined) return false
      await trx
        .insertInto('discovery_agents')
        .values({ agent, ...said, plan: null, planned_at: null, planned_by: null })
        .onConflict((one) => one.column('agent').doUpdateSet(said))
        .execute()
      const isTold = known !== undefined && known.able !== said.able && known.plan !== null
      if (isTold) await bumpRevision(trx, agent)
      return isTold
    })
  }

  async set(
    agent: AgentId,
    plan: DiscoveryPlan,
    planned: { readonly at: EpochMs; readonly by: string },
  ): Promise<void> {
    const set = { plan: JSON.stringify(plan), planned_at: planned.at, planned_by: planned.by }
    await this.#db.transaction().execute(async (trx) => {
      await trx
        .insertInto('discovery_agents')
        .values({ agent, able: 0, offered: '[]', within: null, ...set })
        .onConflict((one) => one.column('agent').doUpdateSet(set))
        .execute()
      await bumpRevision(trx, agent)
    })
  }
}

/** EyeNetError `invalid` where a sweep by schedule would never come to an end; on demand parts of it are asked. */
export function assertSweepable({ networks, exclude, everySeconds }: DiscoveryPlan): void {
  if (everySeconds === 0) return
  const setOf = (texts: readonly string[]) => NetworkSet.of(texts.flatMap((text) => ipNetwork(text) ?? []))
  const addresses = setOf(networks).minus(setOf(exclude)).count(4)
  if (addresses <= BigInt(DISCOVERY_LIMITS.addresses)) return
  const message = `these networks have ${addresses} IPv4 addresses; an agent asks ${DISCOVERY_LIMITS.addresses} at most: name smaller ones, share them among agents, or set everySeconds to 0 and search parts of them on demand`
  throw new EyeNetError('invalid', message)
}

function plannedOf(row: DiscoveryAgentRow): PlannedAgent {
  return {
    agent: row.agent,
    able: row.able === 1,
    offered: Texts.parse(JSON.parse(row.offered)),
    within: row.within === null ? undefined : Texts.parse(JSON.parse(row.within)),
    plan: row.plan === null ? undefined : DiscoveryPlan.parse(JSON.parse(row.plan)),
    planned: row.planned_at === null ? undefined : { at: row.planned_at, by: row.planned_by ?? '' },
  }
}
